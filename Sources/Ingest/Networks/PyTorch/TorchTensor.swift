import Warehouse

/// The type of the numbers of a storage or tensor.
enum TorchNumber: Sendable, Equatable {
  case floating(FloatFormat)
  /// Integers and booleans of some bytes: counters and indices, which no network computes with.
  case integer(size: Int)
  /// Bytes without a type of their own; the tensor has one.
  case untyped
  /// A type that is not read, by its name in PyTorch.
  case other(String)

  /// The type that a storage class (`FloatStorage`) or a type (`float32`) of PyTorch stands for.
  init(type: PickleGlobal) {
    switch type.name {
    case "FloatStorage", "float32", "float": self = .floating(.float32)
    case "DoubleStorage", "float64", "double": self = .floating(.float64)
    case "HalfStorage", "float16", "half": self = .floating(.float16)
    case "BFloat16Storage", "bfloat16": self = .floating(.bfloat16)
    case "LongStorage", "int64", "uint64", "long": self = .integer(size: 8)
    case "IntStorage", "int32", "uint32", "int": self = .integer(size: 4)
    case "ShortStorage", "int16", "uint16", "short": self = .integer(size: 2)
    case "CharStorage", "ByteStorage", "BoolStorage", "int8", "uint8", "bool":
      self = .integer(size: 1)
    case "UntypedStorage": self = .untyped
    default: self = .other(String(type.name.prefix(40)))
    }
  }

  /// Bytes of one number; nil if they are not known.
  var size: Int? {
    switch self {
    case .floating(let format): format.size
    case .integer(let size): size
    case .untyped: 1
    case .other: nil
    }
  }
}

/// A storage of a PyTorch file: numbers that one or more tensors look into.
struct TorchStorage: Sendable, Equatable {
  /// Its name among the file's storages.
  let key: String
  let number: TorchNumber
  /// Numbers in it, or bytes if it has no type.
  let count: Int
}

/// A tensor as a PyTorch file describes it: a view of a storage.
struct TorchTensor: Sendable, Equatable {
  /// The largest number of dimensions; PyTorch itself has 64.
  private static let rankLimit = 64

  let storage: TorchStorage
  let number: TorchNumber
  let shape: [Int]
  let strides: [Int]
  /// The first number in the storage.
  let offset: Int
  /// Numbers of the tensor.
  let count: Int
  /// The storage's numbers from the first to the last that the tensor looks at; empty if none.
  let span: Range<Int>

  /// A tensor that lies within its storage.
  ///
  /// - Throws: `PickleProblem` if a side or stride is negative or the storage is too short.
  init(
    storage: TorchStorage, number: TorchNumber, offset: Int, shape: [Int], strides: [Int]
  ) throws {
    var count = 1
    var last = offset
    var overflows = offset < 0 || shape.count != strides.count || shape.count > Self.rankLimit
    if !overflows {
      for (side, stride) in zip(shape, strides) {
        let (product, isTooLarge) = count.multipliedReportingOverflow(by: side)
        let (reach, isTooFar) = max(side - 1, 0).multipliedReportingOverflow(by: stride)
        let (end, isBeyond) = last.addingReportingOverflow(reach)
        overflows = overflows || side < 0 || stride < 0 || isTooLarge || isTooFar || isBeyond
        (count, last) = (product, end)
        if overflows { break }
      }
    }
    var available = storage.count
    if case .floating(let format) = number, storage.number == .untyped {
      available /= format.size
    }
    guard !overflows, count == 0 || last < available else {
      throw PickleProblem(
        reason: "a tensor of \(shape.prefix(8)) with strides \(strides.prefix(8)) at \(offset) does"
          + " not lie within its storage of \(storage.count)",
        advice: "fetch or save the file again")
    }
    self.storage = storage
    self.number = number
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.count = count
    span = count == 0 ? 0..<0 : offset..<last + 1
  }

  /// Whether the numbers lie one after the other in the order of the shape; there is at least one.
  var isContiguous: Bool {
    var expected = 1
    for (side, stride) in zip(shape, strides).reversed() where side != 1 {
      if stride != expected { return false }
      expected *= side
    }
    return true
  }

  /// The tensor's numbers, the last side fastest.
  ///
  /// - Parameter numbers: Those of the storage within `span`.
  /// - Returns: `count` numbers.
  func gather(_ numbers: [Float]) -> [Float] {
    if count == 0 || isContiguous { return numbers }
    var gathered: [Float] = []
    gathered.reserveCapacity(count)
    var index = [Int](repeating: 0, count: shape.count)
    // The stride of a side of one may be anything, so the place wraps around rather than trap.
    var place = 0
    for _ in 0..<count {
      gathered.append(numbers[place])
      var dimension = shape.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        place &+= strides[dimension]
        if index[dimension] < shape[dimension] { break }
        place &-= index[dimension] &* strides[dimension]
        index[dimension] = 0
        dimension -= 1
      }
    }
    return gathered
  }
}

extension TorchNumber: CustomStringConvertible {
  var description: String {
    switch self {
    case .floating(let format): format.rawValue
    case .integer: "integers"
    case .untyped: "bytes without a type"
    case .other(let name): name
    }
  }
}
