extension Plan {
  /// The computation of an operation on inputs of these shapes.
  static func kernel(
    _ operation: Operation, _ inputs: [Shape], _ output: Shape, _ numerics: Numerics?
  ) -> Kernel {
    let input = inputs[0]
    return switch operation {
    case .convolution(_, let kernel, let stride, let padding, let groups):
      .convolution(
        Convolution(
          input: input, output: output, kernel: kernel, stride: stride, padding: padding,
          groups: groups, numerics: numerics))
    case .dense(let outputs): .dense(Dense(inputs: input.channels, outputs: outputs))
    case .maxPool(let kernel, let stride, let padding):
      .pooling(
        Pooling(
          kind: .max, input: input, output: output, kernel: kernel, stride: stride,
          padding: padding))
    case .averagePool(let kernel, let stride, let padding):
      .pooling(
        Pooling(
          kind: .average, input: input, output: output, kernel: kernel, stride: stride,
          padding: padding))
    case .globalAveragePool:
      .pooling(
        Pooling(
          kind: .average, input: input, output: output,
          kernel: Extent(height: input.height, width: input.width), stride: Extent(1),
          padding: Extent(0)))
    case .batchNorm(let epsilon): .batchNorm(BatchNormalisation(shape: input, epsilon: epsilon))
    case .dropout(let probability): .dropout(probability: probability)
    case .relu: .relu
    case .flatten: .flatten
    case .softmax: .softmax
    case .add: .add
    case .pad(let padding, let value):
      .border(Border(input: input, output: output, padding: padding, value: value))
    case .averagePoolExcludingPadding(let kernel, let stride, let padding):
      .pooling(
        Pooling(
          kind: .averageInside, input: input, output: output, kernel: kernel, stride: stride,
          padding: Extent(height: padding.top, width: padding.left)))
    case .concat:
      .concat(Concatenation(channels: inputs.map(\.channels), pixels: output.pixels))
    case .scale: .scale(BatchNormalisation(shape: input, epsilon: 0))
    case .multiply: .multiply(Multiplication(inputs[0], inputs[1]))
    case .sigmoid: .function(.sigmoid)
    case .clip(let low, let high):
      .function(
        .clip(low: low.map { Float($0) } ?? -.infinity, high: high.map { Float($0) } ?? .infinity))
    case .leakyRelu(let slope): .function(.leakyRelu(slope: Float(slope)))
    case .activation(let kind): .function(.named(kind))
    }
  }
}
