/// A dense array of float32, row-major.
public struct Tensor: Sendable, Equatable {
  /// Sides, outermost first.
  public let shape: [Int]
  /// Numbers, the last side fastest.
  public var values: [Float]

  /// A tensor; `values` must hold as many numbers as `shape` says.
  public init(shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "a tensor of \(shape) needs that many values")
    self.shape = shape
    self.values = values
  }
}

/// Named tensors in a fixed order: the parameters of a network.
///
/// Layouts are PyTorch's: convolution weight [out, in / groups, height, width], dense weight
/// [out, in] with the input in channels-first order, and vectors `bias`, `running_mean` and
/// `running_var`.
public struct Parameters: Sendable, Equatable {
  /// Names in the order in which they were added.
  public private(set) var names: [String] = []
  private var tensors: [String: Tensor] = [:]

  /// No parameters.
  public init() {}

  /// Parameters from pairs, later ones replacing earlier ones of the same name.
  public init(_ pairs: [(name: String, tensor: Tensor)]) {
    for pair in pairs { self[pair.name] = pair.tensor }
  }

  /// The tensor of a name; setting nil removes it.
  public subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set {
      if tensors[name] == nil, newValue != nil { names.append(name) }
      if newValue == nil { names.removeAll { $0 == name } }
      tensors[name] = newValue
    }
  }

  /// How many numbers all tensors hold.
  public var count: Int { tensors.values.reduce(0) { $0 + $1.values.count } }

  /// The tensors of these names that exist, in the order asked for.
  public func selecting(_ wanted: [String]) -> Parameters {
    Parameters(wanted.compactMap { name in self[name].map { (name, $0) } })
  }
}
