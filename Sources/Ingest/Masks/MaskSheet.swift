public import Foundation
import Raster
public import Warehouse

/// Draws pictures of a data set with the outlines of their action units' masks, so that a person
/// can look at them.
public enum MaskSheet {
  /// What a sheet shows.
  public struct Summary: Sendable, Equatable {
    /// Masks that were drawn.
    public internal(set) var masks = 0
    /// Action units that are present and have no mask: no rule, or no landmarks.
    public internal(set) var without: Set<Int> = []
  }

  /// Pixels a side of a picture on the sheet.
  static let side = 224
  private static let gap = 10
  private static let caption = 34
  private static let columns = 6
  /// Colours that are told apart on skin (Okabe & Ito 2008, without black).
  private static let colours: [UInt32] = [
    0x56B4E9, 0xE69F00, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7, 0xFFFFFF,
  ]

  /// Writes a sheet as a PNG file.
  ///
  /// Masks are those that came with the data set, else those that are drawn from landmarks.
  ///
  /// - Parameters:
  ///   - positions: Which samples of the data set, ascending.
  ///   - dataset: The data set.
  ///   - store: The warehouse.
  ///   - url: The file.
  /// - Returns: What the sheet shows.
  /// - Throws: `PictureError` if a picture cannot be read or the sheet not written, `IngestError` if
  ///   the data set's folder is gone.
  public static func write(
    _ positions: [Int], of dataset: StoredDataset, in store: Store, to url: URL
  ) throws -> Summary {
    let root = try DatasetRoot(path: dataset.root)
    let columns = min(columns, max(1, positions.count))
    let rows = (positions.count + columns - 1) / columns
    let canvas = Canvas(
      width: columns * (side + gap) + gap, height: rows * (side + caption + gap) + gap)
    var summary = Summary()
    for (index, position) in positions.enumerated() {
      let sample = try SampleMasks(position, dataset, store, root)
      let x = gap + index % columns * (side + gap)
      let y = gap + index / columns * (side + caption + gap)
      draw(sample, on: canvas, x: x, y: y)
      summary.masks += sample.masks.count
      summary.without.formUnion(sample.without)
    }
    try canvas.picture().writePNG(to: url)
    return summary
  }

  private static func draw(_ sample: SampleMasks, on canvas: Canvas, x: Int, y: Int) {
    let picture = sample.picture
    let scale = Double(side) / Double(max(picture.width, picture.height))
    let width = max(1, Int(Double(picture.width) * scale))
    let height = max(1, Int(Double(picture.height) * scale))
    canvas.place(picture, x: x, y: y, width: width, height: height)
    func place(_ point: PictureRecord.Point) -> CanvasPoint {
      CanvasPoint(x: Double(x) + point.x * scale, y: Double(y) + point.y * scale)
    }
    var column = 0
    for mask in sample.masks {
      let colour = Colour(colours[mask.au % colours.count])
      // Where a region runs over the edge, its mask ends there.
      canvas.clipped(x: Double(x), y: Double(y), width: Double(width), height: Double(height)) {
        switch mask.shape {
        case .polygons(let polygons):
          for polygon in polygons {
            canvas.polyline(polygon.map(place), closed: true, .black, lineWidth: 2.5)
            canvas.polyline(polygon.map(place), closed: true, colour, lineWidth: 1.5)
          }
        case .pixels(let border):
          for point in border {
            let corner = place(point)
            canvas.fillRectangle(
              x: corner.x, y: corner.y, width: max(1, scale), height: max(1, scale), colour)
          }
        }
      }
      canvas.text(
        "AU\(mask.au)",
        at: CanvasPoint(x: Double(x + column % 7 * 32), y: Double(y + side + 11 + column / 7 * 11)),
        TextStyle(size: 10, bold: true, colour: Colour(dark(colours[mask.au % colours.count]))))
      column += 1
    }
    let without = sample.without.map { "AU\($0)" }.joined(separator: " ")
    let note = without.isEmpty ? "" : "  no mask: \(without)"
    canvas.text(
      "\(sample.path.split(separator: "/").last ?? "")\(note)",
      at: CanvasPoint(x: Double(x), y: Double(y + side + caption - 1)),
      TextStyle(size: 9))
  }

  /// A colour that can be read on white: two thirds of each part.
  private static func dark(_ colour: UInt32) -> UInt32 {
    [16, 8, 0].reduce(0) { $0 | ((((colour >> $1) & 0xFF) * 2 / 3) << $1) }
  }
}
