internal import Warehouse

extension ReadOnlySession {
  /// The point about directional derivatives, in the last convolution unless layers were named.
  func sensitivityPoint(_ question: VerdictQuestion, _ store: Store) throws -> VerdictPoint {
    var layers = question.layers
    if layers.isEmpty {
      layers = try names(
        """
        SELECT layer FROM layers WHERE model = :model AND kind = 'convolution'
        ORDER BY ordinal DESC LIMIT 1
        """, .init("model", .text(question.before)))
    }
    guard !layers.isEmpty else {
      return VerdictPoint(.tcav, missing: "\(question.before) has no convolution to look at")
    }
    var asked = TCAVQuestion(models: [question.before, question.after], layers: layers)
    asked.selection = question.selection
    asked.seed = question.seed
    let answer = try tcav(asked, of: store)
    let table = try table(answer)
    let changes = table.named.filter {
      $0.text("model") == question.after && $0.number("delta") != nil
    }
    let sorted = changes.sorted { abs($0.number("delta") ?? 0) > abs($1.number("delta") ?? 0) }
    let found = sorted.filter { $0.number("delta_p_holm") ?? 1 < 0.05 }
    var finding =
      "\(Phrase.count(found.count, "pair")) of an action unit and a class changed in sensitivity "
      + "after Holm's correction over \(changes.count)."
    if let largest = (found.isEmpty ? sorted : found).first {
      finding += """
         The largest change: AU\(largest.count("au")) for \(largest.text("class")), TCAV score \
        \(largest.change("delta")) (\(largest.interval("delta_lo", "delta_hi", as: Phrase.change)); \
        \(largest.p("delta_p_holm")) after Holm).
        """
    }
    return VerdictPoint(
      .tcav, finding, of: answer, table: table,
      columns: [
        "layer", "au", "class", "n", "tcav", "delta", "delta_lo", "delta_hi", "delta_p_holm",
        "p_holm",
      ], rows: (found.isEmpty ? sorted : found).prefix(6).map(\.cells))
  }
}
