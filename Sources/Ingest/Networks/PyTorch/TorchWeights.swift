import Compute
import Foundation
import Warehouse

/// Where the numbers of a PyTorch file lie: entries of an archive, or places of an old file.
protocol TorchStorageSource {
  /// All bytes that hold numbers.
  var storedBytes: Int { get }
  /// Whether numbers begin with their most significant byte.
  var isBigEndian: Bool { get }

  /// Some bytes of a storage.
  ///
  /// - Parameters:
  ///   - range: The bytes, counted from the storage's first.
  ///   - storage: The storage.
  /// - Returns: The bytes; nil if the storage does not hold as many, or there is none of its name.
  /// - Throws: What reading the file throws.
  func bytes(_ range: Range<Int>, of storage: TorchStorage) throws -> [UInt8]?
}

/// The weights that a pickle of PyTorch describes, read from their storages.
struct TorchWeights<Source: TorchStorageSource> {
  let source: Source

  /// The floating-point tensors of the state dict in a value, by its names.
  ///
  /// - Throws: `PickleProblem` if there is no state dict or its tensors cannot be; what reading the
  ///   file throws.
  func tensors(in value: PickleValue, of machine: PickleMachine) throws -> [String: Tensor] {
    let found = try StateDictSearch(machine).search(value)
    try checkSizes(found)
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in found {
      switch tensor.number {
      case .integer: continue
      case .floating(let format):
        let values = try numbers(of: tensor, format, name)
        tensors[name] = Tensor(shape: tensor.shape, values: tensor.gather(values))
      case .untyped, .other:
        throw PickleProblem(
          reason: "the tensor \(name.prefix(80)) holds numbers that are not read"
            + " (\(tensor.number))",
          advice: "convert the network with model.float() before saving its state dict")
      }
    }
    guard !tensors.isEmpty else {
      throw PickleProblem(reason: "its state dict holds no floating-point tensor")
    }
    return tensors
  }

  /// Refuses views that blow a small storage up to more than the file can mean.
  private func checkSizes(_ found: StateDictSearch.Found) throws {
    var total = 0
    for (name, tensor) in found {
      let (sum, overflows) = total.addingReportingOverflow(tensor.count)
      guard !overflows, sum <= 1 << 22 || sum / 4 <= source.storedBytes else {
        throw PickleProblem(
          reason: "the tensors up to \(name.prefix(80)) claim \(sum) numbers, far more than its"
            + " \(source.storedBytes) bytes hold")
      }
      total = sum
    }
  }

  /// The numbers of a tensor's span.
  private func numbers(
    of tensor: TorchTensor, _ format: FloatFormat, _ name: String
  ) throws -> [Float] {
    if tensor.span.isEmpty { return [] }
    let (end, overflows) = tensor.span.upperBound.multipliedReportingOverflow(by: format.size)
    guard !overflows,
      let bytes = try source.bytes(
        tensor.span.lowerBound * format.size..<end, of: tensor.storage)
    else {
      throw PickleProblem(
        reason: "the storage \(tensor.storage.key.prefix(40)) of \(name.prefix(80)) is missing or"
          + " too short",
        advice: "fetch or save the file again")
    }
    return bytes.withUnsafeBytes { format.decode($0, bigEndian: source.isBigEndian) }
  }
}
