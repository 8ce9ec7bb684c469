import Compute
import Foundation
import SQLite
import Warehouse

/// Where the face is in one picture, as far as its data set says.
struct FaceAnchors: Equatable, Sendable {
  /// A rectangle in pixels of the picture.
  struct Box: Equatable, Sendable {
    var left: Double
    var top: Double
    var width: Double
    var height: Double
  }

  /// Landmarks in pixels of the picture.
  var landmarks: [PictureRecord.Point]?
  /// The face box.
  var box: Box?

  /// Nothing is known.
  static let none = FaceAnchors()

  /// The box that a crop is asked for, without its margin; nil where the picture lacks it.
  func region(_ crop: Preprocessing.Geometry.Crop) -> Box? {
    switch crop {
    case .faceBox: return box
    case .landmarks:
      guard let points = landmarks, let first = points.first else { return nil }
      let (left, right) = points.reduce((first.x, first.x)) { (min($0.0, $1.x), max($0.1, $1.x)) }
      let (top, bottom) = points.reduce((first.y, first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
      let side = max(right - left, bottom - top)
      guard side >= 1 else { return nil }
      return Box(
        left: (left + right - side) / 2, top: (top + bottom - side) / 2, width: side, height: side)
    }
  }

  /// The centres of the eye on the left and the eye on the right of the picture: points 37–42 and
  /// 43–48 (counted from 1) of the 66 or 68 points of iBUG 300-W; nil for other point sets.
  var eyes: (left: PictureRecord.Point, right: PictureRecord.Point)? {
    guard let landmarks, [66, 68].contains(landmarks.count) else { return nil }
    func centre(_ range: Range<Int>) -> PictureRecord.Point {
      let sum = landmarks[range].reduce((0.0, 0.0)) { ($0.0 + $1.x, $0.1 + $1.y) }
      return .init(x: sum.0 / Double(range.count), y: sum.1 / Double(range.count))
    }
    return (centre(36..<42), centre(42..<48))
  }
}

/// What a data set says about where faces are.
struct FaceAnchorReader {
  let store: Store
  let dataset: StoredDataset

  private static let boxScores = ["face_x", "face_y", "face_width", "face_height"]

  /// Throws if no picture at all has what a geometry needs.
  ///
  /// - Throws: `IngestError` that says what is missing.
  func check(_ geometry: Preprocessing.Geometry) throws {
    let query: String
    let what: String
    if geometry.crop == .faceBox {
      query =
        "SELECT 1 FROM score c JOIN sample s ON s.id = c.sample WHERE c.name = 'face_width'"
        + " AND s.dataset = ? LIMIT 1"
      what = "a face box (the scores face_x, face_y, face_width and face_height)"
    } else {
      query =
        "SELECT 1 FROM landmark_set l JOIN sample s ON s.id = l.sample WHERE s.dataset = ? LIMIT 1"
      what = "landmarks"
    }
    guard try store.catalogue.row(query, dataset.id) == nil, dataset.count > 0 else { return }
    throw IngestError(
      "no picture of `\(dataset.name)` has \(what), by which its network takes them",
      advice: "add the data set with them, or the model with another --crop or --align")
  }

  /// What is known of the samples at some positions, in order; of several sources of landmarks, the
  /// first by name.
  func anchors(at positions: Range<Int>, for geometry: Preprocessing.Geometry) throws
    -> [FaceAnchors]
  {
    var found = [FaceAnchors](repeating: .none, count: positions.count)
    guard geometry.readsFaces else { return found }
    if geometry.crop == .faceBox {
      try readBoxes(positions, into: &found)
    } else {
      try readLandmarks(positions, eyes: geometry.align == .eyes, into: &found)
    }
    return found
  }

  private func readBoxes(_ positions: Range<Int>, into found: inout [FaceAnchors]) throws {
    let rows = try store.catalogue.rows(
      """
      SELECT s.position, x.value, y.value, w.value, h.value FROM sample s
      JOIN score x ON x.sample = s.id AND x.name = 'face_x'
      JOIN score y ON y.sample = s.id AND y.name = 'face_y'
      JOIN score w ON w.sample = s.id AND w.name = 'face_width'
      JOIN score h ON h.sample = s.id AND h.name = 'face_height'
      WHERE s.dataset = ? AND s.position >= ? AND s.position < ?
      """, dataset.id, positions.lowerBound, positions.upperBound)
    for row in rows {
      guard let position = row[0].int, positions.contains(position), let left = row[1].double,
        let top = row[2].double, let width = row[3].double, let height = row[4].double,
        [left, top].allSatisfy({ abs($0) <= FaceAnchorReader.limit }),
        [width, height].allSatisfy({ (1...FaceAnchorReader.limit).contains($0) })
      else { continue }
      found[position - positions.lowerBound].box = .init(
        left: left, top: top, width: width, height: height)
    }
  }

  private func readLandmarks(
    _ positions: Range<Int>, eyes: Bool, into found: inout [FaceAnchors]
  ) throws {
    for (_, sets) in try store.landmarks(of: dataset.id, positions: positions) {
      for set in sets where positions.contains(set.position) {
        let index = set.position - positions.lowerBound
        guard found[index].landmarks == nil,
          set.points.allSatisfy({
            abs($0.x) <= FaceAnchorReader.limit && abs($0.y) <= FaceAnchorReader.limit
          })
        else { continue }
        let anchors = FaceAnchors(landmarks: set.points.map { .init(x: $0.x, y: $0.y) })
        if !eyes || anchors.eyes != nil { found[index] = anchors }
      }
    }
  }

  /// Coordinates beyond this, in pixels, are no places in a picture.
  private static let limit = 1e6
}
