internal import Foundation
internal import HDF5
internal import Hashing

/// What the two kinds of index files have in common: where they lie, and what they begin with.
enum NeuronIndexFile {
  /// What an index holds.
  enum Kind: String {
    /// A column a channel: its maximum and mean in every sample.
    case channels
    /// A list a position of a channel: the samples in which it is most active.
    case positions
  }

  static let format = "lethe-neuron-index"
  static let version: Int64 = 1

  /// The path of an index, relative to the warehouse.
  static func path(_ kind: Kind, key: String, datasetName: String) -> String {
    "\(Layout.index)/\(datasetName)/\(key.prefix(12))-\(kind.rawValue).h5"
  }

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
  static func isCurrent(_ root: HDF5Group, kind: Kind, key: String, stamp: String) throws -> Bool {
    let attributes = root.attributes
    return try attributes.value("format") == .text(format)
      && attributes.value("version") == .integer(version)
      && attributes.value("kind") == .text(kind.rawValue)
      && attributes.value("key") == .text(key) && attributes.value("stamp") == .text(stamp)
  }

  /// Begins a new file.
  static func describe(_ root: HDF5Group, kind: Kind, key: String, stamp: String) throws {
    let attributes: [(String, HDF5AttributeValue)] = [
      ("format", .text(format)), ("version", .integer(version)), ("kind", .text(kind.rawValue)),
      ("key", .text(key)), ("stamp", .text(stamp)),
    ]
    for (name, value) in attributes { try root.attributes.set(value, for: name) }
  }
}
