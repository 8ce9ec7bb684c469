import Compute

/// How well weights fit an architecture.
struct ArchitectureFit {
  let architecture: KnownArchitecture
  let names: WeightNames
  /// The dense layers, nil if none end the network.
  let head: DenseHead?
  /// Names that the architecture needs and the file has not.
  let missing: [String]
  /// How many of the names that it needs are there.
  let found: Int
  /// Names that belong among those of the architecture, but not to it.
  let unexpected: [String]
  /// All other names that are of no use.
  let extra: [String]

  /// Whether the weights are those of the architecture.
  var isWhole: Bool { missing.isEmpty && unexpected.isEmpty && head != nil }

  /// Compares names with those of an architecture.
  init(_ architecture: KnownArchitecture, _ names: WeightNames) {
    self.architecture = architecture
    self.names = names
    var rest = Set(names.tensors.keys)
    var missing: [String] = []
    var found = 0
    for layer in architecture.layers {
      for suffix in layer.required {
        let name = "\(layer.fileName).\(suffix)"
        if names.tensors[name] == nil { missing.append(name) } else { found += 1 }
        rest.remove(name)
      }
      rest.remove("\(layer.fileName).bias")
    }
    let lastWeight = architecture.layers.last { !$0.isNorm && !$0.name.contains("downsample") }
      .flatMap { names.tensors["\($0.fileName).weight"] }
    head = lastWeight.flatMap {
      DenseHead(names, among: rest, channels: $0.shape.first ?? 0)
    }
    for layer in head?.layers ?? [] {
      rest.remove("\(layer).weight")
      rest.remove("\(layer).bias")
    }
    self.missing = missing
    self.found = found
    let kinds = Set(
      (architecture.layers.map(\.fileName) + (head?.layers ?? [])).map(ArchitectureFit.kind))
    unexpected = rest.filter { kinds.contains(ArchitectureFit.kind($0)) }.sorted()
    extra = rest.filter { !kinds.contains(ArchitectureFit.kind($0)) }.sorted()
  }

  /// What a name begins with, without its numbers: `layer` of `layer2.0.conv1`.
  private static func kind(_ name: String) -> String {
    name.prefix { $0 != "." }.filter { !$0.isNumber }
  }

  /// The file's own name.
  func original(_ name: String) -> String { names.original[name] ?? name }
}
