internal import Warehouse

/// The points about layers.
extension ReadOnlySession {
  func similarityPoint(_ question: VerdictQuestion, _ store: Store) throws -> VerdictPoint {
    var asked = SimilarityQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    let answer = try similarity(asked, of: store)
    let table = try table(answer)
    let moved = table.named.filter { $0.number("procrustes") ?? 1 > 0 }
    let shared = table.rows.count - moved.count
    var finding =
      switch shared {
      case 0: "No layer is the same in both."
      case 1: "1 layer is the same in both."
      default: "\(shared) layers are the same in both."
      }
    if let least = moved.min(by: { ($0.number("cka") ?? 2) < ($1.number("cka") ?? 2) }) {
      finding += " Least alike: \(least.text("layer_after")), CKA \(least.value("cka"))."
    }
    // The layers that moved most, in the order of the network.
    let farthest = moved.map { $0.number("cka") ?? 0 }.sorted().prefix(6).last ?? 0
    let rows = moved.filter { $0.number("cka") ?? 0 <= farthest }
    return VerdictPoint(
      .similarity, finding, of: answer, table: table,
      columns: ["layer_before", "layer_after", "n", "cka", "procrustes"], rows: rows.map(\.cells))
  }
}
