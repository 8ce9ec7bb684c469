import CommandLineKit
import Foundation
import Ingest
import Jobs
import Warehouse

extension SlurmJob {
  /// An ingest in parts: an array of tasks, and a merge after them.
  init(ingest values: ArgumentValues, _ frame: Frame) throws {
    let count = values[SlurmOptions.nodes]
    let words = try Self.words(values, frame)
    let tasks = JobStep(
      "ingest", script: "ingest.sbatch", tasks: count,
      folders: (1...count).map { "\($0)-of-\(count)" })
    graph = try JobGraph(
      kind: "ingest",
      steps: [
        tasks,
        JobStep("merge", script: "merge.sbatch", needs: [.init("ingest", .afterEnd)]),
      ])
    scripts = [
      frame.script(
        "ingest.sbatch",
        ["Computes a part of an ingest, that of the task's number, into a folder of its own."],
        isArray: true, options: words + frame.shardWords,
        "ingest \"${options[@]}\" --threads \"$threads\" --shard \"$SLURM_ARRAY_TASK_ID/\(count)\""),
      frame.script(
        "merge.sbatch",
        [
          "Takes in what the tasks computed, when all have ended. Whatever is missing is named,",
          "and left for a later merge.",
        ], isArray: false, options: words,
        before: [
          "code=0",
          "\"$lethe\" -w \"$warehouse\" merge --wait --csv"
            + frame.shardWords.map { " " + ShellWords.quoted($0) }.joined() + " || code=$?",
          "if ((code != 3)); then exit \"$code\"; fi",
          "# If every task ended well, what is missing is a second pass for the bits of some layers.",
          "for ((task = 1; task <= \(count); task++)); do",
          "  if [[ $(tail -n 1 \"$job/state/ingest.$task\") != end*' 0' ]]; then exit 3; fi",
          "done",
        ], "ingest \"${options[@]}\" --threads \"$threads\""),
    ]
  }

  /// Every option that the plan depends on; names are written out, so that all tasks have one plan
  /// whatever comes into the warehouse meanwhile.
  private static func words(_ values: ArgumentValues, _ frame: Frame) throws -> [String] {
    let store = try Store.open(frame.warehouse, for: .reading)
    defer { try? store.close() }
    let layers = values[IngestCommand.layers]
    let options = try IngestCommand.options(values)
    // Refuses what the tasks would refuse.
    let ingest = try ActivationIngest(store: store, options: options)
    var words = [
      "--model", ingest.modelNames.joined(separator: ","),
      "--dataset", ingest.datasetNames.joined(separator: ","),
    ]
    if !layers.isEmpty { words += ["--layer", layers.joined(separator: ",")] }
    words += ["--keep", values[IngestCommand.keep].joined(separator: ",")]
    if values[IngestCommand.codec] != .deflate {
      words += ["--codec", values[IngestCommand.codec].rawValue]
    }
    words += ["--quantile", "\(values[IngestCommand.quantile])"]
    if let memory = values[MemoryOption.memory] {
      words += ["--memory", memory.defaultValueDescription]
    }
    return words
  }
}
