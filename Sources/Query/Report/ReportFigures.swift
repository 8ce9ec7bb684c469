/// The figures of a report, from the tables that its points hold already where they suffice.
struct ReportFigures {
  let question: VerdictQuestion
  let session: ReadOnlySession

  /// The figures of a point; none where nothing can be drawn.
  func figures(of point: VerdictPoint) throws -> [VerdictFigure] {
    guard let table = point.table, !table.rows.isEmpty else { return [] }
    let scope = point.notes.first ?? ""
    let figures: [Figure]
    switch point.topic {
    case .flips: figures = [try flips()]
    case .classes: figures = [try classes()]
    case .events: figures = try histories()
    case .aus:
      figures = [
        AUsPlot.figure(table, before: question.before, after: question.after, scope: scope)
      ]
    case .similarity: figures = [SimilarPlot.figure([table], features: .means, scope: scope)]
    case .probes: figures = [ProbePlot.figure(table, style: .heat, scope: scope)]
    case .concepts: figures = [ConceptPlot.figure(table, scope: scope)]
    case .tcav, .relevance, .samples: figures = []
    }
    return figures.map { VerdictFigure(svg: $0.svgElement(), caption: "") }
  }

  private func rungs() throws -> [String] {
    try LadderRungs(from: question.before, to: question.after, in: session).names
  }

  private func flips() throws -> Figure {
    var plot = FlipsPlot(before: question.before)
    plot.after = Array(try rungs().dropFirst())
    plot.selection = question.selection
    plot.seed = question.seed
    return try plot.plot(session).figure
  }

  private func classes() throws -> Figure {
    var score = ScoreQuestion()
    score.models = try rungs()
    score.selection = question.selection
    score.seed = question.seed
    return try ClassesPlot(score).plot(session).figure
  }

  /// How the two networks were trained, if that was recorded.
  private func histories() throws -> [Figure] {
    do {
      return [try HistoriesPlot(models: [question.before, question.after]).plot(session).figure]
    } catch let error as QueryError where error.kind == .nothingFound { return [] }
  }
}
