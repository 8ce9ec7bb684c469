public import Warehouse

/// What an import did.
public struct DatasetSummary: Sendable {
  /// Something that was met, and how often.
  public struct Finding: Sendable, Equatable {
    /// What was met.
    public let text: String
    /// How often.
    public internal(set) var count: Int
    /// The file that it was first met at.
    public let first: String
  }

  /// The layout that was read.
  public internal(set) var format = ""
  /// Samples stored.
  public internal(set) var samples = 0
  /// Subjects; nil where the data set names none, so that each sample is its own.
  public internal(set) var subjects: Int? = 0
  /// Samples a split.
  public internal(set) var splits: [String: Int] = [:]
  /// Task → label → samples.
  public internal(set) var labels: [String: [String: Int]] = [:]
  /// Score → samples.
  public internal(set) var scores: [String: Int] = [:]
  /// Action unit → samples that show it, and samples in which it was looked for.
  public internal(set) var actionUnits: [Int: (present: Int, coded: Int)] = [:]
  /// Samples with landmarks.
  public internal(set) var landmarks = 0
  /// Records left out.
  public internal(set) var rejections: [Rejection] = []
  /// What has changed, where the data set was there already.
  public internal(set) var update: DatasetUpdater.Counts?
  /// What is to be said of the data set: how it was read, what is odd about it.
  public internal(set) var notes: [Finding] = []
  /// The subjects met so far.
  var known: Set<String> = []

  /// The reasons for which records were left out, the most frequent first.
  ///
  /// Reasons that differ in numbers and quoted texts alone are one.
  public var reasons: [Finding] {
    var found: [String: Finding] = [:]
    for rejection in rejections {
      let line = rejection.line.map { ":\($0)" } ?? ""
      found[
        DatasetSummary.kind(of: rejection.reason),
        default: Finding(
          text: rejection.reason, count: 0, first: rejection.file + line)
      ].count += 1
    }
    return found.values.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
  }

  /// Counts a sample that was stored.
  mutating func count(_ sample: SampleRecord) {
    samples += 1
    splits[sample.split, default: 0] += 1
    for (task, label) in sample.labels { labels[task, default: [:]][label, default: 0] += 1 }
    for name in sample.scores.keys { scores[name, default: 0] += 1 }
    for coding in sample.codings {
      for au in coding.coded { actionUnits[au, default: (0, 0)].coded += 1 }
      for unit in coding.present { actionUnits[unit.au, default: (0, 0)].present += 1 }
    }
    if !sample.landmarks.isEmpty { landmarks += 1 }
    if known.insert(sample.subject).inserted { subjects = known.count }
  }

  /// Counts a note.
  mutating func note(_ text: String, _ file: String) {
    if let index = notes.firstIndex(where: { $0.text == text }) {
      notes[index].count += 1
    } else {
      notes.append(Finding(text: text, count: 1, first: file))
    }
  }

  private static func kind(of reason: String) -> String {
    var kind = ""
    var isQuoted = false
    for character in reason {
      if character == "“" { isQuoted = true }
      if character == "”" { isQuoted = false }
      let isVarying = isQuoted || character.isNumber || character == "."
      if !isVarying { kind.append(character) }
    }
    return kind
  }
}
