internal import Compute
public import Warehouse

/// Which samples drive units of a layer as a given sample does.
public struct NeuronNearestQuestion: Sendable, Equatable {
  /// How far two samples are apart.
  public enum Distance: String, Sendable, CaseIterable {
    /// The root of the sum of squared differences (Euclidean).
    case l2
    /// The sum of absolute differences.
    case l1
    /// The largest absolute difference.
    case max

    fileprivate var compute: UnitDistance {
      switch self {
      case .l2: .l2
      case .l1: .l1
      case .max: .max
      }
    }
  }

  /// The sample: its id, or its path.
  public var sample: String
  /// The layer.
  public var layer: String
  /// The units, `CHANNEL[@ROW,COLUMN][,…]`; nil for every channel.
  public var units: String?
  /// The model; nil for the only one.
  public var model: String?
  /// The most samples to find.
  public var count = 10
  /// What a whole channel is taken for.
  public var pool = ChannelIndex.Pool.max
  /// How far two samples are apart.
  public var distance = Distance.l2
  /// The samples to choose from, if nothing is said those of the sample's data set.
  public var selection = Selection()
  /// How to look things up.
  public var setting = NeuronSetting()

  /// A question about a sample and a layer.
  public init(sample: String, layer: String) {
    self.sample = sample
    self.layer = layer
  }
}

extension ReadOnlySession {
  /// One row a sample, the nearest first; equally near ones in the order of the data set.
  ///
  /// The sample itself is not among them.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown or no sample is selected; `WarehouseError` if the
  ///   units are not stored and cannot be computed, with the command that stores them.
  public func neuronsNearest(_ question: NeuronNearestQuestion, of store: Store) throws -> Answer {
    let layers = try NeuronLayer.all(of: question.model, in: self)
    let layer = try NeuronLayer.named(question.layer, among: layers, of: question.model)
    let units = try question.units.map { try NeuronUnits($0, of: layer) } ?? NeuronUnits(all: layer)
    let centre = try NeuronCentre(question.sample, in: self)
    var selection = question.selection
    selection.dataset = selection.dataset ?? centre.dataset
    let scope = try SampleScope(
      unlabelled: selection, task: layer.task, models: [layer.model], in: self)
    let samples = try NeuronSamples(scope, except: centre.id, in: self)
    var notes = [samples.note]
    notes += try NeuronIndexBuild.ifMissing(layer, samples, question.setting, of: store, self)
    func reader(_ dataset: Int64, _ positions: [Int]) throws -> UnitReader {
      try UnitReader(
        units.units, of: layer, pool: question.pool, at: (dataset, positions), question.setting,
        in: store)
    }
    let values = try reader(try datasetID(centre.dataset), [centre.position])
      .values(of: [centre.position]).map { $0[0] }
    let search = UnitSearch(
      reader: try reader(samples.dataset, samples.positions),
      cost: .distance(question.distance.compute, centre: values), check: checkInterrupted)
    let result = try search.least(question.count, of: samples.positions)
    var table = Table(columns: NeuronNearestQuestion.columns)
    var statements = [samples.statement]
    for (row, found) in result.found.enumerated() {
      let card = NeuronSamples.card(of: samples.ids[found.item], model: layer)
      if row == 0 { statements.append(card) }
      let cells: [Cell] = [
        Cell(row + 1), .text(layer.model), .text(layer.name), .text(units.text),
        .integer(centre.id), .text(question.distance.rawValue), Cell(found.cost),
      ]
      table.rows.append(cells + (try self.table(card).rows.first ?? []))
    }
    notes += search.reader.notes(
      result, of: samples.positions.count, explains: question.setting.explains)
    return Answer(table, notes: notes, statements: statements)
  }
}

extension NeuronNearestQuestion {
  fileprivate static let columns =
    ["rank", "model", "layer", "units", "centre", "measure", "distance"]
    + NeuronSamples.cardColumns
}
