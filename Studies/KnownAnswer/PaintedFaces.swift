import Compute
import Foundation
import Ingest
import Raster
import Warehouse

/// Built-in faces with a colour painted over the mask of each of six action units, one colour each:
/// a network can be built by hand whose channels see one action unit and nothing else.
enum PaintedFaces {
  /// Action units and their colours, a 1 for a channel that is on.
  ///
  /// Corners of the colour cube can be told apart by planes, and the masks hardly overlap.
  static let colours: [(au: Int, colour: [Int])] = [
    (9, [1, 0, 0]), (12, [0, 1, 0]), (7, [0, 0, 1]), (2, [1, 1, 0]), (17, [1, 0, 1]),
    (5, [0, 1, 1]),
  ]
  private static let (on, off) = (230.0 / 255, 25.0 / 255)

  /// Renders and paints a data set of the layout `csv`.
  static func write(to folder: URL, options: FaceSetOptions, monitor: Monitor) throws {
    _ = try Faces.write(
      to: folder, options: options, layout: .csv, isCancelled: monitor.isCancelled)
    let pictures = folder.appending(path: "pictures")
    let paths = FileManager.default.enumerator(atPath: pictures.path)?.compactMap { $0 as? String }
    for path in (paths ?? []).sorted() where path.hasSuffix(".png") {
      try paint(pictures.appending(path: path), masks: folder)
    }
  }

  private static func paint(_ url: URL, masks folder: URL) throws {
    var picture = try Picture.read(url)
    for (au, colour) in colours {
      let mask = folder.appending(path: "masks/au\(au)/\(url.lastPathComponent)")
      guard FileManager.default.fileExists(atPath: mask.path) else { continue }
      let covered = try Picture.read(mask)
      for pixel in 0..<picture.width * picture.height
      where covered.pixels[pixel * covered.channels] > 127 {
        for channel in 0..<3 {
          picture.pixels[pixel * picture.channels + channel] =
            UInt8((colour[channel] == 1 ? on : off) * 255)
        }
      }
    }
    try picture.writePNG(to: url)
  }

  /// Writes the detectors into the first convolution: channel k fires where the pixel has the k-th
  /// colour, the other channels never.
  ///
  /// - Parameters:
  ///   - layer: The first convolution, 3×3 without a norm.
  ///   - preprocessing: What the network reads.
  ///   - weights: The weights.
  static func buildDetectors(
    _ layer: String, _ preprocessing: Preprocessing, in weights: inout [String: StoredTensor]
  ) {
    guard var filter = weights["\(layer).weight"], var bias = weights["\(layer).bias"] else {
      return
    }
    filter.values = filter.values.map { _ in 0 }
    bias.values = bias.values.map { _ in 0 }
    let taps = 9
    for (channel, item) in colours.enumerated() where channel < bias.values.count {
      // Σ ±x reaches `match` on the colour itself, and less by the distance elsewhere; the detector
      // starts to fire within a quarter of the way to the next corner.
      let match = item.colour.reduce(0.0) { $0 + ($1 == 1 ? on : -off) }
      var offset = 0.2 - match
      for plane in 0..<3 {
        let sign = item.colour[plane] == 1 ? 1.0 : -1.0
        let (mean, deviation) = (
          Double(preprocessing.normalisation.mean[plane]),
          Double(preprocessing.normalisation.deviation[plane])
        )
        filter.values[(channel * 3 + plane) * taps + taps / 2] = Float(sign * deviation)
        offset += sign * mean
      }
      bias.values[channel] = Float(offset)
    }
    weights["\(layer).weight"] = filter
    weights["\(layer).bias"] = bias
  }
}
