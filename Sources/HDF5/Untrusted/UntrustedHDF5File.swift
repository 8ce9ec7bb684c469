public import Foundation

/// An HDF5 file that is not trusted, read without the HDF5 library.
///
/// The library is made for files of good faith: single changed bytes make it read through bad
/// pointers. This reader knows the classic form alone, which h5py and Keras write unless told
/// otherwise: superblock 0 or 1, groups as symbol tables, datasets that are contiguous, compact, or
/// in chunks that a B-tree of version 1 lists. Every address and size is compared with the file
/// before it is followed. Other forms are refused, not misread. Format: "HDF5 File Format Specification Version 3.0".
public final class UntrustedHDF5File {
  /// What unpacks zlib data, which this module does not know: the data, and the most bytes that may
  /// come of them; nil if they are damaged or there would be more.
  public typealias Inflate = (ArraySlice<UInt8>, Int) -> [UInt8]?

  /// The file's place.
  public let url: URL
  let size: Int
  let inflate: Inflate?
  /// The address of the root group's object header.
  private let rootAddress: Int
  private let handle: FileHandle
  /// Bytes of datasets that have been read; they are no more than the file has, twice over.
  private var bytesRead = 0
  /// Bytes that chunks may still come to when they are unpacked.
  private var unpackedBudget: Int
  /// Bytes of the structure that may still be read: paths that share their bytes end somewhere.
  private var budget: Int
  /// The members of groups that have been listed, by the addresses of their headers.
  private var listings: [Int: [String: Int]] = [:]
  private var listed = 0
  /// Objects of global heaps by index, by the addresses of the heaps.
  private var heaps: [Int: [Int: ArraySlice<UInt8>]] = [:]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - inflate: What unpacks zlib data; nil: datasets that are packed so cannot be read.
  /// - Throws: `HDF5Error` if it cannot be read or is not of the classic form.
  public init(_ url: URL, inflate: Inflate? = nil) throws(HDF5Error) {
    self.url = url
    self.inflate = inflate
    guard let handle = try? FileHandle(forReadingFrom: url), let end = try? handle.seekToEnd()
    else {
      throw HDF5Error("open the file", file: url, path: "/", reason: "it cannot be read")
    }
    self.handle = handle
    size = Int(clamping: end)
    budget = (1 << 26) + 4 * min(size, 1 << 40)
    // Trained weights hardly shrink; a file of zeros may, up to 64 MB.
    unpackedBudget = (1 << 26) + 16 * min(size, 1 << 40)
    let head = Self.read(handle, size, at: 0, count: min(96, size)) ?? []
    let version = head.count > 8 ? head[8] : 255
    guard head.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]), head.count == 96
    else { throw HDF5Error("open the file", file: url, path: "/", reason: "it is no HDF5 file") }
    guard version < 2 else {
      throw HDF5Error(
        "open the file", file: url, path: "/",
        reason: "it is of a newer form (superblock \(version)); write it without libver='latest'")
    }
    // Version 1 has four bytes more before the addresses.
    let base = version == 0 ? 24 : 28
    guard head[13] == 8, head[14] == 8, head.address(base) == 0,
      let root = head.address(base + 40), root > 0, root < size
    else {
      throw HDF5Error("open the file", file: url, path: "/", reason: "its superblock is damaged")
    }
    rootAddress = root
  }

  deinit { try? handle.close() }

  /// The file's root group.
  public var root: UntrustedHDF5Group {
    UntrustedHDF5Group(file: self, address: rootAddress, path: "/")
  }

  func error(_ action: String, _ path: String, _ reason: String) -> HDF5Error {
    HDF5Error(action, file: url, path: path, reason: reason)
  }

  /// Some bytes of the file's structure; nil if the file does not hold them, or far more has been
  /// read than it can mean.
  func bytes(at address: Int, count: Int) -> [UInt8]? {
    guard count >= 0, count <= budget else { return nil }
    // A read costs more than its bytes.
    budget -= min(budget, count + 64)
    return Self.read(handle, size, at: address, count: count)
  }

  /// Bytes of a dataset.
  ///
  /// - Parameters:
  ///   - address: Where they begin.
  ///   - count: How many.
  /// - Returns: The bytes; nil if the file does not hold them, or datasets that share their bytes
  ///   ask for more than twice the file.
  func data(at address: Int, count: Int) -> [UInt8]? {
    guard count >= 0, count <= size, bytesRead <= 2 * size - count else { return nil }
    bytesRead += count
    return Self.read(handle, size, at: address, count: count)
  }

  /// Whether chunks may be unpacked, which all together must stay in proportion to the file.
  ///
  /// - Parameters:
  ///   - size: Bytes of a chunk.
  ///   - count: Chunks.
  ///   - elementSize: Bytes of an element, which becomes one of four bytes.
  /// - Returns: Whether they may; then they are counted.
  func mayUnpack(_ size: Int, times count: Int, asFloats elementSize: Int) -> Bool {
    let factor = elementSize < 4 ? 4 : 1
    guard count > 0, size <= unpackedBudget / count / factor else { return false }
    unpackedBudget -= size * count * factor
    return true
  }

  /// The object of an index in the global heap at an address; nil if there is none.
  func heapObject(_ index: Int, at address: Int) -> ArraySlice<UInt8>? {
    if let heap = heaps[address] { return heap[index] }
    guard let head = bytes(at: address, count: 16), head.starts(with: Array("GCOL".utf8)),
      let length = head.address(8), length >= 16, let heap = bytes(at: address, count: length)
    else { return nil }
    var objects: [Int: ArraySlice<UInt8>] = [:]
    var offset = 16
    // Index 0 is what is free at the end.
    while let number = heap.short(offset), number != 0, let size = heap.address(offset + 8),
      size <= length - offset - 16
    {
      objects[number] = heap[offset + 16..<offset + 16 + size]
      offset += 16 + (size + 7) / 8 * 8
    }
    heaps[address] = objects
    return objects[index]
  }

  func listing(of address: Int) -> [String: Int]? { listings[address] }

  /// Keeps the members of a group; false if all groups together have too many.
  func remember(_ listing: [String: Int], of address: Int) -> Bool {
    listings[address] = listing
    listed += listing.count + 1
    return listed <= 200_000
  }

  private static func read(
    _ handle: FileHandle, _ size: Int, at address: Int, count: Int
  ) -> [UInt8]? {
    guard address >= 0, count >= 0, address <= size, count <= size - address else { return nil }
    if count == 0 { return [] }
    do {
      try handle.seek(toOffset: UInt64(address))
      let data = try handle.read(upToCount: count)
      return data?.count == count ? data.map { [UInt8]($0) } : nil
    } catch {
      return nil
    }
  }
}

extension [UInt8] {
  /// A little-endian number of some bytes; nil where the array ends.
  func number(_ offset: Int, size: Int) -> UInt64? {
    guard offset >= 0, offset <= count - size else { return nil }
    return (0..<size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(self[offset + $1]) }
  }

  func short(_ offset: Int) -> Int? { number(offset, size: 2).map { Int($0) } }

  /// A number of four bytes.
  func word(_ offset: Int) -> Int? { number(offset, size: 4).map { Int($0) } }

  /// An address or length; nil also for the one that means "none".
  func address(_ offset: Int) -> Int? { number(offset, size: 8).flatMap { Int(exactly: $0) } }

  /// Some bytes; nil where the array ends.
  func part(_ offset: Int, _ length: Int) -> [UInt8]? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return Array(self[offset..<offset + length])
  }
}
