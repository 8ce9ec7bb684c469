/// What the pictures of a set of built-in faces show.
public enum FaceSet: String, Codable, Sendable, CaseIterable {
  /// Eight emotions, neutral among them.
  case emotion
  /// Pain, and other expressions that are none.
  case pain
}

/// How a set of built-in faces lies on the disk: the layouts of published data sets.
public enum FaceLayout: String, Codable, CaseIterable, Sendable {
  /// `labels.csv` with everything that is known, pictures and masks.
  case csv
  /// A folder a class.
  case folder
  /// AffectNet, first release.
  case affectnet1
  /// AffectNet, second release.
  case affectnet2
  /// UNBC-McMaster Shoulder Pain.
  case unbc
  /// DISFA.
  case disfa
  /// DISFA+.
  case disfaplus
  /// Extended Cohn-Kanade.
  case ckplus
  /// FER2013.
  case fer2013
  /// FER2013 with the votes of FER+.
  case ferplus
}

/// How many built-in faces to draw, and which.
public struct FaceSetOptions: Codable, Sendable, Equatable {
  /// People, each with a face of their own.
  public var people: Int
  /// Pictures a person.
  public var perPerson: Int
  /// Pixels a side.
  public var size: Int
  /// The seed that everything follows from.
  public var seed: UInt64
  /// What the pictures show.
  public var set: FaceSet
  /// Threads to draw with; the pictures do not depend on it.
  public var threads: Int

  /// Options of a set.
  public init(
    people: Int = 50, perPerson: Int = 24, size: Int = 64, seed: UInt64 = 1,
    set: FaceSet = .emotion,
    threads: Int = 1
  ) {
    self.people = people
    self.perPerson = perPerson
    self.size = size
    self.seed = seed
    self.set = set
    self.threads = threads
  }

  /// Refuses what cannot be drawn.
  ///
  /// - Throws: `FacesError`.
  func check() throws {
    let rules: [(Bool, String)] = [
      ((1...9_999).contains(people), "people must be 1 to 9999"),
      ((1...9_999).contains(perPerson), "pictures a person must be 1 to 9999"),
      ((16...1_024).contains(size), "the size must be 16 to 1024 pixels"),
      ((1...256).contains(threads), "threads must be 1 to 256"),
    ]
    for (holds, rule) in rules where !holds { throw FacesError(reason: rule) }
  }
}

/// What was written.
public struct FaceSetSummary: Sendable, Equatable {
  /// Pictures written.
  public var pictures: Int
  /// Pictures by class.
  public var classes: [String: Int]
  /// Files written, labels and masks included.
  public var files: Int
}

/// Why built-in faces could not be written.
public struct FacesError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let reason: String

  /// The reason.
  public var description: String { reason }
}
