import CommandLineKit
import Foundation
import Query

/// The tables that the demo ends with: printed, and whole as CSV files.
struct DemoResults {
  let session: ReadOnlySession
  let folder: URL
  let console: Console

  static let before = "emotion"
  static let after = "emotion-after-pain-b1"

  /// Writes and prints everything.
  func write() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let score = try session.table(session.score(ScoreQuestion()))
    try save(score, "score.csv")
    try print(
      "How well each variant does on people it has not seen (95 % interval over subjects)",
      score.selecting(["model", "task", "n", "metric", "value", "lo", "hi"]) { row in
        let metric = row["metric"]?.string
        return metric == "accuracy" || metric == "auc"
      })
    let flips = try flips()
    try save(flips, "flips.csv")
    try print(
      "What was forgotten of emotion, rung by rung",
      flips.selecting([
        "after", "n", "retained", "forgotten", "gained", "missed", "nfr", "nfr_chance",
        "p_permutation",
      ]) { _ in true })
    var question = ForgottenQuestion(before: Self.before, after: Self.after)
    question.outcome = .forgotten
    let forgotten = try session.table(session.forgotten(question))
    try save(forgotten, "forgotten.csv")
    var first = forgotten.selecting([
      "sample_id", "path", "label", "confidence_before", "predicted_after", "aus",
    ]) { _ in true }
    first.rows = Array(first.rows.prefix(8))
    try print(
      "Pictures that \(Self.before) had right and \(Self.after) has wrong: the surest"
        + " \(first.rows.count) of \(forgotten.rows.count)", first)
    let units = try session.table(
      session.actionUnits(AUQuestion(before: Self.before, after: Self.after)))
    try save(units, "aus.csv")
    try print(
      "Action units of the forgotten pictures, against those retained",
      units.selecting([
        "au", "n_forgotten", "n_retained", "share_forgotten", "share_retained", "cmh_odds_ratio",
        "lo", "hi", "p_holm",
      ]) { _ in true })
  }

  /// One row a rung that puts emotion back.
  private func flips() throws -> Table {
    let rungs = ["fc", "b5", "b4", "b3", "b2", "b1"].map { "emotion-after-pain-\($0)" }
    let tables = try rungs.map { rung in
      try session.table(session.flips(FlipsQuestion(before: Self.before, after: rung)))
    }
    return Table(columns: tables[0].columns, rows: tables.flatMap(\.rows))
  }

  private func save(_ table: Table, _ name: String) throws {
    let path = folder.appending(path: name).path
    _ = try AtomicFile.write(path) { try OutputFormat.csv.writer(to: $0).write(table) }
  }

  private func print(_ title: String, _ table: Table) throws {
    let sink = console.output
    try sink.write("\n\(title)\n")
    let columns = sink.isTerminal ? console.outputColumns : nil
    try OutputFormat.table.writer(width: columns) { try sink.write(bytes: $0) }
      .write(table.shortened())
    try sink.flush()
  }
}

extension Table {
  /// The rows that `isWanted` takes, with these columns only.
  func selecting(_ names: [String], where isWanted: ([String: Cell]) -> Bool) -> Table {
    let indices = names.compactMap { columns.firstIndex(of: $0) }
    let wanted = rows.filter { row in
      isWanted(Dictionary(zip(columns, row), uniquingKeysWith: { a, _ in a }))
    }
    return Table(
      columns: indices.map { columns[$0] }, rows: wanted.map { row in indices.map { row[$0] } })
  }

  /// The same with numbers of three digits after the point, for reading.
  func shortened() -> Table {
    Table(
      columns: columns,
      rows: rows.map { row in
        row.map { cell in
          guard case .real(let value) = cell else { return cell }
          return .text(String(format: "%.3f", value))
        }
      })
  }
}
