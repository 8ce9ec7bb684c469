import Foundation
import Testing
import Warehouse

@testable import Ingest

@Suite("CSV data sets") struct CSVTests {
  private func records(_ text: String) throws -> [[String]] {
    let folder = try TemporaryFolder()
    let reader = try CSVReader(try folder.write(text, to: "t.csv"), name: "t.csv")
    var records: [[String]] = []
    while let record = try reader.record() { records.append(record) }
    return records
  }

  @Test("quotes, line ends, blank lines, a byte-order mark")
  func fields() throws {
    #expect(
      try records("\u{FEFF}a, b ,c\r\n1,\"x, \"\"y\"\"\n\",\n\n3,4,5") == [
        ["a", "b", "c"], ["1", "x, \"y\"\n", ""], ["3", "4", "5"],
      ])
    #expect(try records("") == [])
    #expect(try records("a") == [["a"]])
  }

  @Test("a quote that never ends names its line")
  func openQuote() throws {
    let error = #expect(throws: IngestError.self) { try records("a,b\n1,\"x\n2,3\n") }
    #expect(error?.problem.contains("line 2") == true)
  }

  @Test("records longer than a read of the file")
  func pieces() throws {
    let long = String(repeating: "x", count: 700_000)
    #expect(try records("\(long),1\n\(long),2\n").map { $0[1] } == ["1", "2"])
  }

  private func read(_ text: String) throws -> (samples: [PictureRecord], rejected: [Rejection]) {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "labels.csv")
    let output = try AdapterOutput(CSVAdapter.self, folder)
    return (output.samples, output.rejected)
  }

  @Test("every kind of column")
  func columns() throws {
    let landmarks = (0..<66).flatMap { ["x\($0)", "y\($0)"] }.joined(separator: ",")
    let points = (0..<132).map(String.init).joined(separator: ",")
    let (samples, rejected) = try read(
      """
      path,subject,sequence,frame,split,emotion,pain,pspi,au4,au6,au12,mask_au6,region_au4,label_sex,\(landmarks)
      a/b.png,s1,q,7,validation,Happy,1,2.5,0,3,,m/6.png,r/4.png,Female,\(points)
      """)
    #expect(rejected.isEmpty)
    let sample = try #require(samples.first)
    #expect(sample.path == "a/b.png" && sample.subject == "s1" && sample.frame == 7)
    #expect(sample.split == "val" && sample.sequence == "q")
    #expect(sample.labels == ["emotion": "happiness", "pain": "pain", "sex": "female"])
    #expect(sample.scores == ["pspi": 2.5])
    #expect(sample.coding == .init(coded: [4, 6], present: [6: 3]))
    #expect(sample.landmarks?.count == 66 && sample.landmarks?[65] == .init(x: 130, y: 131))
    #expect(
      sample.masks == [
        .init(au: 6, kind: .mask, path: "m/6.png"), .init(au: 4, kind: .region, path: "r/4.png"),
      ])
  }

  @Test(
    "a record that cannot be used is rejected with its line and reason",
    arguments: [
      ("x.png,7,", "intensity"), ("x.png,abc,", "number"), ("x.png,nan,", "number"),
      ("../x.png,1,", "below"), ("/x.png,1,", "below"), (",1,", "`path` is empty"),
      ("x.png,1", "2 fields"), ("x.png,1,joyful", "emotion"),
    ])
  func rejects(line: String, reason: String) throws {
    let (samples, rejected) = try read("path,au1,emotion\n\(line)\nok.png,0,fear\n")
    #expect(samples.map(\.path) == ["ok.png"])
    #expect(rejected.count == 1 && rejected.first?.line == 2)
    #expect(rejected.first?.reason.contains(reason) == true)
  }

  @Test(
    "a header that cannot be used is an error",
    arguments: ["emotion,au1", "path,au1,AU1", "path,x0,x1,y0", "path,x0,y0"])
  func headers(header: String) {
    #expect(throws: IngestError.self) { try read(header + "\n") }
  }
}

@Suite("Folder data sets") struct FolderTests {
  @Test("splits, classes and litter")
  func layout() throws {
    let folder = try TemporaryFolder()
    for path in [
      "train/happy/1.png", "train/sad/2.JPG", "test/happy/3.png", "test/happy/.DS_Store",
      "test/happy/notes.txt", "other/readme.png",
    ] { try folder.write("", to: path) }
    #expect(FolderAdapter.recognises(try DatasetRoot(path: folder.url.path)) == .possible)
    let output = try AdapterOutput(FolderAdapter.self, folder)
    let (samples, rejected) = (output.samples, output.rejected)
    #expect(samples.map(\.path) == ["train/happy/1.png", "train/sad/2.JPG", "test/happy/3.png"])
    #expect(samples.map(\.split) == ["train", "train", "test"])
    #expect(samples.map { $0.labels["emotion"] } == ["happiness", "sadness", "happiness"])
    #expect(rejected.map(\.file) == ["test/happy/notes.txt"])
  }

  @Test("classes that are no emotions make a task of their own")
  func otherTask() throws {
    let folder = try TemporaryFolder()
    for path in ["cat/1.png", "dog/2.png"] { try folder.write("", to: path) }
    let labels = try AdapterOutput(FolderAdapter.self, folder).samples.map(\.labels)
    #expect(labels == [["class": "cat"], ["class": "dog"]])
  }

  @Test(
    "paths below the root, and no others",
    arguments: [
      ("a/b", "a/b"), ("./a//b/", "a/b"), ("a/../b", "b"), ("a/../../b", nil), ("/a", nil),
      ("", nil), ("..", nil), ("a\0b", nil),
    ])
  func paths(path: String, plain: String?) {
    #expect(DatasetRoot.normalised(path) == plain)
  }

  @Test("a link that leaves the root is not followed")
  func links() throws {
    let outside = try TemporaryFolder()
    try outside.write("secret", to: "secret.png")
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "mine.png")
    let link = folder.url.appendingPathComponent("out")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: outside.url)
    let root = try DatasetRoot(path: folder.url.path)
    #expect(root.url(of: "out/secret.png") == nil)
    #expect(root.url(of: "mine.png") != nil)
  }
}

@Suite("Splits by subject") struct SubjectSplitTests {
  @Test("every subject in one split, the same for the same seed, shares as documented")
  func shares() {
    let subjects = Set((0..<80).map { "s\($0)" })
    let split = SubjectSplit(subjects: subjects, seed: 1)
    let counts = Dictionary(grouping: subjects, by: { split.split(of: $0) }).mapValues(\.count)
    #expect(counts == ["test": 20, "val": 10, "train": 50])
    let again = SubjectSplit(subjects: subjects, seed: 1)
    #expect(subjects.allSatisfy { split.split(of: $0) == again.split(of: $0) })
    let other = SubjectSplit(subjects: subjects, seed: 2)
    #expect(subjects.contains { split.split(of: $0) != other.split(of: $0) })
  }

  @Test("few subjects", arguments: [1, 2, 3, 4])
  func few(count: Int) {
    let subjects = Set((0..<count).map { "s\($0)" })
    let split = SubjectSplit(subjects: subjects, seed: 7)
    let splits = Set(subjects.map { split.split(of: $0) })
    #expect(splits.contains("train"))
    if count >= 3 { #expect(splits == ["train", "val", "test"]) }
  }
}
