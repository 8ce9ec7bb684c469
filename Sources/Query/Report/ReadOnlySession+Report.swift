import Foundation
public import Warehouse

extension ReadOnlySession {
  /// Writes the report: one HTML file with the ten points, their tables and figures, the forgotten
  /// pictures, and a place for hypotheses.
  ///
  /// Equal warehouses and questions give equal files. The file appears whole or not at all.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - version: Of the program, for the last line.
  ///   - path: The file.
  ///   - progress: Called with each point that is there.
  /// - Returns: What the report holds.
  /// - Throws: What `verdict` throws; `QueryError` if the file cannot be written.
  public func writeReport(
    _ question: ReportQuestion, of store: Store, version: String, to path: String,
    progress: (VerdictPoint) throws -> Void = { _ in }
  ) throws -> ReportSummary {
    let verdict = question.verdict
    var points: [VerdictPoint] = []
    let figures = ReportFigures(question: verdict, session: self)
    try self.verdict(verdict, of: store) { point in
      var point = point
      point.figures = try figures.figures(of: point)
      points.append(point)
      try progress(point)
    }
    let (before, after) = try pair(verdict.before, verdict.after)
    let scope = try SampleScope(
      verdict.selection, task: before.task, models: [before.name, after.name], in: self)
    let gallery = try ReportGallery(question, of: store, in: self)
    let digests = try [before, after].map { try store.model(named: $0.name).sha256 }
    let row = points.first { $0.topic == .flips }?.table?.named.first
    let units = try table(
      SQLStatement(
        """
        SELECT DISTINCT c.au FROM au_coded c
        JOIN samples s ON s.sample_id = c.sample_id
        WHERE TRUE\(scope.conditions("s.")) ORDER BY 1
        """, scope.parameters))
    let page = ReportPage(
      about: .init(
        before: before.name, after: after.name, dataset: scope.dataset,
        split: scope.split.rawValue,
        digest: digests.map { String($0.prefix(12)) }.joined(separator: "-")),
      facts: [
        ("data set", scope.dataset), ("split", scope.split.rawValue),
        ("pictures", "\(row?.count("n") ?? 0)"), ("task", before.task),
      ] + (scope.filter == nil ? [] : [("where", verdict.selection.filter ?? "")]),
      points: points, gallery: gallery, aus: units.rows.compactMap { $0[0].int },
      question: question, version: version)
    let bytes = try AtomicFile.write(path) { sink in
      var count = 0
      try page.write { text in
        let bytes = Array(text.utf8)
        count += bytes.count
        try sink(bytes)
      }
      return count
    }
    return ReportSummary(pictures: (gallery.cards.count, gallery.all), bytes: bytes)
  }
}

extension ReportPage {
  /// What the script reads, as JSON that can stand in a script element.
  var aboutJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts alone cannot fail to be encoded.
    let data = (try? encoder.encode(about)) ?? Data("{}".utf8)
    return HTML.json(String(decoding: data, as: UTF8.self))
  }
}
