import CommandLineKit
import Foundation
import Ingest

/// `lethe-studies known-answer`: comparisons whose answer is known, on the built-in faces.
struct KnownAnswerCommand: ParsableCommand {
  /// A study that can be run alone.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case copies, planted, ablation, tasks, groups
  }

  static let folder = Argument<String>(
    "dir", help: "Where pictures and warehouses go.", completion: .directory)
  static let size = Option<KnownAnswerSize>(
    "size", value: "SIZE",
    help: "full: the sizes of lethe demo; small: shows in minutes that it works.", default: .full)
  static let source = Option<String?>(
    "from", value: "DIR",
    help: "Start from a copy of this warehouse, such as that of lethe demo, instead of training.",
    completion: .directory)
  static let layers = Option<[String]>(
    "layers", value: "L,…", help: "The layers that concepts are compared in.",
    default: ["conv3_3", "conv4_3", "conv5_3"])
  static let ablated = Option<[String]>(
    "ablate", value: "L,…", help: "The layers whose channels are silenced.",
    default: ["conv3_3", "conv4_3", "conv5_3"])
  static let shares = Option<[Double]>(
    "share", value: "X,…",
    help: "The shares of their channels that are silenced; the first is shown unit by unit.",
    default: [0.25, 0.5]
  ) { $0 > 0 && $0 < 1 ? nil : "is not between 0 and 1" }
  static let threads = Option<Int>(
    "threads", value: "N", help: "Threads that compute.",
    default: ProcessInfo.processInfo.activeProcessorCount
  ) { $0 > 0 ? nil : "is not above 0" }
  static let results = Option<String?>(
    "results", value: "DIR", help: "Where tables go as CSV; if not given: results in the folder.",
    completion: .directory)
  static let page = Option<String?>(
    "page", value: "FILE", help: "A Markdown page whose tables are brought up to date.")
  static let only = Option<Part?>("only", value: "PART", help: "One study alone.")

  static let configuration = CommandConfiguration(
    commandName: "known-answer",
    abstract: "Comparisons of networks on the built-in faces whose answer is known.",
    discussion: """
      Copies of a network that compute the same, networks built or ablated so that one action unit \
      is lost, a fine-tune that has nothing to do with pain, and the answers within groups of \
      faces. What is there already is not computed again, but for the ablated copies, which are \
      removed once they have been compared.
      """,
    examples: [
      Example(
        "lethe-studies known-answer study --from lethe-demo/warehouse",
        "On the demo: a quarter of an hour"),
      Example("lethe-studies known-answer try --size small", "Everything in minutes"),
    ],
    parameters: [
      folder, size, source, layers, ablated, shares, threads, results, page, only,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let folder = URL(filePath: values[Self.folder])
    let output = StudyOutput(
      folder: values[Self.results].map { URL(filePath: $0) } ?? folder.appending(path: "results"),
      page: values[Self.page].map { URL(filePath: $0) },
      console: console)
    let monitor = Monitor(message: { try? output.note($0) })
    let warehouse = StudyWarehouse(
      folder: folder.appending(path: "warehouse"), threads: values[Self.threads],
      monitor: monitor)
    try copySource(to: warehouse.folder)
    let size = values[Self.size]
    if values[Self.source] == nil { try warehouse.prepare(size) }
    let layers = values[Self.layers]
    for part in Part.allCases where values[Self.only].map({ $0 == part }) ?? true {
      let clock = ContinuousClock()
      let start = clock.now
      for table in try tables(part, warehouse, size, layers, folder) { try output.write(table) }
      try output.note("\(part.rawValue): \(output.seconds(clock.now - start)) s")
    }
  }

  private func tables(
    _ part: Part, _ warehouse: StudyWarehouse, _ size: KnownAnswerSize, _ layers: [String],
    _ folder: URL
  ) throws -> [StudyTable] {
    switch part {
    case .copies: [try CopyStudy(warehouse: warehouse, layers: layers).run()]
    case .planted:
      [
        try PlantedStudy(
          warehouse: StudyWarehouse(
            folder: folder.appending(path: "planted"), threads: warehouse.threads,
            monitor: warehouse.monitor), size: size
        ).run()
      ]
    case .ablation:
      try AblationStudy.run(
        values[Self.ablated], values[Self.shares], in: warehouse)
    case .tasks: try TaskStudy(warehouse: warehouse, size: size, layers: layers).run()
    case .groups: try GroupStudy(warehouse: warehouse, layer: layers.last ?? "conv5_3").run()
    }
  }

  /// Copies the warehouse that was named, unless that has been done.
  private func copySource(to folder: URL) throws {
    guard let source = values[Self.source],
      !FileManager.default.fileExists(atPath: folder.path)
    else { return }
    try FileManager.default.createDirectory(
      at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: URL(filePath: source), to: folder)
  }
}
