import Warehouse

/// What an adapter read about one picture, before anything is stored.
struct PictureRecord: Sendable, Equatable {
  /// The picture's path relative to the data set's root, with `/` between its parts.
  var path: String
  /// Who is seen; nil: the sample is its own subject.
  var subject: String?
  var sequence: String?
  var frame: Int?
  /// `train`, `val` or `test`, where the data set says so.
  var split: String?
  /// Task → label in lower case.
  var labels: [String: String] = [:]
  /// Name → value: pspi, valence, arousal and so on.
  var scores: [String: Double] = [:]
  /// The action units that were looked for, and those found.
  var coding: Coding?
  /// 68 (or 66) points in pixels of the picture.
  var landmarks: [Point]?
  /// What another program says of the picture, by its name.
  var joined: [Joined] = []
  /// Where the data set's own pictures of action-unit masks lie.
  var masks: [MaskFile] = []

  struct Coding: Sendable, Equatable {
    /// Action units that were looked for.
    var coded: [Int]
    /// Those present, with their intensity (nil: present, not graded).
    var present: [Int: Double?]
  }

  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  struct Joined: Sendable, Equatable {
    var source: String
    var coding: Coding
    var landmarks: [Point]?
  }

  struct MaskFile: Sendable, Equatable {
    var au: Int
    var kind: MaskKind
    var path: String
  }
}
