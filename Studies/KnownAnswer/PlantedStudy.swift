import Foundation
import Ingest
import Query
import Warehouse

/// A network built by hand over painted faces, one channel an action unit, and copies of it with
/// one channel silent each: that action unit is forgotten, and no other.
struct PlantedStudy {
  private static let (dataset, model, layer) = ("painted", "planted", "conv1_1")
  /// A warehouse of its own, since its bits have another quantile.
  let warehouse: StudyWarehouse
  let size: KnownAnswerSize

  func run() throws -> StudyTable {
    let units = PaintedFaces.colours.map(\.au)
    try warehouse.write { store in
      if !(try store.hasDataset(named: Self.dataset)) { try render(into: store) }
      try build(in: store)
      for (channel, au) in units.enumerated() {
        try ModelCopies.save(Self.name(au), of: Self.model, in: store) { weights, _ in
          Weights.silence([channel], of: Self.layer, in: &weights)
        }
      }
      try warehouse.ingest(
        [Self.model] + units.map(Self.name), over: [Self.dataset], layers: [Self.layer],
        quantile: 0.1, to: store)
    }
    let rows = try warehouse.ask { session, store in
      try units.map { au in
        try Self.row(
          au,
          warehouse.compare(
            Self.model, Self.name(au), layers: [Self.layer], units: units, dataset: Self.dataset,
            grid: size.pixels, in: session, of: store))
      }
    }
    return StudyTable(
      name: "known-planted", title: "One planted channel silent: that action unit, and no other",
      table: ResultRow.table(rows))
  }

  private static func name(_ au: Int) -> String { "planted-without-au\(au)" }

  private static func row(_ au: Int, _ changes: [ConceptChange]) -> ResultRow {
    let others = changes.filter { $0.au != au }
    let own = changes.of(au, "presence_auc")
    var row = ResultRow()
    row.add("silent", .text("AU\(au)"))
    row.add("set_iou_before", changes.of(au, "set_iou")?.before)
    row.add("set_iou_after", changes.of(au, "set_iou")?.after)
    row.add("auc_before", own?.before)
    row.add("auc_after", own?.after)
    row.add("verdict", Cell(own?.verdict))
    row.add("other_aus", Cell(Set(others.map(\.au)).count))
    row.add("largest_other_delta", others.compactMap(\.delta).map { abs($0) }.max())
    row.add("others_gained", Cell(others.count("gained")))
    row.add("others_kept", Cell(others.count("kept")))
    row.add("others_forgotten", Cell(others.count("forgotten")))
    return row
  }

  private func render(into store: Store) throws {
    let folder = warehouse.folder.deletingLastPathComponent().appending(path: "faces/painted")
    var options = size.faces(.emotion, threads: warehouse.threads)
    options.people = size == .full ? 40 : options.people
    options.perPerson = 16
    options.size = size.pixels
    try PaintedFaces.write(to: folder, options: options, monitor: warehouse.monitor)
    try warehouse.add(folder, as: Self.dataset, to: store)
  }

  /// A network of the right shape, hardly trained, whose first convolution is replaced.
  private func build(in store: Store) throws {
    let base = "planted-base"
    try TrainingRun(
      TrainingRequest(
        name: base, task: "emotion", dataset: Self.dataset,
        architecture: VGGArchitecture(
          inputSize: size.pixels, width: 0.125, denseWidth: 16, batchNorm: false),
        recipe: TrainingRecipe(epochs: 1, learningRate: 1e-5, augments: false), seed: 1,
        threads: warehouse.threads),
      store: store, monitor: warehouse.monitor
    ).run()
    let preprocessing = try Preprocessing(
      json: try store.model(named: base).record.preprocessing)
    try ModelCopies.save(Self.model, of: base, in: store) { weights, _ in
      PaintedFaces.buildDetectors(Self.layer, preprocessing, in: &weights)
    }
  }
}
