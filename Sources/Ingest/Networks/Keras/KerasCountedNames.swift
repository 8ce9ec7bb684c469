import Compute

/// Names for weights whose layers are only counted: `conv2d`, `conv2d_1`, `dense`.
///
/// Keras 2.12 to 2.15 write no other names into `.weights.h5`, and layers that were given none bear
/// such names in all versions. The numbers are the order of the layers, which together with the
/// shapes tells a VGG; Keras' own ResNet50 has an order of its own, and must be asked for.
struct KerasCountedNames {
  /// The weights by the names of Keras' own applications, or as they were.
  private(set) var tensors: [String: Tensor]
  /// What a user should know, a sentence each.
  private(set) var notes: [String] = []

  /// Layers of one kind by name, in the order of their numbers.
  private let layers: [Substring: [String]]

  private static let advice =
    "save the whole model where its code is, after model.load_weights(file):"
    + " model.save('model.keras'), which carries the graph"

  /// Names the layers, if they have no names yet.
  ///
  /// - Parameters:
  ///   - tensors: Weights by `layer/role`, kernels [outputs, inputs, height, width].
  ///   - architecture: What the user says it is.
  /// - Throws: `IngestError` if layers are counted, and the counts and shapes tell no network.
  init(_ tensors: [String: Tensor], architecture: String?) throws {
    self.tensors = tensors
    let names = Set(tensors.keys.map { String($0.prefix { $0 != "/" }) })
    guard names.allSatisfy(Self.isCounted) else {
      layers = [:]
      return
    }
    layers = Dictionary(grouping: names, by: Self.kind).mapValues { names in
      names.sorted { Self.number($0) < Self.number($1) }
    }
    let (convolutions, norms) = (layers["conv2d"] ?? [], layers["batch_normalization"] ?? [])
    let wanted = architecture?.lowercased()
    let resNet = Self.resNet50
    if convolutions.count == resNet.count, norms.count == resNet.count {
      guard wanted == "resnet50" else {
        throw IngestError(
          "\(found): as many as keras.applications.ResNet50 has, but the file does not tell whether"
            + " they are connected as in it",
          advice: "give --arch resnet50 if it is; else \(Self.advice)")
      }
      rename(convolutions, resNet.map { "\($0)conv" })
      rename(norms, resNet.map { "\($0)bn" })
    } else if let names = vgg(convolutions), norms.isEmpty {
      rename(convolutions, names)
    } else {
      throw IngestError(
        "\(found): the file does not tell how they are connected", advice: Self.advice)
    }
    notes.append(
      "the file counts its layers instead of naming them: their order, number and shapes are those"
        + " of the architecture, what lies between them is not told")
  }

  /// What the file holds, in words.
  private var found: String {
    let counts = layers.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
    return "the layers are only counted (\(counts.prefix(8).joined(separator: ", ")))"
  }

  private static func kind(_ name: String) -> Substring {
    let digits = name.reversed().prefix { $0.isNumber }.count
    let stem = name.dropLast(digits)
    return digits > 0 && stem.hasSuffix("_") ? stem.dropLast() : name[...]
  }

  private static func number(_ name: String) -> Int {
    Int(name.dropFirst(kind(name).count + 1)) ?? 0
  }

  private static func isCounted(_ name: String) -> Bool {
    [
      "conv2d", "dense", "batch_normalization", "separable_conv2d", "depthwise_conv2d",
      "normalization", "layer_normalization", "conv2d_transpose", "p_re_lu",
    ].contains(kind(name))
  }

  /// Names of a VGG's convolutions: 3×3, as many as one has, those of a block equally wide.
  private func vgg(_ convolutions: [String]) -> [String]? {
    let shapes = convolutions.map { tensors["\($0)/kernel"]?.shape ?? [] }
    guard shapes.allSatisfy({ $0.count == 4 && $0[2...] == [3, 3] }),
      let blocks = [11, 13, 16, 19].compactMap({ VGGLayout.blocks(depth: $0) })
        .first(where: { $0.reduce(0, +) == convolutions.count })
    else { return nil }
    var names: [String] = []
    for (block, count) in blocks.enumerated() {
      let widths = shapes[names.count..<names.count + count].map { $0[0] }
      guard Set(widths).count == 1 else { return nil }
      names += (1...count).map { "block\(block + 1)_conv\($0)" }
    }
    return names
  }

  /// What the names of ResNet50's convolutions begin with, in the order of its layers.
  ///
  /// The shortcut of a stage's first block stands before the last convolution beside it.
  private static var resNet50: [String] {
    ["conv1_"]
      + [3, 4, 6, 3].enumerated().flatMap { stage, count in
        (1...count).flatMap { block in
          (block == 1 ? [1, 2, 0, 3] : [1, 2, 3]).map { "conv\(stage + 2)_block\(block)_\($0)_" }
        }
      }
  }

  private mutating func rename(_ old: [String], _ new: [String]) {
    for (old, new) in zip(old, new) {
      for role in ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"] {
        guard let tensor = tensors.removeValue(forKey: "\(old)/\(role)") else { continue }
        tensors["\(new)/\(role)"] = tensor
      }
    }
  }
}
