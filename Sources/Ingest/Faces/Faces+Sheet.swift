public import Foundation
public import Raster

extension Faces {
  /// A labelled contact sheet of a set: a row a person, up to 8 people and 8 pictures of each.
  ///
  /// Under each picture stand its class and the action units that show, with a `+` behind those
  /// of intensity 3 and more.
  ///
  /// - Parameter options: The set, as it would be written.
  /// - Returns: The sheet.
  /// - Throws: `FacesError` if the options will not do.
  public static func sheet(options: FaceSetOptions) throws -> Picture {
    try options.check()
    let head = try FaceHead()
    let noise = FaceNoise()
    let renderer = FaceRenderer(head: head, noise: noise, size: options.size)
    let people = min(options.people, 8)
    let columns = min(options.perPerson, 8)
    let scale = max(1, 160 / options.size)
    let side = options.size * scale
    let (gap, caption, title) = (8, 34, 30)
    let canvas = Canvas(
      width: gap + columns * (side + gap), height: title + people * (side + caption),
      background: Colour(0x16181d))
    let bright = Colour(0xe8eaee)
    canvas.text(
      "built-in faces: \(options.set.rawValue), seed \(options.seed)",
      at: CanvasPoint(x: Double(gap), y: 20), TextStyle(size: 13, bold: true, colour: bright))
    for person in 0..<people {
      let identity = try FaceIdentity(
        head: head, noise: noise, seed: options.seed,
        person: FaceSample.identityNumber(options.set, person))
      for (column, sample) in FaceSample.draw(options, person: person).prefix(columns).enumerated()
      {
        let image = renderer.render(identity, sample.scene, sample.face)
        let x = gap + column * (side + gap)
        let y = title + person * (side + caption)
        canvas.place(image.picture, x: x, y: y, scale: scale)
        let units = sample.face.ordered.map { unit, strength in
          "\(unit.number)\(strength.intensity >= 3 ? "+" : "")"
        }
        canvas.text(
          sample.label, at: CanvasPoint(x: Double(x), y: Double(y + side + 13)),
          TextStyle(size: 12, bold: true, colour: bright))
        canvas.text(
          units.isEmpty ? "–" : "AU " + units.joined(separator: " "),
          at: CanvasPoint(x: Double(x), y: Double(y + side + 26)),
          TextStyle(size: 10, colour: Colour(0x9aa2ad)))
      }
    }
    return canvas.picture()
  }

  /// Writes the contact sheet of a set as a PNG file, whole or not at all.
  ///
  /// - Parameters:
  ///   - file: Where it goes.
  ///   - options: The set, as it would be written.
  /// - Throws: `FacesError` if the options will not do, `RasterError` if the file cannot be written.
  public static func writeSheet(to file: URL, options: FaceSetOptions) throws {
    try sheet(options: options).writePNG(to: file)
  }
}
