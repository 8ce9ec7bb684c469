import Foundation
import Hashing
import SQLite
import Testing

@testable import Warehouse

@Suite("verify reads the indexes of units")
struct NeuronIndexCheckTests {
  private static let channels = "index/faces/\(Example.key.prefix(12))-channels.h5"
  private static let positions = "index/faces/\(Example.key.prefix(12))-positions.h5"

  private let folder: TemporaryFolder
  private let faces: Int64

  /// A warehouse with both indexes of a layer of three channels.
  init() throws {
    folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    faces = try Example.addFaces(to: store)
    let model = try store.saveModel(Example.model("emotion"), tensors: Example.tensors)
    try store.catalogue.run("UPDATE layer SET prefix = ? WHERE model = ?", Example.key, model)
    try Self.write(to: store, faces)
    try store.close()
  }

  private static func write(to store: Store, _ dataset: Int64) throws {
    _ = try store.writeChannelIndex(
      key: Example.key, dataset: dataset, channels: 3, hasMeans: true
    ) { append in
      try append((0..<30).map(Float.init), (0..<30).map { Float($0) / 2 })
    }
    _ = try store.writePositionIndex(key: Example.key, dataset: dataset, origin: .maps) { append in
      for channel in 0..<3 {
        try append([PositionIndex.List(threshold: Float(channel), bytes: [1, 2, 3])])
      }
    }
  }

  private func open(writing: Bool = false) throws -> Store {
    try Store.open(folder("w"), for: writing ? .writing(create: false) : .reading)
  }

  /// What `verify` finds for a reader, in the order of the files.
  private func findings() throws -> [Finding] {
    let store = try open()
    defer { try? store.close() }
    return try store.verify()
  }

  @Test("Sound indexes have no findings, and their checksum is what sha256sum would write")
  func sound() throws {
    var seen: [String] = []
    let store = try open()
    #expect(try store.verify { seen.append($0.file) } == [])
    #expect(seen.suffix(2) == [Self.channels, Self.positions])
    let line = try String(contentsOf: folder("w/\(Self.channels).sha256"), encoding: .utf8)
    let digest = try SHA256.hex(ofFile: folder("w/" + Self.channels)).digest
    #expect(line == "\(digest)  \(Example.key.prefix(12))-channels.h5\n")
    #expect(try store.intactChannelIndex(key: Example.key, dataset: faces) != nil)
    #expect(try store.intactPositionIndex(key: Example.key, dataset: faces) != nil)
    // An index that is out of date is set aside, and no damage.
    let writer = try open(writing: true)
    try writer.writeSegment(Example.description(dataset: faces)) { segment in
      try segment.pooled(layer: "conv1", key: Example.key, channels: 3)
        .write((0..<10).flatMap(Example.pooledRow), at: 0)
    }
    #expect(try writer.channelIndex(key: Example.key, dataset: faces) == nil)
    try writer.close()
    #expect(try findings() == [])
  }

  @Test("A flipped byte, a cut and a loss are told, and mended by writing the index anew")
  func damage() throws {
    for (number, path) in [Self.channels, Self.positions].enumerated() {
      let file = folder("w/" + path)
      let whole = try Data(contentsOf: file)
      for place in [0, 700, whole.count / 2, whole.count - 1] {
        var bytes = whole
        bytes[place] ^= 0x10
        try bytes.write(to: file)
        let found = try findings()
        #expect(found.map(\.kind) == [.digest])
        #expect(found.first?.subject == path)
        #expect(found.first?.problem.hasSuffix("lethe neurons index makes it anew") == true)
        let store = try open()
        #expect(
          try
            (number == 0
            ? store.intactChannelIndex(key: Example.key, dataset: faces)
            : store.intactPositionIndex(key: Example.key, dataset: faces)) == nil)
      }
      for length in [0, 100, whole.count - 1] {
        try whole.prefix(length).write(to: file)
        #expect(try findings().map(\.kind) == [.digest])
      }
      try FileManager.default.removeItem(at: file)
      let lost = try findings()
      #expect(lost.map(\.kind) == [.missingFile])
      #expect(lost.first?.description.hasPrefix("\(path): the file is missing; questions") == true)
      let store = try open(writing: true)
      try Self.write(to: store, faces)
      try store.close()
      #expect(try findings() == [])
    }
  }

  @Test("A checksum that is lost or no checksum is told")
  func checksums() throws {
    let file = folder("w/\(Self.channels).sha256")
    let digest = String(repeating: "0", count: 64)
    for text in ["", "no digest\n", "\(digest)  other.h5\n", String(repeating: "a", count: 9_000)] {
      try Data(text.utf8).write(to: file)
      let found = try findings()
      #expect(found.map(\.kind) == [.unreadable] && found[0].subject == "\(Self.channels).sha256")
    }
    try FileManager.default.removeItem(at: file)
    #expect(try findings().map(\.kind) == [.unreadable])
  }

  @Test("Files of others are told from indexes")
  func foreign() throws {
    // What the other kind of index holds, with its own checksum.
    let (one, other) = (folder("w/" + Self.channels), folder("w/" + Self.positions))
    try Data(contentsOf: other).write(to: one)
    let digest = try SHA256.hex(ofFile: one).digest
    try Data("\(digest)  \(one.lastPathComponent)\n".utf8).write(
      to: folder("w/\(Self.channels).sha256"))
    #expect(try findings().map(\.kind) == [.description])
    let store = try open(writing: true)
    try Self.write(to: store, faces)
    try store.close()
    let manager = FileManager.default
    try manager.createDirectory(at: folder("w/index/cats"), withIntermediateDirectories: true)
    let strays = [
      ("index/cats/\(one.lastPathComponent)", "there is no such data set"),
      ("index/faces/fedcba987654-channels.h5", "no model has its layer"),
      ("index/faces/notes.txt", "this is no file of the warehouse's"),
      ("index/faces/\(Example.key.prefix(12))-rows.h5", "this is no file of the warehouse's"),
    ]
    for (path, problem) in strays {
      try manager.copyItem(at: one, to: folder("w/" + path))
      let found = try findings()
      #expect(found.map(\.kind) == [.orphan] && found[0].subject == path)
      #expect(found.first?.problem.hasPrefix(problem) == true)
      try manager.removeItem(at: folder("w/" + path))
    }
  }

  @Test("A writer removes what a killed one left, and checksums of indexes that were deleted")
  func sweep() throws {
    let left = ["\(Self.channels).partial", "\(Self.positions).sha256.partial"]
    for path in left { try Data("x".utf8).write(to: folder("w/" + path)) }
    #expect(try findings().map(\.subject) == left)
    try open(writing: true).close()
    #expect(try findings() == [])
    try FileManager.default.removeItem(at: folder("w/" + Self.positions))
    #expect(try findings().map(\.kind) == [.missingFile])
    try open(writing: true).close()
    #expect(try findings() == [])
    #expect(FileManager.default.fileExists(atPath: folder("w/" + Self.channels).path))
  }

  @Test("While another one writes no index is written, and what is there stays")
  func lock() throws {
    let before = try Data(contentsOf: folder("w/" + Self.channels))
    let reader = try open()
    let writer = try open(writing: true)
    let error = #expect(throws: WarehouseError.self) { try Self.write(to: reader, faces) }
    #expect(error?.cause == .locked)
    #expect(try Data(contentsOf: folder("w/" + Self.channels)) == before)
    #expect(try findings() == [])
    try writer.close()
    try Self.write(to: reader, faces)
    // The lock is let go with the last byte.
    try open(writing: true).close()
  }
}
