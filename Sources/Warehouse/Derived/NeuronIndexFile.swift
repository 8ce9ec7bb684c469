internal import Foundation
internal import HDF5
internal import Hashing

/// What the two kinds of index files have in common: what they begin with, and how parts are checked.
enum NeuronIndexFile {
  static let format = "lethe-neuron-index"
  static let version: Int64 = 1

  /// The first eight bytes of the SHA-256 of what belongs to a channel, as one number.
  static func check(_ bytes: [UInt8]) -> Int64 {
    let hash = SHA256()
    hash.update(bytes)
    return check(hash)
  }

  /// The same of numbers, little-endian.
  static func check(_ values: [Float]) -> Int64 {
    let hash = SHA256()
    hash.update(values)
    return check(hash)
  }

  /// The same of what was hashed already.
  static func check(_ hash: SHA256) -> Int64 {
    Int64(bitPattern: UInt64(hash.hex().prefix(16), radix: 16) ?? 0)
  }

  /// Whether a file is the index that is looked for, made from what is stored now.
  static func isCurrent(
    _ root: HDF5Group, kind: NeuronIndexName.Kind, key: String, stamp: String
  ) throws -> Bool {
    let attributes = root.attributes
    return try attributes.value("format") == .text(format)
      && attributes.value("version") == .integer(version)
      && attributes.value("kind") == .text(kind.rawValue)
      && attributes.value("key") == .text(key) && attributes.value("stamp") == .text(stamp)
  }

  /// Whether a file says that it is the index that its name promises, of whatever state of the layer.
  static func isOwn(_ root: HDF5Group, named name: NeuronIndexName) throws -> Bool {
    let attributes = root.attributes
    guard case .text(let key) = try attributes.value("key") else { return false }
    return try attributes.value("format") == .text(format)
      && attributes.value("version") == .integer(version)
      && attributes.value("kind") == .text(name.kind.rawValue) && key.hasPrefix(name.key)
  }

  /// Begins a new file.
  static func describe(
    _ root: HDF5Group, kind: NeuronIndexName.Kind, key: String, stamp: String
  ) throws {
    let attributes: [(String, HDF5AttributeValue)] = [
      ("format", .text(format)), ("version", .integer(version)), ("kind", .text(kind.rawValue)),
      ("key", .text(key)), ("stamp", .text(stamp)),
    ]
    for (name, value) in attributes { try root.attributes.set(value, for: name) }
  }
}
