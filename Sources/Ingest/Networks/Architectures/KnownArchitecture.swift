import Compute

/// An architecture that is told by the names of its weights, in one of their spellings.
struct KnownArchitecture: Sendable {
  /// Whose names.
  enum Spelling: String, Sendable {
    case torchvision = "torchvision's names"
    case keras = "Keras' names"
    case lethe = "Lethe's names"
  }

  /// What the layers are.
  enum Family: Sendable {
    /// Convolutions in each block.
    case vgg(blocks: [Int], batchNorm: Bool)
    /// Blocks in each stage.
    case resNet(blocks: [Int], isBottleneck: Bool)
  }

  /// A learnt layer before the dense ones.
  struct Layer: Sendable {
    /// What Lethe's parameters begin with.
    let name: String
    /// What the file's begin with.
    let fileName: String
    /// Whether it is a batch norm, and not a convolution.
    var isNorm = false

    /// The suffixes that the file must have; a bias may be missing.
    var required: [String] {
      isNorm ? ["weight", "bias", "running_mean", "running_var"] : ["weight"]
    }
  }

  /// As `--arch` has it.
  let name: String
  let family: Family
  let spelling: Spelling
  /// The learnt layers before the dense ones.
  let layers: [Layer]

  /// Name and spelling, for messages.
  var title: String { "\(name) in \(spelling.rawValue)" }

  /// How much of what the layers before the dense ones need is there, from 0 to 1.
  func share(of names: WeightNames) -> Double {
    let wanted = layers.flatMap { layer in layer.required.map { "\(layer.fileName).\($0)" } }
    return Double(wanted.count { names.tensors[$0] != nil }) / Double(wanted.count)
  }

  /// All that are known.
  static let all: [KnownArchitecture] =
    [11, 13, 16, 19].flatMap { depth -> [KnownArchitecture] in
      let blocks = VGGLayout.blocks(depth: depth) ?? []
      return [false, true].flatMap { batchNorm in
        [Spelling.torchvision, .lethe, .keras].compactMap { spelling in
          batchNorm && spelling == .keras
            ? nil
            : KnownArchitecture(
              name: "vgg\(depth)\(batchNorm ? "-bn" : "")",
              family: .vgg(blocks: blocks, batchNorm: batchNorm), spelling: spelling,
              layers: vggLayers(blocks, batchNorm: batchNorm, spelling))
        }
      }
    }
    + [18, 34, 50].flatMap { depth -> [KnownArchitecture] in
      guard let (blocks, isBottleneck) = ResNetLayout.blocks(depth: depth) else { return [] }
      return [Spelling.torchvision, .lethe, .keras].compactMap { spelling in
        spelling == .keras && !isBottleneck
          ? nil
          : KnownArchitecture(
            name: "resnet\(depth)", family: .resNet(blocks: blocks, isBottleneck: isBottleneck),
            spelling: spelling,
            layers: resNetLayers(blocks, convolutions: isBottleneck ? 3 : 2, spelling))
      }
    }

  /// The names that `--arch` takes.
  static var names: [String] {
    all.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func vggLayers(
    _ blocks: [Int], batchNorm: Bool, _ spelling: Spelling
  ) -> [Layer] {
    var layers: [Layer] = []
    // torchvision counts every module: convolution, batch norm, ReLU, pool.
    var module = 0
    for (block, count) in blocks.enumerated() {
      for index in 1...count {
        let name = "conv\(block + 1)_\(index)"
        let file =
          switch spelling {
          case .torchvision: "features.\(module)"
          case .keras: "block\(block + 1)_conv\(index)"
          case .lethe: name
          }
        layers.append(Layer(name: name, fileName: file))
        if batchNorm {
          let norm = spelling == .torchvision ? "features.\(module + 1)" : "\(name).norm"
          layers.append(Layer(name: "\(name).norm", fileName: norm, isNorm: true))
        }
        module += batchNorm ? 3 : 2
      }
      module += 1
    }
    return layers
  }

  private static func resNetLayers(
    _ blocks: [Int], convolutions: Int, _ spelling: Spelling
  ) -> [Layer] {
    let stem: (conv: String, norm: String) =
      switch spelling {
      case .torchvision: ("conv1", "bn1")
      case .keras: ("conv1_conv", "conv1_bn")
      case .lethe: ("conv1", "conv1.norm")
      }
    var layers = [
      Layer(name: "conv1", fileName: stem.conv),
      Layer(name: "conv1.norm", fileName: stem.norm, isNorm: true),
    ]
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        let name = "layer\(stage + 1).\(block)"
        let keras = "conv\(stage + 2)_block\(block + 1)"
        let append = { (conv: String, norm: String, number: Int) in
          layers.append(
            Layer(
              name: "\(name).\(conv)",
              fileName: spelling == .keras ? "\(keras)_\(number)_conv" : "\(name).\(conv)"))
          layers.append(
            Layer(
              name: "\(name).\(norm)",
              fileName: spelling == .keras ? "\(keras)_\(number)_bn" : "\(name).\(norm)",
              isNorm: true))
        }
        for number in 1...convolutions { append("conv\(number)", "bn\(number)", number) }
        // Where blocks end wider than they begin or halve the sides.
        if block == 0, stage > 0 || convolutions == 3 {
          append("downsample.0", "downsample.1", 0)
        }
      }
    }
    return layers
  }
}
