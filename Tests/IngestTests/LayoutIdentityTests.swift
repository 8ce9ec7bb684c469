import Foundation
import SQLite
import Testing
import Warehouse

@testable import Ingest

/// The built-in faces say the same in every layout, up to what a layout cannot say.
@Suite("Built-in faces written in a layout and read back") struct LayoutIdentityTests {
  /// What a warehouse holds of a picture.
  private struct Row: Equatable {
    var labels: [String: String] = [:]
    var scores: [String: Double] = [:]
    var coded: Set<Int> = []
    var present: [Int: Double] = [:]
    var landmarks: [[Double]] = []
  }

  private func rows(
    _ layout: FaceLayout, _ options: FaceSetOptions, format: String = "auto"
  ) throws -> (rows: [String: Row], summary: DatasetSummary) {
    let folder = try TemporaryFolder()
    let root = folder.url.appendingPathComponent("set")
    _ = try Faces.write(to: root, options: options, layout: layout)
    let store = try Store.open(
      folder.url.appendingPathComponent("warehouse"), for: .writing(create: true))
    let summary = try DatasetImport.run(
      path: root.path, as: "set", options: DatasetImportOptions(format: format), into: store)
    let database = store.catalogue
    var paths: [Int: String] = [:]
    var found: [String: Row] = [:]
    for row in try database.rows("SELECT sample_id, path FROM samples") {
      let path = try #require(row[1].string)
      let id = try #require(row[0].int)
      paths[id] = path
      found[path] = Row()
    }
    func fill(_ sql: String, _ body: (inout Row, [SQLiteValue]) throws -> Void) throws {
      for row in try database.rows(sql) {
        let id = try #require(row[0].int)
        let path = try #require(paths[id])
        try body(&found[path, default: Row()], row)
      }
    }
    try fill("SELECT sample_id, task, label FROM labels") {
      $0.labels[$1[1].string ?? ""] = $1[2].string
    }
    try fill("SELECT sample_id, name, value FROM scores") {
      $0.scores[$1[1].string ?? ""] = $1[2].double
    }
    try fill("SELECT sample_id, au FROM au_coded") { $0.coded.insert($1[1].int ?? 0) }
    try fill("SELECT sample_id, au, intensity FROM aus") {
      $0.present[$1[1].int ?? 0] = $1[2].double
    }
    try fill("SELECT sample_id, x, y FROM landmarks ORDER BY sample_id, point") {
      $0.landmarks.append([$1[1].double ?? .nan, $1[2].double ?? .nan])
    }
    return (found, summary)
  }

  /// Where a picture of the csv layout stands in another; nil: nowhere.
  private func path(
    of sample: FaceSample, _ layout: FaceLayout, label: String, row: Int?
  ) -> String? {
    let person = padded(sample.person + 1, to: 3)
    switch layout {
    case .csv: return "pictures/\(sample.subject)/\(sample.name).png"
    case .folder: return "\(label)/\(sample.name).png"
    case .affectnet1:
      return "Manually_Annotated_Images/\(sample.person + 1)/\(sample.name).png"
    case .affectnet2:
      let set = sample.isForValidation ? "val_set" : "train_set"
      return "\(set)/images/\(sample.person * 10_000 + sample.index).jpg"
    case .unbc:
      let letters = sample.set == .emotion ? "ee" : "pp"
      let sequence = "\(letters)\(person)t1aaaff"
      return "Images/\(person)-\(letters)\(person)/\(sequence)/\(sequence)"
        + "\(padded(sample.index + 1, to: 3)).png"
    case .disfa: return "Frames/SN\(person)/\(padded(sample.index + 1, to: 5)).png"
    case .disfaplus:
      return "Images/SN\(person)/A1_AU1_TrailNo_1/\(padded(sample.index, to: 3)).jpg"
    case .ckplus:
      let sequence = padded(sample.index + 1, to: 3)
      return "cohn-kanade-images/S\(person)/\(sequence)/S\(person)_\(sequence)_00000001.png"
    case .fer2013, .ferplus: return row.map { "fer2013.csv#\($0)@" }
    }
  }

  /// What a layout can say of what the csv layout says.
  private func sayable(_ row: Row, _ layout: FaceLayout) -> Row {
    var row = row
    let all = row
    row.labels = row.labels.filter { $0.key == "emotion" || $0.key == "pain" }
    switch layout {
    case .csv: return all
    case .folder: row = Row(labels: row.labels)
    case .affectnet1, .affectnet2:
      row = Row(labels: row.labels.filter { $0.key == "emotion" }, landmarks: row.landmarks)
    case .unbc:
      row.labels = ["pain": (row.scores["pspi"] ?? 0) > 0 ? "pain" : "no_pain"]
      row.coded = UNBCAdapter.coded.union(row.present.keys)
    case .disfa, .disfaplus:
      row.coded = Set(DISFAFaceWriter.coded.map(\.number))
      row.present = row.present.filter { row.coded.contains($0.key) }
        .mapValues { max(1, $0.rounded()) }
      row.labels = [:]
      row.scores = [:]
      if layout == .disfaplus { row.landmarks = [] }
    case .ckplus:
      row.labels = row.labels.filter { $0.key == "emotion" }
      row.coded = CKPlusAdapter.coded.union(row.present.keys)
      row.scores = [:]
    case .fer2013, .ferplus: row = Row(labels: row.labels.filter { $0.key == "emotion" })
    }
    if layout == .unbc || layout == .disfa {
      row.landmarks = row.landmarks.enumerated().filter { ![60, 64].contains($0.offset) }
        .map(\.element)
    }
    return row
  }

  @Test(
    "auto recognises the layout, and every table is that of the csv layout up to what it cannot say",
    arguments: FaceLayout.allCases, [FaceSet.emotion, .pain])
  func identity(layout: FaceLayout, set: FaceSet) throws {
    guard layout != .fer2013 || set == .emotion else { return }
    let options = FaceSetOptions(people: 2, perPerson: 8, size: 24, seed: 3, set: set)
    let told = try rows(.csv, options).rows
    let (found, summary) = try rows(layout, options)
    #expect(summary.format == layout.rawValue)
    #expect(summary.rejections.isEmpty)
    var number = 0
    var met = 0
    for sample in (0..<2).flatMap({ FaceSample.draw(options, person: $0) }) {
      let csv = path(of: sample, .csv, label: "", row: nil) ?? ""
      let own = try #require(told[csv])
      // FER2013 has no contempt.
      if layout == .fer2013, sample.label == "contempt" { continue }
      let place = try #require(path(of: sample, layout, label: sample.label, row: number))
      number += 1
      let key = found.keys.first { $0 == place || (place.hasSuffix("@") && $0.hasPrefix(place)) }
      let row = try #require(found[key ?? ""], "\(place)")
      let wanted = sayable(own, layout)
      #expect(row.labels == wanted.labels, "\(place)")
      #expect(row.coded == wanted.coded, "\(place)")
      #expect(Set(row.present.keys) == Set(wanted.present.keys), "\(place)")
      for (au, intensity) in wanted.present {
        #expect(abs((row.present[au] ?? 9) - intensity) < 1e-6, "\(place) AU\(au)")
      }
      #expect(Set(row.scores.keys.filter { !$0.hasPrefix("face_") }) == Set(wanted.scores.keys))
      for (name, value) in wanted.scores {
        #expect(abs((row.scores[name] ?? 99) - value) < 1e-6, "\(place) \(name)")
      }
      #expect(row.landmarks.count == wanted.landmarks.count, "\(place)")
      // The csv layout keeps two decimals.
      for (a, b) in zip(row.landmarks, wanted.landmarks) {
        #expect(abs(a[0] - b[0]) < 0.0051 && abs(a[1] - b[1]) < 0.0051, "\(place)")
      }
      met += 1
    }
    #expect(met == found.count)
  }

  @Test("the layout fer2013 refuses what it cannot say")
  func refusal() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FacesError.self) {
      try Faces.write(
        to: folder.url.appendingPathComponent("set"),
        options: FaceSetOptions(people: 1, perPerson: 1, size: 16, set: .pain), layout: .fer2013)
    }
  }
}
