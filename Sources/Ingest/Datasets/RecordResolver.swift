import Foundation
import Warehouse

/// Turns what an adapter read into a sample: checks the picture, settles split and subject.
final class RecordResolver {
  struct Refusal: Error {
    let reason: String
  }

  private let root: DatasetRoot
  private let drawn: SubjectSplit?
  private var paths: Set<String> = []

  /// - Parameters:
  ///   - root: Where pictures lie.
  ///   - drawn: The split by subject; nil: the data set gives splits.
  init(root: DatasetRoot, drawn: SubjectSplit?) {
    self.root = root
    self.drawn = drawn
  }

  /// The sample of a record and its picture, or why there is none.
  func resolve(
    _ record: PictureRecord, _ picture: Result<PictureFacts, Refusal>
  ) -> Result<SampleRecord, Refusal> {
    let subject = record.subject ?? record.path
    guard let split = drawn?.split(of: subject) ?? record.split else {
      return .failure(Refusal(reason: "no split is given, but other records have one"))
    }
    guard !paths.contains(record.path) else {
      return .failure(Refusal(reason: "the path occurs twice"))
    }
    for mask in record.masks {
      guard let file = root.url(of: mask.path), FileManager.default.fileExists(atPath: file.path)
      else { return .failure(Refusal(reason: "there is no mask at \(mask.path)")) }
    }
    let facts: PictureFacts
    switch picture {
    case .success(let known): facts = known
    case .failure(let refusal): return .failure(refusal)
    }
    paths.insert(record.path)
    let own = record.coding.map { RecordResolver.coding($0, source: "labels") }
    let points = record.landmarks.map { RecordResolver.landmarks($0, source: "labels") }
    let codings = record.joined.map { RecordResolver.coding($0.coding, source: $0.source) }
    let landmarks = record.joined.compactMap { joined in
      joined.landmarks.map { RecordResolver.landmarks($0, source: joined.source) }
    }
    return .success(
      SampleRecord(
        split: split, subject: subject, sequence: record.sequence, frame: record.frame,
        path: record.path, width: facts.width, height: facts.height, stamp: facts.stamp,
        labels: record.labels, scores: record.scores, codings: (own.map { [$0] } ?? []) + codings,
        landmarks: (points.map { [$0] } ?? []) + landmarks,
        masks: record.masks.map { .init(au: $0.au, kind: $0.kind, path: $0.path) }))
  }

  private static func coding(
    _ coding: PictureRecord.Coding, source: String
  ) -> SampleRecord.Coding {
    SampleRecord.Coding(
      source: source, coded: coding.coded,
      present: coding.present.keys.sorted().map {
        SampleRecord.ActionUnit($0, intensity: coding.present[$0] ?? nil)
      })
  }

  private static func landmarks(
    _ points: [PictureRecord.Point], source: String
  ) -> SampleRecord.Landmarks {
    SampleRecord.Landmarks(source: source, points: points.map { SIMD2($0.x, $0.y) })
  }
}
