import Compute

/// Tells the architecture of weights that come without a graph.
enum ArchitectureMatcher {
  /// The network of a state dict.
  ///
  /// - Parameters:
  ///   - tensors: Weights by the file's names; convolution kernels are [outputs, inputs, height,
  ///     width] and dense weights [outputs, inputs].
  ///   - architecture: A name such as `vgg16-bn` or `resnet50`, nil to tell it from the names.
  ///   - inputSize: Pixels a side of the input, nil for what the weights say, or 224.
  ///   - channelsLastFlatten: Whether the first dense layer after a flattening takes its inputs
  ///     channels last, as Keras has them.
  /// - Returns: Graph and parameters by Lethe's names, with notes on what was left out or assumed.
  /// - Throws: `IngestError` that names the nearest architecture, what was found and what is
  ///   missing; `NetworkError` if a tensor has another shape than the architecture needs.
  static func match(
    _ tensors: [String: Tensor], architecture: String? = nil, inputSize: Int? = nil,
    channelsLastFlatten: Bool = false
  ) throws -> ImportedNetwork {
    let known = try candidates(architecture)
    let pairs = try WeightNames(tensors).readings.flatMap { names in
      known.map { (architecture: $0, names: names, share: $0.share(of: names)) }
    }
    let whole = pairs.filter { $0.share == 1 }.map { ArchitectureFit($0.architecture, $0.names) }
      .filter(\.isWhole)
    guard let best = whole.max(by: { $0.found < $1.found }) else {
      // A look at what does not belong costs more, and only the nearest matter.
      let nearest = pairs.sorted { $0.share > $1.share }.prefix(12)
      throw refusal(
        nearest.map { ArchitectureFit($0.architecture, $0.names) }, wanted: architecture)
    }
    let convolutions = best.extra.filter { best.names.tensors[$0]?.shape.count == 4 }
    guard convolutions.isEmpty || architecture != nil else {
      throw IngestError(
        "the weights are those of \(best.architecture.title), but the file also holds the"
          + " convolutions \(list(convolutions.map(best.original)))",
        advice: "give --arch \(best.architecture.name) to leave them out, or export the network as"
          + " ONNX, which carries its graph")
    }
    var network = try ArchitectureBuilder(
      fit: best, inputSize: inputSize, channelsLastFlatten: channelsLastFlatten
    ).network()
    if !best.extra.isEmpty {
      network.notes.append(
        "left out, since they are no part of \(best.architecture.name):"
          + " \(list(best.extra.map(best.original)))")
    }
    return network
  }

  private static func candidates(_ name: String?) throws -> [KnownArchitecture] {
    guard let name else { return KnownArchitecture.all }
    let wanted = name.lowercased().replacing("_", with: "-")
    let known = KnownArchitecture.all.filter { $0.name == wanted }
    guard !known.isEmpty else {
      throw IngestError(
        "there is no architecture '\(name.prefix(40))'",
        advice: "known are \(KnownArchitecture.names.joined(separator: ", ")); export any other"
          + " network as ONNX or as a whole Keras model, which carry their graphs")
    }
    return known
  }

  private static func refusal(_ fits: [ArchitectureFit], wanted: String?) -> IngestError {
    let advice =
      wanted == nil
      ? "known are \(KnownArchitecture.names.joined(separator: ", ")), by the names of torchvision,"
        + " Keras or Lethe; export any other network as ONNX or as a whole Keras model, which carry"
        + " their graphs"
      : "leave --arch out to have the architecture told from the names, or export the network as"
        + " ONNX, which carries its graph"
    let score = { (fit: ArchitectureFit) in
      Double(fit.found) / Double(fit.found + fit.missing.count + fit.unexpected.count)
    }
    guard let best = fits.max(by: { score($0) < score($1) }), best.found > 0 else {
      let names = fits.first.map { $0.names.original.values.sorted() } ?? []
      return IngestError(
        "the weights are not those of \(wanted ?? "a network that is known"), nor like them:"
          + " \(names.isEmpty ? "the file holds none" : "it holds \(list(names))")",
        advice: advice)
    }
    var problem =
      "the weights are not those of \(wanted ?? "a network that is known"); the nearest is"
      + " \(best.architecture.title), of whose \(best.found + best.missing.count) tensors before"
      + " the dense layers \(best.found) are there"
    if !best.missing.isEmpty { problem += "; missing: \(list(best.missing))" }
    if !best.unexpected.isEmpty {
      problem += "; not part of it: \(list(best.unexpected.map(best.original)))"
    }
    if best.missing.isEmpty, best.head == nil {
      let width = best.names.tensors.filter { $0.value.shape.count == 2 }.keys.sorted()
      problem +=
        width.isEmpty
        ? "; there is no dense layer, so the network gives no classes"
        : "; the dense layers do not follow from each other and from the last convolution:"
          + " \(list(width.map { best.original($0) + " \(best.names.tensors[$0]?.shape ?? [])" }))"
    }
    return IngestError(problem, advice: advice)
  }

  /// The first few names, each cut short, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(6).map { $0.count > 80 ? $0.prefix(77) + "…" : $0[...] }
    let rest = names.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
