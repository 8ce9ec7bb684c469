import Compute
import Foundation

/// Named arrays of a file, read a few rows at a time.
protocol ActivationArrays {
  /// Names and extents of the arrays, the first of which counts the samples.
  var arrays: [(name: String, shape: [Int])] { get }
  /// The names in the order of the network, where the file says it.
  var order: [String]? { get }
  /// The paths of the samples in the order of the rows, where the file says it.
  var paths: [String]? { get }
  /// Rows of an array as float32.
  func read(_ name: String, rows: Range<Int>) throws -> [Float]
}

/// What another program computed of some pictures: an array a layer, first axis = samples.
struct ActivationFile {
  /// One layer.
  struct Layer: Equatable {
    let name: String
    let shape: Shape
  }

  /// The bytes that are read at once.
  private static let readLimit = 32 << 20

  let url: URL
  /// The layers in the order of the network, the one with the logits last.
  let layers: [Layer]
  /// Rows of every array.
  let samples: Int
  /// The paths of the samples in the order of the rows, if the file tells them.
  let paths: [String]?
  private let arrays: any ActivationArrays

  /// Opens an HDF5 or safetensors file, recognised by its first bytes, and checks its arrays.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - logits: The name of the layer with the outputs before the softmax.
  /// - Throws: `IngestError` if it is neither, holds arrays of other dimensions or of unequal
  ///   lengths, or no such layer.
  init(_ url: URL, logits: String) throws {
    self.url = url
    arrays = try ActivationFile.open(url)
    var found: [(layer: Layer, samples: Int)] = []
    for (name, shape) in arrays.arrays {
      guard [2, 4].contains(shape.count), shape.allSatisfy({ $0 > 0 && $0 < 1 << 30 }),
        let count = elements(shape.dropFirst()), count < 1 << 30
      else {
        throw IngestError(
          "\(url.path): the array `\(name)` has the shape \(shape)",
          advice: "an array a layer is wanted: [samples, channels, height, width] or"
            + " [samples, units]")
      }
      guard name.utf8.count <= 200, name.unicodeScalars.allSatisfy({ $0.value > 32 }) else {
        throw IngestError(
          "\(url.path): “\(name.prefix(40))” is no name of a layer",
          advice: "names have at most 200 bytes and no blanks")
      }
      let area = shape.count == 4 ? (shape[2], shape[3]) : (1, 1)
      found.append(
        (
          Layer(name: name, shape: Shape(channels: shape[1], height: area.0, width: area.1)),
          shape[0]
        ))
    }
    guard let first = found.first else {
      throw IngestError(
        "\(url.path) holds no array", advice: "write one a layer, first axis = samples")
    }
    for other in found where other.samples != first.samples {
      throw IngestError(
        "\(url.path): `\(first.layer.name)` has \(first.samples) samples and"
          + " `\(other.layer.name)` has \(other.samples)", advice: "write all layers of all samples"
      )
    }
    samples = first.samples
    layers = try ActivationFile.inOrder(found.map(\.layer), arrays.order, logits, url)
    paths = arrays.paths
  }

  /// Calls `body` with pieces of a layer's rows, in an order of one's own, as float32 activations.
  ///
  /// - Parameters:
  ///   - layer: Which.
  ///   - rows: Indices of rows; neighbours are read together.
  ///   - body: Gets the place of the piece in `rows` and its values; memory follows a piece.
  /// - Throws: What reading or `body` throws.
  func forEachPiece(
    of layer: Layer, rows: [Int], _ body: (Int, Activation) throws -> Void
  ) throws {
    let count = layer.shape.count
    let most = max(1, ActivationFile.readLimit / (4 * count))
    for first in stride(from: 0, to: rows.count, by: most) {
      let piece = Array(rows[first..<min(first + most, rows.count)])
      var values: [Float] = []
      values.reserveCapacity(piece.count * count)
      var start = 0
      while start < piece.count {
        var end = start + 1
        while end < piece.count, piece[end] == piece[end - 1] + 1 { end += 1 }
        values += try arrays.read(layer.name, rows: piece[start]..<piece[start] + (end - start))
        start = end
      }
      guard values.count == piece.count * count else {
        throw IngestError("\(url.path): `\(layer.name)` ends early", advice: "write it again")
      }
      try body(
        first, Activation(channelsFirst: values, samples: piece.count, shape: layer.shape))
    }
  }

  private static func open(_ url: URL) throws -> any ActivationArrays {
    guard let handle = try? FileHandle(forReadingFrom: url),
      let start = try? handle.read(upToCount: 9)
    else {
      throw IngestError("\(url.path) cannot be read", advice: "check the path")
    }
    try handle.close()
    if start.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]) {
      return try HDF5ActivationArrays(url)
    }
    guard start.count == 9, start[start.startIndex + 8] == UInt8(ascii: "{") else {
      throw IngestError(
        "\(url.path) is neither HDF5 nor safetensors",
        advice: "write the activations as docs/how-to/own-activations.md shows")
    }
    return try SafetensorsActivationArrays(url)
  }

  /// The layers as the file orders them, else by name with numbers counted; the logits go last.
  private static func inOrder(
    _ layers: [Layer], _ order: [String]?, _ logits: String, _ url: URL
  ) throws -> [Layer] {
    var sorted = layers.sorted {
      $0.name.compare($1.name, options: .numeric) == .orderedAscending
    }
    if let order {
      for name in order where !layers.contains(where: { $0.name == name }) {
        throw IngestError(
          "\(url.path) lists a layer `\(name)` and has no array of that name",
          advice: "write the array, or leave the name out of `layers`")
      }
      sorted = order.compactMap { name in layers.first { $0.name == name } }
      guard Set(order).count == order.count, sorted.count == layers.count else {
        let unlisted = layers.map(\.name).filter { !order.contains($0) }
        throw IngestError(
          "\(url.path): `layers` does not list each array once"
            + (unlisted.isEmpty ? "" : "; it leaves out \(unlisted.joined(separator: ", "))"),
          advice: "list the arrays in the order of the network")
      }
    }
    guard let index = sorted.firstIndex(where: { $0.name == logits }) else {
      throw IngestError(
        "\(url.path) has no array `\(logits)` with the outputs before the softmax, only"
          + " \(sorted.map(\.name).joined(separator: ", "))",
        advice: "name the one that holds them: --logits NAME")
    }
    guard sorted[index].shape.pixels == 1 else {
      throw IngestError(
        "\(url.path): `\(logits)` holds maps of \(sorted[index].shape)",
        advice: "the outputs before the softmax are [samples, classes]")
    }
    sorted.append(sorted.remove(at: index))
    return sorted
  }
}

/// The product of extents; nil if it cannot be a number of elements.
private func elements(_ extents: some Sequence<Int>) -> Int? {
  var product = 1
  for extent in extents {
    let (next, overflows) = product.multipliedReportingOverflow(by: extent)
    if overflows { return nil }
    product = next
  }
  return product
}
