import CommandLineKit
import Query
import Warehouse

/// `lethe compact`: writes segments anew, smaller or in another codec.
struct CompactCommand: ParsableCommand {
  static let codec = Option<ArrayCodec?>(
    "codec", value: "CODEC",
    help: "Pack stored maps (f32, f16) by deflate or relu; none: leave them as they are.")
  static let dryRun = Flag("dry-run", help: "Say what would be done, and do nothing.")

  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Drops stored arrays that nothing names any more, and packs maps anew.",
    discussion: """
      Arrays of layers that no model has any more go, and with them the files that hold nothing \
      else; files that hold other arrays too are written anew without them. With --codec, maps turn \
      from one codec into the other: their values stay, bit for bit. A row a file; a second run \
      finds nothing to do. One that was stopped loses nothing, and the next goes on from there. \
      A file is written beside the old one before that goes: the disk needs room for the largest. \
      Not to be run while shards of an ingest are computed, which read the files that there were.
      """,
    examples: [
      Example("lethe compact --dry-run", "What could go"),
      Example("lethe compact", "Let it go"),
      Example("lethe compact --codec relu", "Maps that are read many times faster"),
      Example("lethe compact --codec deflate", "Before others read them without the plugin"),
    ],
    parameters: [codec, dryRun, WritingOptions.threads, OutputOptions.listGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let isDryRun = values[Self.dryRun]
    var bar: ProgressBar?
    defer { bar?.finish() }
    func compact(_ store: Store) throws -> [SegmentCompaction] {
      try store.compact(
        to: values[Self.codec], isDryRun: isDryRun, threads: values[WritingOptions.threads]
      ) { progress in
        try Interruption.check()
        let megabyte = 1_000_000
        if bar == nil {
          bar = context.progress("compact", total: progress.total / megabyte, unit: "MB")
        }
        bar?.update(progress.done / megabyte, note: progress.file)
      }
    }
    let found: [SegmentCompaction]
    if isDryRun {
      let store = try Store.open(context.warehouse, for: .reading)
      found = try compact(store)
      try store.close()
    } else {
      found = try context.writing("compacting", compact)
    }
    bar?.finish()
    guard !found.isEmpty else { return context.note("there is nothing to compact") }
    defer { context.note(Self.summary(found, isDryRun)) }
    try RowOutput(context).write(Self.table(found))
  }

  private static func summary(_ found: [SegmentCompaction], _ isDryRun: Bool) -> String {
    let files = found.count == 1 ? "1 file" : "\(found.count) files"
    let before = ByteText.of(found.reduce(0) { $0 + $1.bytesBefore })
    guard !isDryRun else { return "\(files) of \(before) would change; nothing was done" }
    return "\(files): \(before) before, "
      + "\(ByteText.of(found.reduce(0) { $0 + ($1.bytesAfter ?? 0) })) after"
  }

  private static func table(_ found: [SegmentCompaction]) -> Table {
    Table(
      columns: ["file", "action", "dropped", "recoded", "bytes_before", "bytes_after"],
      rows: found.map { segment in
        [
          .text(segment.file), .text(segment.action.rawValue), Cell(segment.dropped),
          Cell(segment.recoded), Cell(segment.bytesBefore),
          segment.bytesAfter.map { Cell($0) } ?? .null,
        ]
      })
  }
}
