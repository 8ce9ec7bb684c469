import Compute

/// Makes the network of weights whose architecture has been told.
struct ArchitectureBuilder {
  let fit: ArchitectureFit
  let inputSize: Int?
  let channelsLastFlatten: Bool

  /// The network.
  ///
  /// - Throws: `IngestError` for an input size that the weights cannot be used at; `NetworkError`
  ///   if a tensor has another shape than the architecture needs.
  func network() throws -> ImportedNetwork {
    guard let head = fit.head else {
      preconditionFailure("only weights that fit are built from, and these have dense layers")
    }
    switch fit.architecture.family {
    case .vgg(let blocks, let batchNorm):
      return try vgg(blocks, batchNorm: batchNorm, head)
    case .resNet(let blocks, let isBottleneck):
      return try resNet(blocks, isBottleneck: isBottleneck, head)
    }
  }

  private func vgg(_ blocks: [Int], batchNorm: Bool, _ head: DenseHead) throws -> ImportedNetwork {
    let convolutions = try blocks.enumerated().map { block, count in
      try (1...count).map { try outputs(of: "conv\(block + 1)_\($0)") }
    }
    let channels = convolutions.last?.last ?? 1
    let side = try side(of: head.inputs, channels: channels)
    // Five pools halve the sides.
    let size = try checkedSize(inputSize ?? side * 32)
    let map = size / 32
    let isPooled = map != side
    guard !isPooled || !channelsLastFlatten || side == 1 else {
      throw IngestError(
        "the weights take maps of \(side)×\(side), so an input of \(side * 32) to"
          + " \(side * 32 + 31) pixels, not \(size)", advice: "leave the input size out")
    }
    var layout = VGGLayout(
      input: Shape(channels: try inputs(of: "conv1_1"), height: size, width: size),
      convolutions: convolutions, dense: Array(head.outputs.dropLast()),
      classes: head.outputs.last ?? 0)
    layout.batchNorm = batchNorm
    layout.dropout = dropout(of: head)
    let isMean = isPooled && map % side == 0
    if isMean { layout.meanWindow = map / side }
    let graph = try Graph.vgg(layout)
    var parameters = backbone()
    take(head, names: layout.dense.indices.map { "fc\($0 + 6)" }, into: &parameters)
    let first = "\(layout.dense.isEmpty ? "logits" : "fc6").weight"
    if let tensor = parameters[first] {
      let weight = FlattenedWeight(
        tensor, channels: channels, side: side, isChannelsLast: channelsLastFlatten)
      parameters[first] = isPooled && !isMean ? weight.absorbingPool(from: map) : weight.tensor
    }
    var notes: [String] = []
    if isPooled {
      notes.append(
        "the weights take maps of \(side)×\(side), as an input of \(side * 32) pixels gives them;"
          + " at \(size) pixels the maps of \(map)×\(map) are brought to them by average pooling"
          + (isMean ? "" : ", which has become part of the first dense layer"))
    }
    let isUsual = head.layers.allSatisfy {
      $0.hasPrefix("classifier") || $0.hasPrefix("fc") || $0 == "logits" || $0 == "predictions"
    }
    return try finished(graph, parameters, notes + (isUsual ? [] : assumption(on: head)))
  }

  private func resNet(
    _ blocks: [Int], isBottleneck: Bool, _ head: DenseHead
  ) throws -> ImportedNetwork {
    let stages = try blocks.enumerated().map { stage, count in
      let block = "layer\(stage + 1).0"
      let width = try outputs(of: "\(block).conv1")
      let seen = try inputs(of: "\(block).conv2")
      let outputs = try outputs(of: "\(block).conv\(isBottleneck ? 3 : 2)")
      return ResNetLayout.Stage(
        blocks: count, width: width, outputs: outputs,
        groups: isBottleneck ? max(1, width / seen) : 1)
    }
    let last = stages.last?.outputs ?? 0
    guard head.inputs == last else {
      throw IngestError(
        "the first dense layer, '\(fit.original("\(head.layers[0]).weight"))', takes \(head.inputs)"
          + " numbers, but \(fit.architecture.name) gives \(last) means of channels",
        advice: "export the network as ONNX, which carries its graph")
    }
    let size = try checkedSize(inputSize ?? 224)
    var layout = ResNetLayout(
      input: Shape(channels: try inputs(of: "conv1"), height: size, width: size),
      stem: try outputs(of: "conv1"), stages: stages, isBottleneck: isBottleneck,
      classes: head.outputs.last ?? 0)
    layout.dense = Array(head.outputs.dropLast())
    if fit.architecture.spelling == .keras {
      layout.stridesFirst = true
      layout.epsilon = 1.001e-5
    }
    let graph = try Graph.resNet(layout)
    var parameters = backbone()
    take(head, names: layout.dense.indices.map { "fc\($0 + 1)" }, into: &parameters)
    return try finished(graph, parameters, assumption(on: head))
  }

  /// Checks all shapes and puts the parameters into the order of the graph.
  private func finished(
    _ graph: Graph, _ parameters: Parameters, _ notes: [String]
  ) throws -> ImportedNetwork {
    try graph.check(parameters)
    let title = "the architecture is \(fit.architecture.title), for \(graph.input.width) pixels"
    return ImportedNetwork(
      graph: graph, parameters: parameters.selecting(try graph.parameterNames()),
      notes: [title] + notes)
  }

  private func assumption(on head: DenseHead) -> [String] {
    guard head.layers.count > 1 else { return [] }
    let names = head.layers.map { fit.original("\($0).weight") }.joined(separator: ", ")
    return ["the dense layers \(names.prefix(200)) are taken to have a ReLU between them"]
  }
}

extension ArchitectureBuilder {
  /// The weights before the dense layers, by Lethe's names.
  private func backbone() -> Parameters {
    var parameters = Parameters()
    for layer in fit.architecture.layers {
      for suffix in ["weight", "bias", "running_mean", "running_var"] {
        parameters["\(layer.name).\(suffix)"] = fit.names.tensors["\(layer.fileName).\(suffix)"]
      }
    }
    return parameters
  }

  /// Adds the dense layers, the last one as `logits`.
  private func take(_ head: DenseHead, names: [String], into parameters: inout Parameters) {
    for (file, name) in zip(head.layers, names + ["logits"]) {
      parameters["\(name).weight"] = fit.names.tensors["\(file).weight"]
      parameters["\(name).bias"] = fit.names.tensors["\(file).bias"]
    }
  }

  /// The four sides of a convolution's weight.
  private func sides(of layer: String) throws -> [Int] {
    let file = fit.architecture.layers.first { $0.name == layer }?.fileName ?? layer
    let shape = fit.names.tensors["\(file).weight"]?.shape ?? []
    guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
      throw IngestError(
        "'\(fit.original("\(file).weight"))' has shape \(shape.prefix(8)), but"
          + " \(fit.architecture.title) has a convolution there, with a weight of four sides",
        advice: "export the network as ONNX, which carries its graph")
    }
    return shape
  }

  private func outputs(of layer: String) throws -> Int { try sides(of: layer)[0] }

  private func inputs(of layer: String) throws -> Int { try sides(of: layer)[1] }

  /// The sides of the map that enters the first dense layer.
  private func side(of inputs: Int, channels: Int) throws -> Int {
    let pixels = inputs / channels
    let side = Int(Double(pixels).squareRoot().rounded())
    guard side > 0, side * side == pixels else {
      throw IngestError(
        "the first dense layer takes \(inputs) numbers, which is no square map of the \(channels)"
          + " channels before it", advice: "export the network as ONNX, which carries its graph")
    }
    return side
  }

  private func checkedSize(_ size: Int) throws -> Int {
    guard (32...4096).contains(size) else {
      throw IngestError(
        "\(fit.architecture.name) takes inputs of 32 to 4096 pixels a side, not \(size)",
        advice: "give another --input-size")
    }
    return size
  }

  /// torchvision's classifier has a dropout of 0.5 after each ReLU, which its numbers show.
  private func dropout(of head: DenseHead) -> Double {
    let isTorchvision = head.layers == ["classifier.0", "classifier.3", "classifier.6"]
    return isTorchvision ? 0.5 : 0
  }
}
