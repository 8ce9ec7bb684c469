import Foundation
import Raster
import Synchronization
import Testing

@testable import Ingest

@Suite("Writing sets of built-in faces")
struct FaceSetTests {
  private let options = FaceSetOptions(people: 3, perPerson: 4, size: 32, seed: 9)

  /// Runs a body with a folder that does not exist yet.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "faces-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    try body(root)
  }

  /// All files of a folder by their path.
  private func tree(_ root: URL) throws -> [String: Data] {
    var result: [String: Data] = [:]
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
    for path in paths {
      let url = root.appending(path: path)
      if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        result[path] = try Data(contentsOf: url)
      }
    }
    return result
  }

  private func lines(_ root: URL, _ path: String) throws -> [String] {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test(
    "The same options give the same bytes on any number of threads", arguments: FaceLayout.allCases)
  func threads(layout: FaceLayout) throws {
    try withFolder { root in
      var many = options
      many.threads = 3
      let one = root.appending(path: "one")
      let three = root.appending(path: "three")
      let summary = try Faces.write(to: one, options: options, layout: layout)
      #expect(try Faces.write(to: three, options: many, layout: layout) == summary)
      let files = try tree(one)
      #expect(try tree(three) == files)
      #expect(summary.pictures == 12)
      // The mark of the set is no file of the layout.
      #expect(files.count == summary.files + 1)
      #expect(files.keys.allSatisfy { !$0.hasSuffix(".partial") })
    }
  }

  @Test("The csv layout says everything, and its files are there")
  func csv() throws {
    try withFolder { root in
      _ = try Faces.write(to: root, options: options, layout: .csv)
      let rows = try lines(root, "labels.csv").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let header = rows[0]
      #expect(rows.count == 13)
      #expect(rows.allSatisfy { $0.count == header.count })
      #expect(header.starts(with: ["path", "subject", "emotion", "pspi", "au1", "au2", "au4"]))
      let column = Dictionary(uniqueKeysWithValues: header.enumerated().map { ($1, $0) })
      for row in rows.dropFirst() {
        let picture = try Picture.read(root.appending(path: row[0]))
        #expect(picture.width == 32 && picture.channels == 3)
        for unit in Faces.actionUnits {
          let cell = { (name: String) in column[name].map { row[$0] } ?? "no such column" }
          let intensity = try #require(Double(cell("au\(unit)")))
          let mask = cell("mask_au\(unit)")
          let region = cell("region_au\(unit)")
          #expect(intensity > 0 ? region.isEmpty : mask.isEmpty)
          for path in [mask, region] where !path.isEmpty {
            let bytes = try Data(contentsOf: root.appending(path: path))
            #expect(bytes[24] == 1 && bytes[25] == 0)
            #expect(try BitMask.read(root.appending(path: path)).count > 0)
          }
        }
        let nose = try #require(column["x30"])
        let x = try #require(Double(row[nose]))
        #expect(x > 8 && x < 24)
      }
    }
  }

  @Test("A folder with other things, a file, or a set of other options is refused")
  func refusals() throws {
    try withFolder { root in
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
      try Data([1]).write(to: root.appending(path: "thesis.txt"))
      #expect(throws: FacesError.self) {
        try Faces.write(to: root, options: options, layout: .folder)
      }
      #expect(throws: FacesError.self) {
        try Faces.write(to: root.appending(path: "thesis.txt"), options: options, layout: .folder)
      }
      let set = root.appending(path: "set")
      _ = try Faces.write(to: set, options: options, layout: .folder)
      let before = try tree(set)
      _ = try Faces.write(to: set, options: options, layout: .folder)
      #expect(try tree(set) == before)
      var other = options
      other.seed += 1
      #expect(throws: FacesError.self) {
        try Faces.write(to: set, options: other, layout: .folder)
      }
      #expect(throws: FacesError.self) {
        try Faces.write(to: set, options: options, layout: .csv)
      }
    }
  }

  @Test("Options out of range are refused")
  func range() throws {
    try withFolder { root in
      for change: (inout FaceSetOptions) -> Void in [
        { $0.people = 0 }, { $0.perPerson = 0 }, { $0.size = 8 }, { $0.threads = 0 },
      ] {
        var options = options
        change(&options)
        let wrong = options
        #expect(throws: FacesError.self) {
          try Faces.write(to: root, options: wrong, layout: .csv)
        }
      }
      #expect(throws: FacesError.self) {
        try Faces.writePairs(aus: [12, 3], to: root, options: options)
      }
      #expect(!FileManager.default.fileExists(atPath: root.path))
    }
  }

  @Test("A cancelled set has no labels, and can be finished later")
  func cancelled() throws {
    try withFolder { root in
      let done = Mutex(0)
      #expect(throws: CancellationError.self) {
        try Faces.write(
          to: root, options: options, layout: .csv, isCancelled: { done.withLock { $0 >= 6 } },
          progress: { count, _ in done.withLock { $0 = count } })
      }
      #expect(!FileManager.default.fileExists(atPath: root.appending(path: "labels.csv").path))
      let summary = try Faces.write(to: root, options: options, layout: .csv)
      #expect(summary.pictures == 12)
      #expect(try lines(root, "labels.csv").count == 13)
    }
  }

  @Test(
    "Pairs differ in one action unit, and their rows are adjacent",
    arguments: [[12], [43, 25], []])
  func pairs(aus: [Int]) throws {
    try withFolder { root in
      let summary = try Faces.writePairs(aus: aus, to: root, options: options)
      let wanted = aus.isEmpty ? Faces.actionUnits : aus.sorted()
      #expect(summary.pictures == 24 * wanted.count)
      let rows = try lines(root, "labels.csv").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let header = rows[0]
      let sequence = try #require(header.firstIndex(of: "sequence"))
      let units = header.indices.filter { header[$0].hasPrefix("au") }
      var switched: [String: Int] = [:]
      for at in stride(from: 1, to: rows.count, by: 2) {
        let (off, on) = (rows[at], rows[at + 1])
        #expect(off[sequence] == on[sequence])
        #expect(off[sequence + 1] == "0" && on[sequence + 1] == "1")
        let changed = units.filter { off[$0] != on[$0] }
        #expect(changed.count == 1)
        let unit = try #require(changed.first)
        #expect(off[sequence].contains("_\(header[unit])_"))
        #expect(off[unit] == "0" && (Double(on[unit]) ?? 0) >= 2)
        switched[header[unit], default: 0] += 1
      }
      #expect(
        switched == Dictionary(uniqueKeysWithValues: wanted.map { ("au\($0)", 12) }))
    }
  }

  @Test("An emotion set and a pain set show different people")
  func people() throws {
    #expect(FaceSample.subject(.emotion, 12) == "e012")
    #expect(FaceSample.subject(.pain, 12) == "p012")
    let emotion = Set((0..<50).map { FaceSample.identityNumber(.emotion, $0) })
    #expect(emotion.isDisjoint(with: (0..<50).map { FaceSample.identityNumber(.pain, $0) }))
  }

  @Test("The sheet shows people and pictures")
  func sheet() throws {
    let sheet = try Faces.sheet(options: options)
    #expect(sheet.width > 4 * 160 && sheet.height > 3 * 160)
    #expect(Set(sheet.pixels).count > 100)
  }
}
