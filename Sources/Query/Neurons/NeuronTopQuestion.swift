internal import Compute
public import Warehouse

/// In which samples units of a layer are most active.
public struct NeuronTopQuestion: Sendable, Equatable {
  /// How the activations of several units become one number.
  public enum Combination: String, Sendable, CaseIterable {
    /// Their sum.
    case sum
    /// The smallest: large where all units are active.
    case min
    /// The largest: large where any unit is active.
    case max

    fileprivate var compute: UnitCombination {
      switch self {
      case .sum: .sum
      case .min: .min
      case .max: .max
      }
    }
  }

  /// The units: `LAYER:CHANNEL[@ROW,COLUMN][,…]`.
  public var units: String
  /// The model; nil for the only one.
  public var model: String?
  /// The most samples to find.
  public var count = 10
  /// What a whole channel is taken for.
  public var pool = ChannelIndex.Pool.max
  /// How several units become one number.
  public var combination = Combination.sum
  /// The samples; they need no labels.
  public var selection = Selection()
  /// How to look things up.
  public var setting = NeuronSetting()

  /// A question about units.
  public init(units: String) { self.units = units }
}

extension ReadOnlySession {
  /// One row a sample, the most active first; equal ones in the order of the data set.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown or no sample is selected; `WarehouseError` if the
  ///   units are not stored and cannot be computed, with the command that stores them.
  public func neuronsTop(_ question: NeuronTopQuestion, of store: Store) throws -> Answer {
    let layers = try NeuronLayer.all(of: question.model, in: self)
    let (name, text) = try NeuronUnits.split(question.units, among: layers)
    let layer = try NeuronLayer.named(name, among: layers, of: question.model)
    let units = try NeuronUnits(text, of: layer)
    let scope = try SampleScope(
      unlabelled: question.selection, task: layer.task, models: [layer.model], in: self)
    let samples = try NeuronSamples(scope, in: self)
    var notes = [samples.note]
    notes += try NeuronIndexBuild.ifMissing(layer, samples, question.setting, of: store, self)
    let reader = try UnitReader(
      units.units, of: layer, pool: question.pool, at: (samples.dataset, samples.positions),
      question.setting, in: store)
    let search = UnitSearch(
      reader: reader, cost: .activation(question.combination.compute), check: checkInterrupted)
    let result = try search.least(question.count, of: samples.positions)
    let columns = try reader.values(of: result.found.map { samples.positions[$0.item] })
    var table = Table(columns: NeuronTopQuestion.columns)
    var statements = [samples.statement]
    for (row, found) in result.found.enumerated() {
      let card = NeuronSamples.card(of: samples.ids[found.item], model: layer)
      if row == 0 { statements.append(card) }
      let cells: [Cell] = [
        Cell(row + 1), .text(layer.model), .text(layer.name), .text(units.text),
        Cell(search.cost.value(found.cost)),
        .text(columns.map { "\($0[row])" }.joined(separator: ";")),
      ]
      table.rows.append(cells + (try self.table(card).rows.first ?? []))
    }
    notes += reader.notes(
      result, of: samples.positions.count, explains: question.setting.explains)
    return Answer(table, notes: notes, statements: statements)
  }
}

extension NeuronTopQuestion {
  fileprivate static let columns =
    ["rank", "model", "layer", "units", "activation", "activations"] + NeuronSamples.cardColumns
}
