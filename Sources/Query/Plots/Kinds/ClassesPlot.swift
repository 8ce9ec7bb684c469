/// How well models know each class.
public struct ClassesPlot: Sendable, Equatable {
  /// How the classes are drawn.
  public enum Style: String, Sendable, CaseIterable {
    /// A colour a model and class.
    case heat
    /// A dot with its interval a model and class.
    case dots
  }

  /// The models, the samples and the bootstrap; it is asked class by class.
  public var question: ScoreQuestion
  /// How; nil for dots up to three models a task, else colours.
  public var style: Style?

  /// A plot of the answer to a question.
  public init(_ question: ScoreQuestion) {
    self.question = question
    self.question.byClass = true
  }

  /// Asks for the scores and draws the recall of each class, one part a task.
  ///
  /// - Parameter session: A look at the warehouse.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: `QueryError` as `score`.
  public func plot(_ session: ReadOnlySession) throws -> Plot {
    var question = question
    question.byClass = true
    let answer = try session.score(question)
    return Plot(
      figure: ClassesPlot.figure(try session.table(answer), style: style, scopes: answer.notes),
      notes: answer.notes, statements: answer.statements)
  }
}

extension ClassesPlot {
  /// The figure of the rows of `score --by class`.
  static func figure(_ table: Table, style: Style?, scopes: [String]) -> Figure {
    let rows = PlotRows(table).rows.filter { $0.text("metric") == "recall" }
    let tasks = rows.map { $0.text("task") }.unique
    let parts = tasks.map { task in Part(task, rows.filter { $0.text("task") == task }) }
    let isHeat = style.map { $0 == .heat } ?? (parts.map(\.models.count).max() ?? 0 > 3)
    var frame = ChartFrame(title: "Right answers by true class")
    frame.caption = scopes.map(Sentence.of) + ["Recall: the share of a class that is recognised."]
    let blocks: [ChartFrame.Block]
    if isHeat {
      frame.caption.append("n: samples of the class.")
      // The same colours in all parts, from just below the lowest value on.
      let low = Axis.linear(rows.compactMap { $0.number("value") } + [1], within: 0...1).first
      var maps = parts.map { $0.heatMap(.sequential(low, 1)) }
      let left = maps.map(\.labelWidth).max() ?? 0
      for index in maps.indices {
        maps[index].left = left
        maps[index].hasColourBar = index == maps.count - 1
      }
      blocks = zip(parts, maps).map { part, map in
        .init(part.heading, height: map.height(width: frame.innerWidth)) { map.marks(in: $0) }
      }
    } else {
      frame.caption.append("Bars: 95% interval by bootstrap over subjects.")
      let names = parts.flatMap(\.models).unique
      let plots = parts.map { $0.dotPlot(names) }
      frame.legend = plots.flatMap(\.series).map(\.legendEntry)
      blocks = zip(parts, plots).map { part, plot in
        .init(part.heading, height: plot.height) { plot.marks(in: $0) }
      }
    }
    return frame.figure(blocks)
  }
}

/// The rows of one task.
private struct Part {
  let task: String
  let rows: [PlotRows.Row]
  let models: [String]
  let classes: [String]

  init(_ task: String, _ rows: [PlotRows.Row]) {
    self.task = task
    self.rows = rows
    models = rows.map { $0.text("model") }.unique
    classes = rows.map { $0.text("class") }.unique
  }

  var heading: String { "Task \(task)" }

  private func row(_ model: String, _ label: String) -> PlotRows.Row? {
    rows.first { $0.text("model") == model && $0.text("class") == label }
  }

  private func tooltip(_ row: PlotRows.Row) -> String {
    let share = NumberFormat.percent(1)
    return "\(row.text("model")), \(row.text("class")): \(share.text(row.number("value") ?? 0)) of "
      + "\(row.count("n"))" + Interval95.text(row.number("lo"), row.number("hi"), share)
  }

  func heatMap(_ scale: ColourScale) -> HeatMap {
    HeatMap(
      rows: models,
      columns: classes,
      columnNotes: classes.map { label in
        models.first.flatMap { row($0, label) }.map { "n = \($0.count("n"))" } ?? ""
      },
      cells: models.map { model in
        classes.map { label in
          guard let row = row(model, label), let value = row.number("value") else { return nil }
          return HeatMap.Cell(value: value, tooltip: tooltip(row))
        }
      }, scale: scale, format: .percent(0), scaleTitle: "recall")
  }

  func dotPlot(_ names: [String]) -> DotPlot {
    DotPlot(
      rows: classes, x: .linear([0, 1], within: 0...1, isPercent: true), xTitle: "recall",
      series: models.map { model in
        let index = names.firstIndex(of: model) ?? 0
        return DotPlot.Series(
          name: model,
          points: classes.map { label in
            let row = row(model, label)
            return DotPlot.Point(
              value: row?.number("value"), low: row?.number("lo"), high: row?.number("hi"),
              tooltip: row.map(tooltip) ?? "")
          }, paint: .series(index), marker: .series(index))
      })
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order in which they first occur.
  var unique: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
