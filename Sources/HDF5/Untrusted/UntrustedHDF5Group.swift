/// A group of a file that is not trusted.
public struct UntrustedHDF5Group {
  let file: UntrustedHDF5File
  let address: Int
  /// The absolute path.
  public let path: String

  private static let memberLimit = 20_000

  /// The names of the members, in ascending order; links by path are left out.
  ///
  /// - Throws: `HDF5Error` if they cannot be read or are too many.
  public func members() throws(HDF5Error) -> [String] { try listing().keys.sorted() }

  /// Whether there is a group or dataset at a path relative to this group.
  ///
  /// - Throws: `HDF5Error` if a group on the way cannot be read.
  public func contains(_ path: String) throws(HDF5Error) -> Bool { try find(path) != nil }

  /// The group at a path relative to this one.
  ///
  /// - Throws: `HDF5Error` if there is none.
  public func group(_ path: String) throws(HDF5Error) -> UntrustedHDF5Group {
    guard let address = try find(path) else {
      throw file.error("open the group", self.path, "there is nothing named \(path.prefix(120))")
    }
    return UntrustedHDF5Group(file: file, address: address, path: absolute(path))
  }

  /// The dataset at a path relative to this group.
  ///
  /// - Throws: `HDF5Error` if there is none, or its form is not read.
  public func dataset(_ path: String) throws(HDF5Error) -> UntrustedHDF5Dataset {
    guard let address = try find(path) else {
      throw file.error("open the dataset", self.path, "there is nothing named \(path.prefix(120))")
    }
    return try UntrustedHDF5Dataset(file: file, address: address, path: absolute(path))
  }

  private func absolute(_ path: String) -> String {
    self.path == "/" ? "/\(path)" : "\(self.path)/\(path)"
  }

  /// The address of what is at a path; nil if a name on the way is not there.
  private func find(_ path: String) throws(HDF5Error) -> Int? {
    var current = self
    for part in path.split(separator: "/") {
      // Below a dataset there is nothing.
      guard let next = try current.listing()[String(part)] else { return nil }
      current = UntrustedHDF5Group(file: file, address: next, path: current.absolute(String(part)))
    }
    return current.address
  }

  /// The addresses of the members' headers by name; none for what is no group.
  private func listing() throws(HDF5Error) -> [String: Int] {
    if let known = file.listing(of: address) { return known }
    let header = try ObjectHeader(file, at: address, path: path)
    var found: [String: Int] = [:]
    if let table = header.message(.symbolTable) {
      guard let tree = table.address(0), let heap = table.address(8) else {
        throw problem("its table of members makes no sense")
      }
      found = try members(tree: tree, names: try names(heap))
    }
    // Groups with other links, or few members in the order of their making, list them here.
    for message in header.messages where message.kind == .link && !message.isShared {
      guard found.count < Self.memberLimit, let link = Link(message.bytes) else {
        throw problem("one of its links is damaged")
      }
      if let address = link.address { found[link.name] = address }
    }
    if let info = header.message(.linkInfo), info.count >= 2,
      info.address(info[1] & 1 == 0 ? 2 : 10) != nil
    {
      throw problem("its members are listed in a newer form")
    }
    guard file.remember(found, of: address) else { throw problem("the file has too many members") }
    return found
  }

  /// The bytes of the names, in a heap of the group's own.
  private func names(_ address: Int) throws(HDF5Error) -> [UInt8] {
    guard let head = file.bytes(at: address, count: 32), head.starts(with: Array("HEAP".utf8)),
      let size = head.address(8), let place = head.address(24), size <= 1 << 26,
      let bytes = file.bytes(at: place, count: size)
    else { throw problem("the names of its members cannot be found") }
    return bytes
  }

  /// The members below the root of their tree.
  private func members(tree: Int, names: [UInt8]) throws(HDF5Error) -> [String: Int] {
    var found: [String: Int] = [:]
    var nodes: [(address: Int, level: Int?)] = [(tree, nil)]
    var visited = 0
    while let node = nodes.popLast() {
      visited += 1
      guard visited <= Self.memberLimit, let head = file.bytes(at: node.address, count: 24),
        head.starts(with: Array("TREE".utf8)), head[4] == 0, let count = head.short(6),
        node.level.map({ Int(head[5]) == $0 }) ?? true,
        let body = file.bytes(at: node.address + 24, count: 16 * count)
      else { throw problem("the tree of its members is damaged") }
      for index in 0..<count {
        guard let child = body.address(16 * index + 8) else {
          throw problem("the tree of its members is damaged")
        }
        if head[5] > 0 {
          guard nodes.count < Self.memberLimit else {
            throw problem("it has too many members")
          }
          nodes.append((child, Int(head[5]) - 1))
        } else {
          visited += 1
          try add(leaf: child, names: names, to: &found)
        }
      }
    }
    return found
  }

  private func add(
    leaf: Int, names: [UInt8], to found: inout [String: Int]
  ) throws(HDF5Error) {
    guard let head = file.bytes(at: leaf, count: 8), head.starts(with: Array("SNOD".utf8)),
      let count = head.short(6), let body = file.bytes(at: leaf + 8, count: 40 * count)
    else { throw problem("the table of its members is damaged") }
    for index in 0..<count {
      guard let nameStart = body.address(40 * index), nameStart < names.count,
        let kind = body.word(40 * index + 16)
      else { throw problem("a member's name cannot be found") }
      // Links by path are never followed.
      guard kind != 2, let address = body.address(40 * index + 8) else { continue }
      let name = names[nameStart...].prefix { $0 != 0 }
      guard name.count <= 1_024, found.count < Self.memberLimit else {
        throw problem("it has too many members, or their names are too long")
      }
      found[String(decoding: name, as: UTF8.self)] = address
    }
  }

  func problem(_ reason: String) -> HDF5Error { file.error("read the group", path, reason) }
}

/// A link of a group: a name, and the address of what it is if it is no path.
private struct Link {
  let name: String
  let address: Int?

  /// The link of a message; nil if it makes no sense.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 3, bytes[0] == 1 else { return nil }
    let flags = bytes[1]
    var offset = 2
    var isHard = true
    if flags & 8 != 0 {
      isHard = bytes[offset] == 0
      offset += 1
    }
    // The order of its making, and the encoding of its name.
    if flags & 4 != 0 { offset += 8 }
    if flags & 16 != 0 { offset += 1 }
    let lengthSize = 1 << Int(flags & 3)
    guard let length = bytes.number(offset, size: lengthSize).flatMap({ Int(exactly: $0) }),
      length <= 1_024, let name = bytes.part(offset + lengthSize, length)
    else { return nil }
    self.name = String(decoding: name, as: UTF8.self)
    guard isHard else {
      address = nil
      return
    }
    guard let address = bytes.address(offset + lengthSize + length) else { return nil }
    self.address = address
  }
}
