import Foundation
import Ingest
import Query
import Warehouse

/// The warehouse that a known-answer study works in, and what it asks of it.
struct StudyWarehouse {
  let folder: URL
  let threads: Int
  let monitor: Monitor

  /// Renders, trains and ingests what is missing of the data sets and the ladder.
  func prepare(_ size: KnownAnswerSize) throws {
    let faces = folder.deletingLastPathComponent().appending(path: "faces")
    try write { store in
      for set in FaceSet.allCases where !(try store.hasDataset(named: set.rawValue)) {
        let target = faces.appending(path: set.rawValue)
        _ = try Faces.write(
          to: target, options: size.faces(set, threads: threads), layout: .csv,
          isCancelled: monitor.isCancelled)
        try add(target, as: set.rawValue, to: store)
      }
      try Ladder(size.ladder(threads: threads), store: store, monitor: monitor).run()
      try ingest(to: store)
    }
  }

  func add(_ pictures: URL, as name: String, to store: Store) throws {
    _ = try DatasetImport.run(
      path: pictures.path, as: name, options: DatasetImportOptions(), into: store,
      monitor: monitor)
  }

  /// Runs models over data sets; all where none are named.
  func ingest(
    _ models: [String]? = nil, over datasets: [String]? = nil, layers: [String]? = nil,
    quantile: Double = 0.005, to store: Store
  ) throws {
    _ = try ActivationIngest(
      store: store,
      options: IngestOptions(
        models: models, datasets: datasets,
        keep: KeepOptions(layers: layers, quantile: quantile), threads: threads),
      monitor: monitor
    ).run()
  }

  /// Removes models, and what is stored of layers that no other model has.
  func remove(_ names: [String], from store: Store) throws {
    let models = try store.models().map(\.record)
    let shared = Set(models.filter { !names.contains($0.name) }.flatMap(\.layers).map(\.prefix))
    let gone = models.filter { names.contains($0.name) }
    let keys = Set(gone.flatMap(\.layers).map(\.prefix)).subtracting(shared).sorted()
    for model in gone { try store.removeModel(named: model.name) }
    for dataset in try store.datasets() {
      for tier in Tier.allCases {
        try store.removeArrays(tier: tier, keys: keys, dataset: dataset.id)
      }
    }
  }

  /// Opens the warehouse for writing.
  func write(_ body: (Store) throws -> Void) throws {
    let store = try Store.open(folder, for: .writing(create: true))
    do {
      try body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
  }

  /// Opens the warehouse for asking.
  func ask<Result>(_ body: (ReadOnlySession, Store) throws -> Result) throws -> Result {
    let store = try Store.open(folder, for: .reading)
    return try body(try ReadOnlySession(store), store)
  }

  /// What `lethe concept compare` says of two models.
  func compare(
    _ before: String, _ after: String, layers: [String], units: [Int] = [],
    control: String? = nil, dataset: String = "emotion", filter: String? = nil, grid: Int? = nil,
    in session: ReadOnlySession, of store: Store
  ) throws -> [ConceptChange] {
    var question = CompareQuestion(before: before, after: after)
    question.layers = layers
    question.units = units
    question.control = control
    question.selection = Selection(dataset: dataset, filter: filter)
    question.settings.grid = grid
    question.threads = threads
    return ConceptChange.rows(
      try session.table(try session.conceptComparison(question, of: store)))
  }

  /// What `lethe concept compare --contrast` says of two models.
  func contrast(
    _ before: String, _ after: String, layers: [String], in session: ReadOnlySession,
    of store: Store
  ) throws -> Table {
    var question = CompareQuestion(before: before, after: after)
    question.layers = layers
    question.measures = [.setIoUAll, .presenceAUC]
    question.isContrast = true
    question.selection = Selection(dataset: "emotion")
    question.threads = threads
    return try session.table(try session.conceptComparison(question, of: store))
  }

  /// What `lethe flips` says of two models.
  func flips(
    _ before: String, _ after: String, control: String? = nil, filter: String? = nil,
    in session: ReadOnlySession
  ) throws -> Table {
    var question = FlipsQuestion(before: before, after: after)
    question.control = control
    question.selection = Selection(dataset: "emotion", filter: filter)
    return try session.table(try session.flips(question))
  }
}
