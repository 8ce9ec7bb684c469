import CommandLineKit
import Foundation
import Ingest
import Query
import Warehouse

/// `lethe demo`: the whole way, from pictures to the answer.
struct DemoCommand: ParsableCommand {
  enum Size: String, CaseIterable, ExpressibleByArgument {
    case full, tiny
  }

  static let folder = Argument<String?>(
    "dir", help: "Where everything goes; if not given: lethe-demo.", completion: .directory)
  static let size = Option<Size>(
    "size", value: "SIZE",
    help: "full: trains to the README's numbers; tiny: shows in a minute that it works.",
    default: .full)

  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Runs the whole study on built-in faces, from rendering to the answer.",
    discussion: """
      Renders an emotion set and a pain set of different people, trains the ladder of 13 variants \
      on a narrow VGG16, runs every variant over both sets into a warehouse, and prints what was \
      forgotten; a contact sheet and a report stand beside the tables. A second call goes on where \
      the first one stopped.
      """,
    examples: [
      Example("lethe demo", "Into ./lethe-demo"),
      Example("lethe demo /tmp/try --size tiny", "The same in a minute, too small to learn much"),
    ],
    parameters: [folder, size, WritingOptions.threads])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let folder = URL(filePath: values[Self.folder] ?? "lethe-demo")
    let threads = values[WritingOptions.threads]
    let study =
      values[Self.size] == .full ? DemoStudy.full(threads: threads) : .tiny(threads: threads)
    try checkSize(folder)
    let monitor = context.monitor()
    var clock = StageClock()
    for set in FaceSet.allCases { try render(set, study, folder, threads, context, monitor) }
    clock.end("faces")
    let warehouse = folder.appending(path: "warehouse")
    try writing(warehouse, folder) { store in
      try fill(store, study, folder, threads, context, monitor, &clock)
    }
    let results = folder.appending(path: "results")
    try reading(warehouse) { _, session in
      try DemoResults(session: session, folder: results, console: console).write()
    }
    clock.end("answers")
    context.note("first answers after \(clock.summary)")
    clock = StageClock()
    context.note("explaining what the first and the last network look at")
    let pictures = DemoPictures(folder: results, threads: threads)
    try writing(warehouse, folder) { try pictures.keepRelevance($0, context) }
    clock.end("relevance")
    context.note("writing the report")
    let files = try reading(warehouse) { try pictures.write($0, $1) }
    clock.end("sheet and report")
    context.note("pictures after another \(clock.summary)")
    let seen = files.map { "To look at: \($0.file.relativePath) (\($0.name))" }
    try console.output.write(
      """

      \(seen.joined(separator: "\n"))
      The whole tables: \(results.relativePath)/*.csv
      Ask on:  lethe -w \(warehouse.relativePath) sql "SELECT * FROM models"

      """)
  }

  private func writing(_ warehouse: URL, _ folder: URL, _ body: (Store) throws -> Void) throws {
    let store = try Store.open(
      warehouse, for: .writing(create: true), purpose: "the demo in \(folder.path)")
    do {
      try body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
  }

  private func reading<Result>(
    _ warehouse: URL, _ body: (Store, ReadOnlySession) throws -> Result
  ) throws -> Result {
    let store = try Store.open(warehouse, for: .reading)
    let session = try ReadOnlySession(
      store, limits: ReadOnlySession.Limits(timeout: nil, isCancelled: Interruption.isRequested))
    return try body(store, session)
  }

  /// A demo of one size must not go on in the folder of another.
  private func checkSize(_ folder: URL) throws {
    let note = folder.appending(path: "size")
    let size = values[Self.size].rawValue
    if let text = try? String(contentsOf: note, encoding: .utf8) {
      guard text.trimmingCharacters(in: .whitespacesAndNewlines) == size else {
        throw ValidationError(
          "\(folder.relativePath) holds a demo of another size; name another folder")
      }
      return
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty else {
      throw ValidationError(
        "\(folder.relativePath) is not empty and holds no demo; name another folder")
    }
    try Data("\(size)\n".utf8).write(to: note, options: .atomic)
  }

  private func render(
    _ set: FaceSet, _ study: DemoStudy, _ folder: URL, _ threads: Int, _ context: Context,
    _ monitor: Monitor
  ) throws {
    let target = folder.appending(path: "faces/\(set.rawValue)")
    // The labels come last: where they are, the set is whole.
    guard !FileManager.default.fileExists(atPath: target.appending(path: "labels.csv").path)
    else { return }
    let options = study.faces(set, threads: threads)
    context.note(
      "rendering \(options.people * options.perPerson) faces of \(options.people) people: \(set)")
    let title = "\(set) faces"
    _ = try Faces.write(
      to: target, options: options, layout: .csv, isCancelled: monitor.isCancelled,
      progress: { done, total in
        monitor.progress(
          Monitor.Progress(title: title, done: done, total: total, unit: "faces", remark: ""))
      })
  }

  private func fill(
    _ store: Store, _ study: DemoStudy, _ folder: URL, _ threads: Int, _ context: Context,
    _ monitor: Monitor, _ clock: inout StageClock
  ) throws {
    for set in FaceSet.allCases where !(try store.hasDataset(named: set.rawValue)) {
      _ = try DatasetImport.run(
        path: folder.appending(path: "faces/\(set.rawValue)").path, as: set.rawValue,
        options: DatasetImportOptions(), into: store, monitor: monitor)
    }
    clock.end("import")
    context.note("training the ladder of variants")
    try Ladder(study.ladder, store: store, monitor: monitor).run()
    clock.end("ladder")
    context.note("running every variant over both sets")
    _ = try ActivationIngest(
      store: store, options: IngestOptions(threads: threads), monitor: monitor
    ).run()
    clock.end("ingest")
  }
}
