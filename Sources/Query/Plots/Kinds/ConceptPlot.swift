public import Warehouse

/// What layers still encode of action units: the differences of concepts by action unit and layer.
public struct ConceptPlot: Sendable, Equatable {
  /// What is asked.
  public var question: CompareQuestion

  /// A plot of the answer to a question.
  public init(_ question: CompareQuestion) { self.question = question }

  /// Asks for the comparison and draws it, one part a measure.
  ///
  /// - Parameters:
  ///   - session: A look at the warehouse.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - progress: Told while concepts are fitted.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: `QueryError` as `conceptComparison`, and if no difference is defined.
  public func plot(
    _ session: ReadOnlySession, of store: Store,
    progress: ReadOnlySession.ConceptProgress = { _, _, _ in }
  ) throws -> Plot {
    var question = question
    question.isContrast = false
    let answer = try session.conceptComparison(question, of: store, progress: progress)
    let table = try session.table(answer)
    let scope = answer.notes.first ?? ""
    guard table["delta"].contains(where: { !$0.isNull }) else {
      throw QueryError.nothingFound("\(scope): no difference of a concept is defined")
    }
    return Plot(
      figure: ConceptPlot.figure(table, scope: scope), notes: answer.notes,
      statements: answer.statements)
  }
}

extension ConceptPlot {
  /// The figure of the rows of `concept compare`.
  static func figure(_ table: Table, scope: String) -> Figure {
    let rows = PlotRows(table).rows
    let maps = rows.map { $0.text("measure") }.unique.map { measure -> (String, HeatMap) in
      let name = words[measure] ?? measure
      let map = DeltaMap(
        rows: rows.filter { $0.text("measure") == measure }, name: { "AU\($0.count("au"))" },
        title: name, fullName: { ActionUnitNames.label($0.count("au")) })
      return (name.prefix(1).uppercased() + name.dropFirst(), map.heatMap)
    }
    let frame = ChartFrame(
      title: "What layers still encode of action units",
      subtitle: "\(rows.first?.text("before") ?? "") → \(rows.first?.text("after") ?? "")",
      caption: [
        Sentence.of(scope),
        "Red: less after than before. Dot: p < 0.05 after Holm, by swaps of whole subjects. Framed: "
          + "forgotten, the 95% interval lies below the margin. Struck out: not defined.",
      ])
    return frame.figure(
      maps.map { name, map in
        .init(name, height: map.height(width: frame.innerWidth)) { map.marks(in: $0) }
      })
  }

  private static let words = [
    "set_iou": "set IoU where the action unit is shown", "set_iou_all": "set IoU over all samples",
    "presence_auc": "presence AUC",
  ]
}
