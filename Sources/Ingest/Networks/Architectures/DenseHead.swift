import Compute

/// The dense layers that end a network, found by their shapes.
struct DenseHead {
  /// What the names of their weights begin with, in order; the last one gives the logits.
  let layers: [String]
  /// Numbers that enter the first.
  let inputs: Int
  /// Outputs of each.
  let outputs: [Int]

  /// Finds a chain of dense layers, each of which takes what the one before gives.
  ///
  /// - Parameters:
  ///   - names: All tensors.
  ///   - rest: Names that are free; dense weights have two sides.
  ///   - channels: Channels of what comes before, of which the first takes a multiple.
  init?(_ names: WeightNames, among rest: Set<String>, channels: Int) {
    let suffix = ".weight"
    let candidates = rest.filter { $0.hasSuffix(suffix) && names.tensors[$0]?.shape.count == 2 }
      .sorted(by: DenseHead.precedes)
    let groups = Dictionary(grouping: candidates) { $0.prefix { $0 != "." && !$0.isNumber } }
    let chains = [candidates] + groups.values.filter { $0.count < candidates.count }
    let fitting = chains.filter { chain in
      var width = channels
      for (index, name) in chain.enumerated() {
        guard let shape = names.tensors[name]?.shape, shape[0] > 0, width > 0,
          index == 0 ? shape[1] > 0 && shape[1] % width == 0 : shape[1] == width
        else { return false }
        width = shape[0]
      }
      return !chain.isEmpty
    }
    // All of them, or the only family of names that fits.
    guard let chain = fitting.first, fitting.count == 1 || chain.count == candidates.count else {
      return nil
    }
    layers = chain.map { String($0.dropLast(suffix.count)) }
    let shapes = chain.compactMap { names.tensors[$0]?.shape }
    inputs = shapes[0][1]
    outputs = shapes.map { $0[0] }
  }

  /// Whether a name comes first, numbers in it compared as numbers.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    let (first, second) = (parts(a), parts(b))
    for (x, y) in zip(first, second) where x != y {
      if let x = Int(x), let y = Int(y), x != y { return x < y }
      return x < y
    }
    return first.count < second.count
  }

  /// The name of the layer in runs of digits and others: `dense_`, `10`.
  private static func parts(_ name: String) -> [String] {
    var runs: [String] = []
    for character in name.dropLast(".weight".count) {
      if let last = runs.last?.last, last.isNumber == character.isNumber {
        runs[runs.count - 1].append(character)
      } else {
        runs.append(String(character))
      }
    }
    return runs
  }
}

/// The first dense weight behind a map of channels, brought into Lethe's order and to its size.
struct FlattenedWeight {
  /// [outputs, channels · side · side], channels first.
  var tensor: Tensor
  let channels: Int
  /// Sides of the map that the weight has been learnt on.
  let side: Int

  /// A weight whose inputs are in the order that the file has them in.
  init(_ tensor: Tensor, channels: Int, side: Int, isChannelsLast: Bool) {
    self.channels = channels
    self.side = side
    self.tensor = tensor
    let pixels = side * side
    guard isChannelsLast, pixels > 1 else { return }
    for row in 0..<tensor.shape[0] {
      let first = row * channels * pixels
      for channel in 0..<channels {
        for pixel in 0..<pixels {
          self.tensor.values[first + channel * pixels + pixel] =
            tensor.values[first + pixel * channels + channel]
        }
      }
    }
  }

  /// The weight for maps of other sides, which PyTorch's adaptive average pool would bring to the
  /// sides learnt on: the pool is linear, and so becomes part of the weight.
  ///
  /// Mean i of n covers the pixels ⌊i·s/n⌋ ..< ⌈(i+1)·s/n⌉ of s.
  func absorbingPool(from other: Int) -> Tensor {
    let outputs = tensor.shape[0]
    let windows = (0..<side).map { i in i * other / side..<((i + 1) * other + side - 1) / side }
    var values = [Float](repeating: 0, count: outputs * channels * other * other)
    for map in 0..<outputs * channels {
      for (i, rows) in windows.enumerated() {
        for (j, columns) in windows.enumerated() {
          let weight = tensor.values[(map * side + i) * side + j]
          let share = weight / Float(rows.count * columns.count)
          for row in rows {
            for column in columns { values[(map * other + row) * other + column] += share }
          }
        }
      }
    }
    return Tensor(shape: [outputs, channels * other * other], values: values)
  }
}
