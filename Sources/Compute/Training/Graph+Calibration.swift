extension Graph {
  /// Parameters rescaled so that every convolution and dense layer answers a batch with mean 0 and
  /// variance 1 a channel, before its ReLU; the last one with deviation 0.1, so that training
  /// starts from the loss of chance.
  ///
  /// Deep networks without batch norm start close to a saddle: their layers say nearly the same of
  /// all pictures. Standardising each channel on data, as batch norm does, starts away from it
  /// and leaves the network plain (layer-sequential unit variance, Mishkin & Matas 2016; data-dependent
  /// initialisation, Krähenbühl et al. 2016). Layers are taken in order, each on what the
  /// calibrated ones before it say; those that batch norm follows, and channels that do not vary,
  /// stay as they are.
  ///
  /// - Parameters:
  ///   - parameters: Where to start, for example `initialParameters(seed:)`.
  ///   - batch: Some dozens of inputs of the network.
  ///   - threads: Threads to use.
  /// - Returns: The parameters, weights and biases changed.
  /// - Throws: `NetworkError` if the parameters or the batch do not fit the graph.
  public func calibrated(
    _ parameters: Parameters, on batch: Activation, threads: Int = 1
  ) throws -> Parameters {
    var parameters = parameters
    for (index, node) in nodes.enumerated() where isCalibrated(index) {
      // The graph up to this node, which is made a layer so that it is yielded.
      let last = Node(node.name, node.operation, inputs: node.inputs, isLayer: true)
      let part = try Graph(input: input, nodes: nodes[..<index] + [last])
      let answer = try ForwardPass(graph: part, parameters: parameters, threads: threads)
        .output(batch)
      let isLast = !nodes[(index + 1)...].contains { isLearnt($0) }
      standardise(node, by: answer, deviation: isLast ? 0.1 : 1, &parameters)
    }
    return parameters
  }

  private func isCalibrated(_ index: Int) -> Bool {
    guard isLearnt(nodes[index]) else { return false }
    return !nodes[(index + 1)...].contains { node in
      guard case .batchNorm = node.operation else { return false }
      return node.inputs.contains(nodes[index].name)
    }
  }

  private func isLearnt(_ node: Node) -> Bool {
    switch node.operation {
    case .convolution, .dense: true
    default: false
    }
  }

  private func standardise(
    _ node: Node, by answer: Activation, deviation: Double, _ parameters: inout Parameters
  ) {
    let (weightName, biasName) = ("\(node.parameterPrefix).weight", "\(node.parameterPrefix).bias")
    guard var weight = parameters[weightName] else { return }
    let channels = answer.shape.channels
    let count = Double(answer.samples * answer.shape.pixels)
    var bias = parameters[biasName]?.values ?? [Float](repeating: 0, count: channels)
    let perChannel = weight.values.count / channels
    for channel in 0..<channels {
      var (sum, squares) = (0.0, 0.0)
      for position in stride(from: channel, to: answer.values.count, by: channels) {
        let value = Double(answer.values[position])
        sum += value
        squares += value * value
      }
      let mean = sum / count
      let variance = squares / count - mean * mean
      guard variance > 1e-10 * max(1, mean * mean) else { continue }
      let scale = deviation / variance.squareRoot()
      for position in channel * perChannel..<(channel + 1) * perChannel {
        weight.values[position] = Float(Double(weight.values[position]) * scale)
      }
      bias[channel] = Float((Double(bias[channel]) - mean) * scale)
    }
    parameters[weightName] = weight
    parameters[biasName] = Tensor(shape: [channels], values: bias)
  }
}
