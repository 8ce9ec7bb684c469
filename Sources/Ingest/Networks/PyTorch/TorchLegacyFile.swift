import Compute
import Foundation

/// A file of `torch.save` as PyTorch wrote it before 1.6, and torchvision's older weights still
/// are: five pickles (a number, a version, facts on the machine, the object, the names of the
/// storages), then every storage as its count and its numbers.
struct TorchLegacyFile: TorchStorageSource {
  /// The first bytes: protocol 2, and the number 0x1950a86a20f9469cfc6c.
  static let start: [UInt8] = [
    0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]

  let storedBytes: Int
  /// Numbers are little-endian in the file, whatever wrote it.
  let isBigEndian = false
  private let handle: FileHandle
  private let value: PickleValue
  private let machine: PickleMachine
  private let url: URL
  private var places: [String: Range<Int>] = [:]

  /// Reads the pickles and finds the storages; no weights are read yet.
  ///
  /// - Throws: `IngestError` if the file is malformed or cannot be read.
  init(_ url: URL) throws {
    self.url = url
    handle = try FileHandle(forReadingFrom: url)
    storedBytes = Int(clamping: try handle.seekToEnd())
    try handle.seek(toOffset: 0)
    let head = [UInt8](try handle.read(upToCount: TorchArchive.pickleLimit) ?? Data())
    (value, machine, places) = try naming(url) { [handle, storedBytes] in
      var position = 0
      // The number, the version and the facts on the machine, which say nothing of use.
      for _ in 0..<3 {
        var machine = PickleMachine(PickleBytes(head, at: position))
        _ = try machine.run()
        position = machine.position
      }
      var machine = PickleMachine(PickleBytes(head, at: position))
      let value = try machine.run()
      var keys = PickleMachine(PickleBytes(head, at: machine.position))
      let names = try keys.run()
      guard let members = keys.members(names) else {
        throw PickleProblem.damaged("the names of the storages are no list", at: keys.position)
      }
      let places = try Self.places(
        of: members, machine.storages, from: keys.position, in: handle, size: storedBytes)
      return (value, machine, places)
    }
  }

  /// The floating-point tensors of the state dict that the file holds, by its names.
  ///
  /// - Throws: `IngestError` if there is no state dict or its weights cannot be read.
  func tensors() throws -> [String: Tensor] {
    defer { try? handle.close() }
    return try naming(url) { try TorchWeights(source: self).tensors(in: value, of: machine) }
  }

  func bytes(_ range: Range<Int>, of storage: TorchStorage) throws -> [UInt8]? {
    guard let place = places[storage.key], range.upperBound <= place.count else { return nil }
    try handle.seek(toOffset: UInt64(place.lowerBound + range.lowerBound))
    let bytes = [UInt8](try handle.read(upToCount: range.count) ?? Data())
    return bytes.count == range.count ? bytes : nil
  }

  /// Where the numbers of every storage lie, which follow each other in the order of their names.
  private static func places(
    of names: [PickleValue], _ storages: [TorchStorage], from start: Int, in handle: FileHandle,
    size: Int
  ) throws -> [String: Range<Int>] {
    let sizes = Dictionary(
      storages.map { ($0.key, $0.number.size) }, uniquingKeysWith: { first, _ in first })
    var places: [String: Range<Int>] = [:]
    var position = start
    for name in names {
      guard case .text(let key) = name, let known = sizes[key], let itemSize = known else {
        throw PickleProblem.damaged("a storage is not described before", at: position)
      }
      try handle.seek(toOffset: UInt64(position))
      let digits = [UInt8](try handle.read(upToCount: 8) ?? Data())
      let count = digits.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard digits.count == 8, count <= UInt64((size - position - 8) / itemSize) else {
        throw PickleProblem.damaged("the storage \(key.prefix(40)) is cut off", at: position)
      }
      let end = position + 8 + Int(count) * itemSize
      places[key] = position + 8..<end
      position = end
    }
    return places
  }
}
