/// A sample with everything that its data set says about it.
public struct SampleRecord: Sendable {
  /// An action unit that is present.
  public struct ActionUnit: Sendable, Equatable {
    /// The number.
    public var au: Int
    /// The intensity, 0 to 5; nil = present, not graded.
    public var intensity: Double?

    /// An action unit with its parts.
    public init(_ au: Int, intensity: Double?) {
      self.au = au
      self.intensity = intensity
    }
  }

  /// What one source says about action units.
  public struct Coding: Sendable, Equatable {
    /// The source, for example `csv`.
    public var source: String
    /// The action units that were looked for.
    public var coded: [Int]
    /// Those that are present.
    public var present: [ActionUnit]

    /// A coding with its parts.
    public init(source: String, coded: [Int], present: [ActionUnit]) {
      self.source = source
      self.coded = coded
      self.present = present
    }
  }

  /// The landmarks of one source.
  public struct Landmarks: Sendable, Equatable {
    /// The source, for example `csv`.
    public var source: String
    /// Points in pixels of the picture: x to the right, y down.
    public var points: [SIMD2<Double>]

    /// Landmarks with their parts.
    public init(source: String, points: [SIMD2<Double>]) {
      self.source = source
      self.points = points
    }
  }

  /// A picture of a mask.
  public struct MaskFile: Sendable, Equatable {
    /// The action unit's number.
    public var au: Int
    /// Whether it is present.
    public var kind: MaskKind
    /// The path, relative to the data set's root.
    public var path: String

    /// A mask with its parts.
    public init(au: Int, kind: MaskKind, path: String) {
      self.au = au
      self.kind = kind
      self.path = path
    }
  }

  /// What the file system says of a picture without its being read.
  public struct PictureStamp: Sendable, Equatable {
    /// Length of its file.
    public var bytes: Int
    /// When it was written, in nanoseconds since 1970, UTC.
    public var modified: Int

    /// A stamp with its parts.
    public init(bytes: Int, modified: Int) {
      self.bytes = bytes
      self.modified = modified
    }
  }

  /// The split: train, val or test.
  public var split: String
  /// Who is on it.
  public var subject: String
  /// The sequence, if it is from one.
  public var sequence: String?
  /// The number of its frame in the sequence.
  public var frame: Int?
  /// The picture, relative to the data set's root.
  public var path: String
  /// Width of the picture in pixels.
  public var width: Int
  /// Height of the picture in pixels.
  public var height: Int
  /// What tells whether the picture has changed; nil: it is not told.
  public var stamp: PictureStamp?
  /// The label of each task, lower case.
  public var labels: [String: String]
  /// Named numbers, for example pspi and valence.
  public var scores: [String: Double]
  /// Action units, by source.
  public var codings: [Coding]
  /// Landmarks, by source.
  public var landmarks: [Landmarks]
  /// Pictures of masks.
  public var masks: [MaskFile]

  /// A sample with its parts.
  public init(
    split: String, subject: String, sequence: String? = nil, frame: Int? = nil, path: String,
    width: Int, height: Int, stamp: PictureStamp? = nil, labels: [String: String] = [:],
    scores: [String: Double] = [:], codings: [Coding] = [], landmarks: [Landmarks] = [],
    masks: [MaskFile] = []
  ) {
    self.split = split
    self.subject = subject
    self.sequence = sequence
    self.frame = frame
    self.path = path
    self.width = width
    self.height = height
    self.stamp = stamp
    self.labels = labels
    self.scores = scores
    self.codings = codings
    self.landmarks = landmarks
    self.masks = masks
  }
}
