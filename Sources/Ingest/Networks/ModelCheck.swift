import Compute
public import Foundation
import Raster
import SQLite
public import Warehouse

/// What a network says of one picture, and what it sees of it.
public struct ModelCheck: Sendable {
  /// The probability of a class.
  public struct ClassAnswer: Sendable, Equatable {
    /// The class.
    public let label: String
    /// Its probability.
    public let probability: Float
  }

  /// How a layer is.
  public struct LayerState: Sendable, Equatable {
    /// The layer's name.
    public let name: String
    /// Its kind.
    public let kind: String
    /// Its shape.
    public let shape: String
    /// The share of its units that are 0 everywhere on this picture.
    public let dead: Double
    /// How many values are not finite.
    public let notFinite: Int
    /// The smallest finite value.
    public let least: Float?
    /// The largest finite value.
    public let largest: Float?
  }

  /// The classes, the most probable first.
  public let answers: [ClassAnswer]
  /// The most probable class with the three channels the other way round; nil for grey inputs.
  public let turned: ClassAnswer?
  /// The named layers in order.
  public let layers: [LayerState]
  /// The order of the channels that the network is given.
  public let order: String
  /// What a user should know, a sentence each.
  public let notes: [String]
  private let seen: Picture

  /// Runs a network over a picture.
  ///
  /// - Parameters:
  ///   - model: The network's name.
  ///   - picture: A PNG or JPEG file; with a data set, one of its pictures, as a file or by its
  ///     path there.
  ///   - dataset: The data set that tells landmarks and face box of the picture.
  ///   - store: The warehouse.
  ///   - threads: Threads that compute.
  /// - Throws: `WarehouseError` for an unknown model or data set; `PictureError` if the picture
  ///   cannot be read; `IngestError` if Lethe cannot run the network, or the data set has no such
  ///   picture.
  public init(
    model: String, picture: String, dataset: String?, store: Store, threads: Int
  ) throws {
    let stored = try store.model(named: model)
    let variant = try Variant(stored)
    let network = try ForwardPass(
      graph: try variant.graph, parameters: try store.parameters(of: stored),
      numerics: variant.numerics ?? .fast, threads: threads)
    let geometry = variant.preprocessing.geometry
    let (url, anchors) = try ModelCheck.place(of: picture, dataset, geometry, store)
    let image = try Picture.read(url)
    let transform = InputTransform(
      geometry: geometry, width: image.width, height: image.height, anchors: anchors)
    let input = variant.preprocessing.normalise(transform.input(of: image), samples: 1)

    var layers: [LayerState] = []
    var logits: [Float] = []
    try network.run(input) { layer in
      layers.append(LayerState(layer, kind: variant.layers[layer.ordinal].kind))
      logits = layer.activation.values
    }
    answers = ModelCheck.answers(logits, variant.classes)
    turned =
      input.shape.channels == 3 && variant.preprocessing.normalisation.order != .grey
      ? ModelCheck.answers(
        try network.output(input.turned()).values, variant.classes
      ).first : nil
    self.layers = layers
    let normalisation = variant.preprocessing.normalisation
    order = normalisation.order.rawValue
    let pixels = normalisation.pixels(of: input.values)
    seen = Picture(width: geometry.size, height: geometry.size, channels: 3, pixels: pixels)
    notes =
      transform.isFallback
      ? [
        dataset == nil
          ? "without --dataset nothing is known of the face: the centred square was taken"
          : "the data set does not tell where the face is: the centred square was taken"
      ] : []
  }

  /// Writes what the network sees as a PNG file, whole or not at all: its first channel as red.
  ///
  /// - Throws: `PictureError` if the file cannot be written.
  public func writePicture(to url: URL) throws { try seen.writePNG(to: url) }

  private static func answers(_ logits: [Float], _ classes: [String]) -> [ClassAnswer] {
    let probabilities = Softmax.probabilities(logits, classes: classes.count)
    return zip(classes, probabilities).map { ClassAnswer(label: $0, probability: $1) }
      .enumerated().sorted {
        ($1.element.probability, $0.offset) < ($0.element.probability, $1.offset)
      }.map(\.element)
  }

  /// Where a picture lies, and what its data set knows of the face.
  private static func place(
    of picture: String, _ name: String?, _ geometry: InputGeometry, _ store: Store
  ) throws -> (URL, FaceAnchors) {
    guard let name else { return (URL(filePath: picture), .none) }
    let dataset = try store.dataset(named: name)
    let root = try DatasetRoot(path: dataset.root)
    let file = URL(filePath: picture).standardizedFileURL.path
    let folder = root.folder.path + "/"
    let path =
      file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : picture
    let row = try store.catalogue.value(
      "SELECT position FROM sample WHERE dataset = ? AND path = ?", dataset.id,
      DatasetRoot.normalised(path) ?? path)
    guard let position = row.int, let url = root.url(of: path) else {
      throw IngestError(
        "`\(name)` has no picture \(picture)", advice: "lethe sql \"SELECT path FROM samples\"")
    }
    let anchors = try FaceAnchorReader(store: store, dataset: dataset)
      .anchors(at: position..<position + 1, for: geometry)
    return (url, anchors[0])
  }
}

extension Activation {
  /// The channels of three in the opposite order.
  fileprivate func turned() -> Activation {
    var other = self
    for pixel in stride(from: 0, to: values.count, by: 3) {
      other.values.swapAt(pixel, pixel + 2)
    }
    return other
  }
}

extension ModelCheck.LayerState {
  fileprivate init(_ layer: LayerOutput, kind: String) {
    let activation = layer.activation
    let channels = activation.shape.channels
    let isDead = (0..<channels).map { channel in
      stride(from: channel, to: activation.values.count, by: channels).allSatisfy {
        activation.values[$0] == 0
      }
    }
    let finite = activation.values.filter(\.isFinite)
    self.init(
      name: layer.name, kind: kind, shape: activation.shape.description,
      dead: Double(isDead.count { $0 }) / Double(channels),
      notFinite: activation.values.count - finite.count, least: finite.min(),
      largest: finite.max())
  }
}
