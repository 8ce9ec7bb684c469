internal import Compute
import Foundation
internal import Warehouse

/// The points about what layers encode and decisions rest on.
extension ReadOnlySession {
  func probesPoint(_ question: VerdictQuestion, _ store: Store) throws -> VerdictPoint {
    var asked = ProbeQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    asked.layers = question.layers.isEmpty ? try blockEnds(question.before) : question.layers
    asked.seed = question.seed
    let answer = try probes(asked, of: store)
    let table = try table(answer)
    let rows = table.named
    let deepest = rows.last?.text("layer") ?? ""
    let layers = unique(rows.map { $0.text("layer") }).joined(separator: ", ")
    var finding = "Targets in \(layers): \(counts(rows, "verdict"))."
    let lost = rows.filter { $0.text("verdict") == "lost" }
    let hidden = rows.filter { $0.text("verdict") == "hidden" }
    if let most = lost.min(by: { ($0.number("delta") ?? 0) < ($1.number("delta") ?? 0) }) {
      finding += """
         Lost most: \(most.text("target")) in \(most.text("layer")), \(most.change("delta")) AUC \
        (\(most.interval(as: Phrase.change)); \(most.p("p_holm")) after Holm).
        """
    }
    if !hidden.isEmpty {
      let names = unique(hidden.map { $0.text("target") }).prefix(6).joined(separator: ", ")
      finding += " Hidden, decoded as before though the head errs more: \(names)."
    }
    let shown =
      lost.isEmpty && hidden.isEmpty ? rows.filter { $0.text("layer") == deepest } : lost + hidden
    return VerdictPoint(
      .probes, finding, of: answer, table: table,
      columns: [
        "layer", "target", "measure", "n", "value_before", "value_after", "delta", "lo", "hi",
        "p_holm", "minus_control", "verdict",
      ], rows: shown.prefix(8).map(\.cells))
  }

  func conceptsPoint(_ question: VerdictQuestion, _ store: Store) throws -> VerdictPoint {
    var asked = CompareQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    asked.layers = question.layers
    asked.threads = question.threads
    asked.seed = question.seed
    let answer = try conceptComparison(asked, of: store)
    let table = try table(answer)
    // One row of three measures tells the verdict on the concept.
    let presence = table.named.filter { $0.text("measure") == "presence_auc" }
    let forgotten = presence.filter { $0.text("concept_verdict") == "forgotten" }
    var finding =
      "Action units in layers: \(counts(presence, "concept_verdict")). "
      + "\(presence.count { $0.text("found_before") == "place" }) of them found the place and not "
      + "the action unit before."
    if let most = forgotten.min(by: { ($0.number("delta") ?? 0) < ($1.number("delta") ?? 0) }) {
      finding += """
         Forgotten most: AU\(most.count("au")) in \(most.text("layer")), presence AUC \
        \(most.change("delta")) (\(most.interval(as: Phrase.change)); \(most.p("p_holm")) after Holm).
        """
    }
    let largest = presence.sorted {
      abs($0.number("delta") ?? 0) > abs($1.number("delta") ?? 0)
    }
    return VerdictPoint(
      .concepts, finding, of: answer, table: table,
      columns: [
        "layer", "au", "group", "value_before", "value_after", "delta", "lo", "hi", "p_holm",
        "delta_minus_control", "found_before", "concept_verdict",
      ], rows: (forgotten.isEmpty ? largest : forgotten).prefix(8).map(\.cells))
  }

  func relevancePoint(_ question: VerdictQuestion) throws -> VerdictPoint {
    var asked = RelevanceCompareQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    asked.seed = question.seed
    let answer = try relevanceChanges(asked)
    let table = try table(answer)
    let forgotten = table.named.filter { $0.text("outcome") == "forgotten" }
    let sorted = forgotten.sorted {
      abs($0.number("delta_mass") ?? 0) > abs($1.number("delta_mass") ?? 0)
    }
    var finding = "Among the forgotten pictures "
    let changed = sorted.filter { $0.number("p_holm") ?? 1 < 0.05 }
    if changed.isEmpty {
      finding += "no action unit is shown to hold more or less of the relevance than before"
      if let nearest = sorted.first {
        finding += """
          ; the largest change is that of AU\(nearest.count("au")), \
          \(nearest.points("delta_mass")) of its share (\(nearest.interval(as: Phrase.points)))
          """
      }
    } else {
      finding += changed.map { row in
        "AU\(row.count("au")) holds \(row.points("delta_mass")) of the relevance (\(row.p("p_holm")))"
      }.joined(separator: "; ")
    }
    return VerdictPoint(
      .relevance, finding + ".", of: answer, table: table,
      columns: [
        "outcome", "au", "n", "mass_before", "mass_after", "delta_mass", "lo", "hi", "p_holm",
        "delta_area_mass",
      ], rows: sorted.prefix(8).map(\.cells))
  }

  /// Where a network's stages end: the last convolution of each block, and the dense layers.
  ///
  /// Without the logits; none where nothing is pooled: then all layers are looked at.
  private func blockEnds(_ model: String) throws -> [String] {
    let ends = try names(
      """
      SELECT l.layer FROM layers l
      JOIN layers n ON n.model = l.model AND n.ordinal = l.ordinal + 1
      WHERE l.model = :model AND l.kind = 'convolution' AND n.kind = 'max_pool'
      ORDER BY l.ordinal
      """, .init("model", .text(model)))
    guard !ends.isEmpty else { return [] }
    let dense = try names(
      "SELECT layer FROM layers WHERE model = :model AND kind = 'dense' ORDER BY ordinal",
      .init("model", .text(model)))
    return ends + dense.dropLast()
  }

  /// "3 forgotten, 7 gained, …", in the order of the alphabet.
  private func counts(_ rows: [NamedRow], _ column: String) -> String {
    Dictionary(grouping: rows.map { $0.text(column) }, by: { $0 })
      .sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
  }

  private func unique(_ names: [String]) -> [String] {
    var seen = Set<String>()
    return names.filter { seen.insert($0).inserted }
  }
}
