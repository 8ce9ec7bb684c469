/// What a layer says about a batch of samples, float32 in NHWC order (channels fastest).
public struct Activation: Sendable, Equatable {
  /// Samples in the batch.
  public let samples: Int
  /// The shape of one sample.
  public let shape: Shape
  /// samples × height × width × channels numbers.
  public var values: [Float]

  /// An activation; `values` must hold samples × shape.count numbers.
  public init(samples: Int, shape: Shape, values: [Float]) {
    precondition(
      samples >= 0 && values.count == samples * shape.count,
      "\(samples) samples of \(shape) need \(samples * shape.count) values, not \(values.count)")
    self.samples = samples
    self.shape = shape
    self.values = values
  }

  /// An activation from numbers in channels-first order (NCHW, as PyTorch and files have it).
  public init(channelsFirst: [Float], samples: Int, shape: Shape) {
    precondition(
      samples >= 0 && channelsFirst.count == samples * shape.count,
      "\(samples) samples of \(shape) need \(samples * shape.count) values")
    self.init(
      samples: samples, shape: shape,
      values: Activation.transposed(
        channelsFirst, samples: samples, rows: shape.channels, columns: shape.pixels))
  }

  /// The numbers in channels-first order (NCHW).
  public func channelsFirst() -> [Float] {
    Activation.transposed(values, samples: samples, rows: shape.pixels, columns: shape.channels)
  }

  /// The samples at these positions, in the order asked for; positions must be in 0..<samples.
  public func selecting(_ positions: [Int]) -> Activation {
    let count = shape.count
    let selected = [Float](unsafeUninitializedCapacity: positions.count * count) { target, filled in
      values.withUnsafeBufferPointer { source in
        for (row, position) in positions.enumerated() {
          precondition(position >= 0 && position < samples, "there is no sample \(position)")
          for index in 0..<count {
            target.initializeElement(at: row * count + index, to: source[position * count + index])
          }
        }
      }
      filled = positions.count * count
    }
    return Activation(samples: positions.count, shape: shape, values: selected)
  }

  /// Each sample's matrix of rows × columns, transposed.
  private static func transposed(
    _ values: [Float], samples: Int, rows: Int, columns: Int
  ) -> [Float] {
    guard rows > 1, columns > 1 else { return values }
    return [Float](unsafeUninitializedCapacity: values.count) { target, filled in
      values.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        for sample in 0..<samples {
          let start = sample * rows * columns
          Transpose.matrix(from + start, rows: rows, columns: columns, into: to + start)
        }
      }
      filled = values.count
    }
  }
}
