internal import SQLite
public import Warehouse

/// Which indexes of units to make.
public struct NeuronIndexQuestion: Sendable, Equatable {
  /// The layers; none: every layer of the model.
  public var layers: [String] = []
  /// The model; nil for the only one.
  public var model: String?
  /// The data set; nil for the only one.
  public var dataset: String?
  /// Whether lists of single positions are made as well.
  public var hasPositions = false
  /// Whether indexes are made that are there already.
  public var isForced = false
  /// Threads that run a network.
  public var threads = 1

  /// A question with nothing said.
  public init() {}
}

extension ReadOnlySession {
  /// Makes indexes, one row each: their bytes, beside those that whole maps in float32 would take.
  ///
  /// - Parameters:
  ///   - question: Which.
  ///   - store: The warehouse whose catalogue the session reads; if it is open for reading, each
  ///     index takes the writer's lock by itself.
  ///   - progress: Called before each index with the layer, the number of indexes before it and all.
  /// - Returns: The rows.
  /// - Throws: `QueryError` if a name is unknown; `WarehouseError` if activations are neither stored
  ///   nor can be computed, the folder cannot be written, or another process writes to it.
  public func neuronIndexes(
    _ question: NeuronIndexQuestion, of store: Store,
    progress: (String, Int, Int) -> Void = { _, _, _ in }
  ) throws -> Answer {
    let all = try NeuronLayer.all(of: question.model, in: self)
    let layers =
      try question.layers.isEmpty
      ? all : question.layers.map { try .named($0, among: all, of: question.model) }
    let dataset = try indexedDataset(question.dataset)
    let id = try datasetID(dataset)
    var setting = NeuronSetting()
    setting.threads = question.threads
    // A layer with one position has none that could be told apart.
    let work = layers.flatMap { layer in
      question.hasPositions && layer.positions > 1
        ? [(layer, true), (layer, false)].reversed() : [(layer, false)]
    }
    var table = Table(columns: NeuronIndexQuestion.columns)
    var (allBytes, allMaps) = (0, 0.0)
    for (done, (layer, isOfPositions)) in work.enumerated() {
      progress(layer.name, done, work.count)
      let build = try NeuronIndexBuild(layer, dataset: id, setting, of: store, self)
      let present =
        try question.isForced
        ? nil : isOfPositions ? build.presentPositionBytes() : build.presentChannelBytes()
      let bytes = try present ?? (isOfPositions ? build.positions() : build.channels())
      let maps = 4.0 * Double(layer.channels * layer.positions) * Double(build.samples)
      allBytes += bytes
      if !isOfPositions { allMaps += maps }
      table.rows.append([
        .text(layer.model), .text(layer.name), .text(dataset),
        .text(isOfPositions ? "positions" : "channels"), Cell(build.samples),
        Cell(layer.channels), Cell(layer.positions), .text(present == nil ? "made" : "present"),
        Cell(bytes), Cell(Int(maps)), Cell(maps > 0 ? Double(bytes) / maps : nil),
      ])
    }
    let share = NumberText.brief(allMaps > 0 ? 100 * Double(allBytes) / allMaps : 0)
    return Answer(
      table,
      notes: [
        "together \(allBytes) bytes, \(share)% of whole maps of \(layers.count) "
          + "layer\(layers.count == 1 ? "" : "s") in float32"
      ], statements: [])
  }

  private func indexedDataset(_ name: String?) throws -> String {
    if let name { return try SampleScope.known(name, in: self) }
    let all = try names("SELECT dataset FROM datasets ORDER BY 1")
    guard all.count < 2 else {
      throw QueryError.usage("choose a data set with --dataset " + all.joined(separator: " | "))
    }
    guard let only = all.first else {
      throw QueryError.nothingFound("the warehouse has no data set yet")
    }
    return only
  }
}

extension NeuronIndexQuestion {
  fileprivate static let columns = [
    "model", "layer", "dataset", "index", "samples", "channels", "positions", "state", "bytes",
    "maps_bytes", "share",
  ]
}
