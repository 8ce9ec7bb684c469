import Foundation
import Raster
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("OpenFace 2 joined onto a data set") struct OpenFaceTests {
  private let small: SmallDataset
  private var folder: TemporaryFolder { small.folder }
  private var store: Store { small.store }

  init() throws { small = try SmallDataset() }

  private func header(_ first: String) -> String {
    let points = (0..<68).map { ", x_\($0)" }.joined() + (0..<68).map { ", y_\($0)" }.joined()
    // In millimetres: not to be taken for pixels.
    let lengths = (0..<68).map { ", X_\($0)" }.joined()
    return "\(first)\(points)\(lengths), AU01_r, AU45_r, AU01_c, AU28_c, AU45_c\n"
  }

  private func row(_ first: String, _ units: String, shift: Int = 0) -> String {
    let numbers = (0..<136).map { ", \($0 + shift).5" }.joined()
    return "\(first)\(numbers)\((0..<68).map { _ in ", 900.0" }.joined()), \(units)\n"
  }

  private func units(_ name: String) throws -> [[String]] {
    try store.catalogue.rows(
      """
      SELECT a.au, coalesce(a.intensity, 'ungraded'), a.source FROM aus a
      JOIN samples s USING (sample_id) WHERE s.path = ? AND a.source = 'openface' ORDER BY 1
      """, name
    ).map { $0.map { "\($0.double.map { String($0) } ?? $0.string ?? "")" } }
  }

  @Test("frames of a video: header with blanks, surest face, gates, AU45 for AU43")
  func frames() throws {
    let first = "frame, face_id, timestamp, confidence, success"
    try folder.write(
      header(first) + row("1, 0, 0.0, 0.98, 1", "2.5, 0.5, 1, 0, 1")
        + row("1, 1, 0.0, 0.80, 1", "4.0, 4.0, 1, 1, 1", shift: 50)
        + row("2, 0, 0.0, 0.97, 0", "1, 1, 1, 1, 1") + row("3, 0, 0.0, 0.30, 1", "1, 1, 1, 1, 1")
        + row("9, 0, 0.0, 0.99, 1", "1, 1, 1, 1, 1") + row("x, 0, 0.0, word, 1", "1, 1, 1, 1, 1"),
      to: "faces/Clip.csv")
    let summary = try small.add(
      "path,subject,sequence,frame,au4\na.png,s,clip,1,2\nb.png,s,clip,2,0\nc.png,s,clip,3,0\n",
      openFace: "faces/Clip.csv")
    #expect(
      try units("a.png") == [
        ["1.0", "2.5", "openface"], ["43.0", "0.5", "openface"], ["45.0", "0.5", "openface"],
      ]
    )
    #expect(try units("b.png").isEmpty && units("c.png").isEmpty)
    #expect(
      try store.catalogue.rows(
        "SELECT au FROM au_coded WHERE source = 'openface' ORDER BY 1"
      ).compactMap { $0[0].int } == [1, 28, 43, 45])
    // The data set's own codes stay beside them.
    #expect(
      try store.catalogue.value("SELECT intensity FROM aus WHERE source = 'labels'") == .real(2))
    let points = try store.catalogue.rows(
      "SELECT x, y FROM landmarks WHERE source = 'openface' ORDER BY point")
    #expect(points.count == 68 && points[1].map(\.double) == [1.5, 69.5])
    #expect(summary.rejections.map(\.line) == [7])
    for text in ["AU45 stands", "2 rows of OpenFace without", "1 rows of OpenFace belong to no"] {
      #expect(summary.notes.contains { $0.text.contains(text) }, "\(text)")
    }
    #expect(summary.notes.first { $0.text.contains("no row of OpenFace") }?.count == 2)
  }

  @Test("single pictures: a CSV each, no frame and no face_id; presence without intensity")
  func pictures() throws {
    try folder.write(
      header("face, confidence") + row("0, 0.9", "0.0, 0.0, 0, 1, 0"), to: "faces/b.csv")
    try folder.write("a,b\n1,2\n", to: "faces/other.csv")
    let summary = try small.add("path\na.png\nb.png\n", openFace: "faces")
    #expect(try units("b.png") == [["28.0", "ungraded", "openface"]])
    #expect(summary.rejections.map(\.file) == ["other.csv"])
  }

  @Test("no table of OpenFace is an error, and nothing is stored")
  func none() throws {
    try folder.write("a,b\n1,2\n", to: "faces/other.csv")
    #expect(throws: IngestError.self) { try small.add("path\na.png\n", openFace: "faces") }
    #expect(throws: IngestError.self) { try small.add("path\na.png\n", openFace: "nowhere") }
    #expect(try store.datasets().isEmpty)
  }
}
