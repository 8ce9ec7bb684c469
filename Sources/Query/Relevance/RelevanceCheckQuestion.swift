internal import Compute
public import Warehouse

/// Whether the heat maps of a model say what it uses, and depend on what it has learnt.
public struct RelevanceCheckQuestion: Sendable, Equatable {
  /// The model.
  public var model: String
  /// The samples to draw from.
  public var selection = Selection()
  /// How many samples are drawn.
  public var limit = 64
  /// How relevance is propagated, and of what: the true class, the predicted one, or a class.
  public var method = RelevanceQuestion().method
  /// Layers of the cascade to look at; none: every one that has weights.
  public var layers: [String] = []
  /// The side of a patch that is removed, in pixels.
  public var patch = 8
  /// In how many steps patches are removed.
  public var steps = 16
  /// Whether the whole curves are told instead of their areas.
  public var hasCurves = false
  /// The seed of the draw, the random order, fresh weights and resampling.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Threads to use; they do not change a bit.
  public var threads = 1

  /// A question about a model.
  public init(model: String) { self.model = model }
}

/// A number of each sample, whose mean is told.
struct SampleNumbers {
  private let subjects: [Int]
  private let count: Int
  private let bootstrap: SubjectBootstrap

  init(subjects names: [String], _ question: RelevanceCheckQuestion) {
    let sorted = Set(names).sorted()
    let places = Dictionary(
      sorted.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    subjects = names.map { places[$0] ?? 0 }
    count = sorted.count
    bootstrap = SubjectBootstrap(resamples: question.resamples, seed: question.seed)
  }

  /// Number of samples and subjects, mean and its 95 % interval, of several numbers a sample; nil
  /// where a sample has none.
  func cells(_ columns: [[Double?]]) -> [[Cell]] {
    var (sums, counts) = (
      columns.map { _ in [Double](repeating: 0, count: count) },
      columns.map { _ in [Int](repeating: 0, count: count) }
    )
    for (column, values) in columns.enumerated() {
      for (sample, value) in values.enumerated() {
        guard let value else { continue }
        sums[column][subjects[sample]] += value
        counts[column][subjects[sample]] += 1
      }
    }
    let (fixedSums, fixedCounts) = (sums, counts)
    let intervals = bootstrap.intervals(subjects: count, count: columns.count) { drawn in
      fixedSums.indices.map { column in
        var (sum, n) = (0.0, 0)
        for (subject, times) in drawn.enumerated() where times > 0 {
          sum += Double(times) * fixedSums[column][subject]
          n += Int(times) * fixedCounts[column][subject]
        }
        return n > 0 ? sum / Double(n) : nil
      }
    }
    return columns.indices.map { column in
      let n = counts[column].reduce(0, +)
      let mean = n > 0 ? sums[column].reduce(0, +) / Double(n) : nil
      return [
        Cell(n), Cell(counts[column].count { $0 > 0 }), Cell(mean), Cell(intervals[column]?.low),
        Cell(intervals[column]?.high),
      ]
    }
  }
}
