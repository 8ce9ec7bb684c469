internal import Compute

/// Concepts of one evaluated split, ready to be paired sample by sample.
struct ComparePairing {
  /// Two concepts' figures over the samples that both have.
  struct Pair {
    let measure: PairedMeasure
    /// Samples that the measure counts.
    let n: Int
    /// Those with the action unit.
    let present: Int
    /// People who show it.
    let subjectsPresent: Int
  }

  private struct Place: Hashable {
    let key: String
    let au: Int
  }

  private let records: [Place: ConceptRecord]
  private let subjects: [String: Int]
  /// The samples that are compared; nil for all.
  private let kept: Set<Int64>?
  /// How many samples the concepts have in all.
  let samples: Int

  /// How many people there are.
  var subjectCount: Int { subjects.count }
  /// The action units of all concepts, ascending.
  var units: [Int] { Set(records.keys.map(\.au)).sorted() }

  init(_ records: [ConceptRecord], keeping kept: Set<Int64>?) {
    self.records = Dictionary(
      records.map { (Place(key: $0.key, au: $0.au), $0) }, uniquingKeysWith: { first, _ in first })
    self.kept = kept
    var people: [Int64: String] = [:]
    for record in records {
      for sample in record.samples where kept?.contains(sample.sampleID) ?? true {
        people[sample.sampleID] = sample.subject
      }
    }
    samples = people.count
    let names = Set(people.values).sorted()
    subjects = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
  }

  /// The concept of an action unit in a layer.
  func record(_ key: String, _ au: Int) -> ConceptRecord? { records[Place(key: key, au: au)] }

  /// Pairs two layers' concepts of an action unit.
  ///
  /// - Parameters:
  ///   - before: The key of the layer before.
  ///   - after: The key of the layer after.
  ///   - au: The action unit.
  ///   - measure: What is compared.
  /// - Returns: Nil if one of them has no concept.
  func pair(
    _ before: String, _ after: String, au: Int, measure: CompareQuestion.Measure
  ) -> Pair? {
    guard let one = record(before, au), let other = record(after, au) else { return nil }
    let scores = Dictionary(
      other.samples.map { ($0.sampleID, $0) }, uniquingKeysWith: { first, _ in first })
    var rows: [(subject: Int, before: ConceptRecord.Sample, after: ConceptRecord.Sample)] = []
    for sample in one.samples where kept?.contains(sample.sampleID) ?? true {
      // What one grid resolves and the other does not is compared on neither.
      guard let match = scores[sample.sampleID], match.present == sample.present,
        let subject = subjects[sample.subject], sample.present || measure != .setIoU
      else { continue }
      rows.append((subject, sample, match))
    }
    let present = rows.filter { $0.before.present }
    return Pair(
      measure: measure == .presenceAUC ? area(rows) : ratio(rows), n: rows.count,
      present: present.count, subjectsPresent: Set(present.map(\.subject)).count)
  }

  private typealias Rows = [(
    subject: Int, before: ConceptRecord.Sample, after: ConceptRecord.Sample
  )]

  private func ratio(_ rows: Rows) -> PairedMeasure {
    var parts = [PairedRatio.Part](repeating: .init(), count: subjectCount)
    for row in rows {
      parts[row.subject].numeratorBefore += row.before.score.intersection
      parts[row.subject].denominatorBefore += row.before.score.union
      parts[row.subject].numeratorAfter += row.after.score.intersection
      parts[row.subject].denominatorAfter += row.after.score.union
    }
    return .ratio(PairedRatio(parts))
  }

  private func area(_ rows: Rows) -> PairedMeasure {
    .area(
      PairedArea(
        before: rows.map { Double($0.before.score.peak) },
        after: rows.map { Double($0.after.score.peak) },
        isPositive: rows.map(\.before.present), groups: rows.map(\.subject),
        subjects: subjectCount))
  }
}
