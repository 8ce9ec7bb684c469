import Compute
import Foundation
import Raster
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("FER2013 and FER+") struct FERTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func pixels(_ first: Int) -> String {
    (0..<48 * 48).map { String((first + $0) % 256) }.joined(separator: " ")
  }

  private func table(_ rows: [(emotion: String, pixels: String, usage: String)]) throws {
    try folder.write(
      "emotion,pixels,Usage\n"
        + rows.map { "\($0.emotion),\($0.pixels),\($0.usage)\n" }.joined(), to: "fer2013.csv")
  }

  @Test("emotions, splits, pictures inside the CSV; rows that cannot be used")
  func first() throws {
    try table([
      ("0", pixels(1), "Training"), ("3", pixels(2), "PublicTest"),
      ("6", pixels(3) + "\r", "PrivateTest"), ("7", pixels(4), "Training"),
      ("1", "1 2 3", "Training"), ("1", pixels(5), "Other"), ("1", pixels(6) + " 256", "Training"),
      ("2", "\"\(pixels(7))\"", "Training"),
    ])
    let output = try AdapterOutput(FER2013Adapter.self, folder)
    #expect(
      output.samples.map { $0.labels["emotion"] } == ["anger", "happiness", "neutral", "fear"])
    #expect(output.samples.map(\.split) == ["train", "val", "test", "train"])
    #expect(output.rejects("fer2013.csv", line: 5, "emotion “7”"))
    #expect(output.rejects("fer2013.csv", line: 6, "48 × 48"))
    #expect(output.rejects("fer2013.csv", line: 7, "Usage “Other”"))
    #expect(output.rejects("fer2013.csv", line: 8, "48 × 48"))
    let root = try DatasetRoot(path: folder.url.path)
    for (sample, start) in zip(output.samples, [1, 2, 3, 7]) {
      let picture = try root.picture(at: sample.path)
      #expect(picture.width == 48 && picture.height == 48 && picture.channels == 1)
      #expect(picture.pixels == (0..<48 * 48).map { UInt8((start + $0) % 256) })
    }
    #expect(output.samples[3].path.hasPrefix("fer2013.csv#7@"))
  }

  @Test("a CSV that was changed after the import is noticed")
  func changed() throws {
    try table([("0", pixels(1), "Training"), ("3", pixels(2), "Training")])
    let second = try AdapterOutput(FER2013Adapter.self, folder).samples[1].path
    try table([("0", "1" + pixels(1), "Training"), ("3", pixels(2), "Training")])
    let root = try DatasetRoot(path: folder.url.path)
    #expect(throws: PictureError.self) { try root.picture(at: second) }
    #expect(throws: PictureError.self) { try root.picture(at: "fer2013.csv#1@99999999") }
    #expect(throws: PictureError.self) { try root.picture(at: "../fer2013.csv#1@0") }
    #expect(FERPicture(path: "a.png") == nil && FERPicture(path: "a.csv#x@1") == nil)
  }

  @Test("the votes: most of them decide; ties, unknown and no face give no label")
  func votes() throws {
    let header =
      "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
    try table((0..<7).map { ("0", pixels($0), "Training") })
    try folder.write(
      header + "Training,fer0000000.png,1,6,0,0,0,0,0,3,0,0\n"
        + "Training,fer0000001.png,5,5,0,0,0,0,0,0,0,0\n"
        + "Training,fer0000002.png,0,2,0,0,0,0,0,0,8,0\n"
        + "Training,fer0000003.png,0,0,0,0,0,0,0,0,0,10\n"
        + "Training,,0,9,0,0,0,0,0,0,0,1\n"
        + "Training,fer0000005.png,0,0,0,0,0,0,0,4,3,3\n"
        + "Training,fer0000006.png,0,many,0,0,0,0,0,4,3,3\n",
      to: "fer2013new.csv")
    let output = try AdapterOutput(FERPlusAdapter.self, folder)
    #expect(
      output.samples.map { $0.labels["emotion"] }
        == ["happiness", nil, nil, nil, nil, "contempt", nil])
    #expect(output.rejects("fer2013new.csv", line: 8, "“many”"))
    for text in ["tied", "for unknown", "for nf", "no face"] {
      #expect(output.notes.contains { $0.contains(text) }, "\(text)")
    }
  }

  @Test("votes that are fewer, more, or of other rows")
  func misaligned() throws {
    let header =
      "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
    let rest = "a.png,9,0,0,0,0,0,0,0,0,0\n"
    try table([("0", pixels(1), "Training"), ("0", pixels(2), "PublicTest")])
    try folder.write(header + "Training,\(rest)", to: "fer2013new.csv")
    #expect(
      try AdapterOutput(FERPlusAdapter.self, folder).rejects(
        "fer2013.csv", line: 3, "no row of this picture"))
    try folder.write(
      header + "Training,\(rest)Training,\(rest)Training,\(rest)", to: "fer2013new.csv")
    let output = try AdapterOutput(FERPlusAdapter.self, folder)
    #expect(output.rejects("fer2013.csv", line: 3, "differ in Usage"))
    #expect(output.rejects("fer2013new.csv", line: 4, "no picture in fer2013.csv"))
    #expect(output.samples.count == 1)
  }

  @Test("imported and ingested: the stored inputs are those of the CSV")
  func ingest() throws {
    try table((0..<5).map { (String($0), pixels($0), "Training") })
    let store = try Store.open(
      folder.url.appendingPathComponent("warehouse"), for: .writing(create: true))
    _ = try DatasetImport.run(
      path: folder.url.path, as: "fer", options: DatasetImportOptions(), into: store)
    #expect(try store.dataset(named: "fer").format == "fer2013")
    let geometry = Preprocessing.Geometry(size: 48)
    let ingest = InputIngest(
      store: store, geometry: geometry, dataset: try store.dataset(named: "fer"), threads: 2,
      monitor: Monitor())
    #expect(try ingest.run() == 5)
    let bytes = try store.readBytes(
      key: geometry.key, tier: .inputs, dataset: try store.dataset(named: "fer").id,
      positions: [3]
    ).values
    let grey = (0..<48 * 48).map { UInt8((3 + $0) % 256) }
    #expect(bytes.count == 3 * grey.count)
    #expect(zip(bytes.indices, bytes).allSatisfy { $1 == grey[$0 / 3] })
  }
}
