internal import SQLite

/// What a network takes of the face in a picture, besides the pixels.
public enum FaceFeature: Sendable, Hashable, CaseIterable {
  /// The face box: the scores face_x, face_y, face_width and face_height.
  case box
  /// The landmarks.
  case landmarks
}

/// What is stored of a sample besides its picture.
struct SaidOfSample: Equatable {
  private let rows: [[SQLiteValue]]
  private let boxes: [[SQLiteValue]]
  private let units: [[SQLiteValue]]
  private let points: [[SQLiteValue]]

  /// Landmarks, action units and mask files: what masks in input pixels follow from.
  var masks: [[SQLiteValue]] { units + points }

  init(_ id: Int64, _ sources: [String], _ catalogue: Connection) throws {
    let scores = try catalogue.rows("SELECT name, value FROM score WHERE sample = ? ORDER BY 1", id)
    boxes = scores.filter { SaidOfSample.boxScores.contains($0[0].string ?? "") }
    rows =
      try scores
      + catalogue.rows("SELECT task, label FROM label WHERE sample = ? ORDER BY 1", id)
      + sources.flatMap {
        try catalogue.rows(
          """
          SELECT c.source, c.aus FROM sample_coding sc JOIN coding c ON c.id = sc.coding
          WHERE sc.sample = ? AND c.source = ? ORDER BY 2
          """, id, $0)
      }
    units =
      try catalogue.rows("SELECT au, kind, path FROM mask_file WHERE sample = ? ORDER BY 1, 2", id)
      + sources.flatMap {
        try catalogue.rows(
          "SELECT source, au, intensity FROM au WHERE sample = ? AND source = ? ORDER BY 2", id, $0)
      }
    points = try sources.flatMap {
      try catalogue.rows(
        "SELECT source, points FROM landmark_set WHERE sample = ? AND source = ?", id, $0)
    }
  }

  /// The sources that a record speaks for.
  static func sources(of record: SampleRecord) -> [String] {
    Set(["labels"] + record.codings.map(\.source) + record.landmarks.map(\.source)).sorted()
  }

  /// Deletes what the sources say, within the transaction.
  static func forget(_ id: Int64, _ sources: [String], _ catalogue: Connection) throws {
    for table in ["label", "score", "mask_file"] {
      try catalogue.run("DELETE FROM \(table) WHERE sample = ?", id)
    }
    for source in sources {
      try catalogue.run("DELETE FROM au WHERE sample = ? AND source = ?", id, source)
      try catalogue.run("DELETE FROM landmark_set WHERE sample = ? AND source = ?", id, source)
      try catalogue.run(
        """
        DELETE FROM sample_coding
        WHERE sample = ? AND coding IN (SELECT id FROM coding WHERE source = ?)
        """, id, source)
    }
  }

  /// By what the face lies elsewhere than it did.
  ///
  /// Of several sources of landmarks the first by name counts, so that one which comes behind a
  /// whole set moves nothing.
  func movedFaces(
    since before: SaidOfSample, of id: Int64, _ catalogue: Connection
  ) throws -> [FaceFeature] {
    var moved: [FaceFeature] = boxes == before.boxes ? [] : [.box]
    let changed =
      points.filter { !before.points.contains($0) }
      + before.points.filter { !points.contains($0) }
    guard let first = changed.compactMap({ $0[0].string }).min() else { return moved }
    let isBehind = try catalogue.row(
      """
      SELECT 1 FROM landmark_set
      WHERE sample = ? AND source < ? AND json_array_length(points) IN (66, 68)
      """, id, first)
    if isBehind == nil { moved.append(.landmarks) }
    return moved
  }

  private static let boxScores: Set = ["face_x", "face_y", "face_width", "face_height"]
}
