import CommandLineKit
import Foundation
import Ingest
import Jobs
import Warehouse

extension SlurmJob {
  /// A ladder: the inputs, then `emotion`, then the pain rungs beside each other, then a head on
  /// each of them; repetitions are the tasks of an array, each waiting for its own.
  init(ladder values: ArgumentValues, _ frame: Frame) throws {
    let count = values[LadderCommand.repetitions]
    let steps = Rung.all.map { rung in
      JobStep(
        rung.name, script: "rung.sbatch", tasks: count,
        needs: [rung.parent.map { .init($0, .afterSameTask) } ?? .init("prepare", .afterOK)],
        folders: (1...count).map {
          Shard.folder(training: Rung.variant(rung.name, repetition: $0))
        })
    }
    graph = try JobGraph(
      kind: "ladder", steps: [JobStep("prepare", script: "prepare.sbatch")] + steps)
    let start = try Self.start(values, frame)
    let words = Self.words(values)
    scripts = [
      frame.script(
        "prepare.sbatch",
        ["Stores the inputs of both data sets, which every rung reads."],
        isArray: false, options: words + (start.map { ["--init", $0.given] } ?? []),
        "ladder \"${options[@]}\" --threads \"$threads\" --prepare"),
      frame.script(
        "rung.sbatch",
        [
          "Trains one rung, that of the name, in a folder of its own, and takes it in; the task's",
          "number is that of the repetition: NAME, NAME.s2, NAME.s3, ….",
        ], isArray: true,
        options: words + (start.map { ["--init", $0.name] } ?? []) + frame.shardWords,
        before: [
          "variant=$1",
          "if ((SLURM_ARRAY_TASK_ID > 1)); then variant=$1.s$SLURM_ARRAY_TASK_ID; fi",
        ],
        "ladder \"${options[@]}\" --threads \"$threads\" --only \"$variant\""),
    ]
  }

  /// The network that emotion starts from: as it was given, and the model that it is or becomes.
  private static func start(
    _ values: ArgumentValues, _ frame: Frame
  ) throws -> (given: String, name: String)? {
    let store = try Store.open(frame.warehouse, for: .reading)
    defer { try? store.close() }
    for name in [values[LadderCommand.emotion], values[LadderCommand.pain]] {
      _ = try store.dataset(named: name)
    }
    guard let text = values[LadderCommand.initial] else { return nil }
    let name = try StartingNetwork.name(of: text, store: store)
    let isFile = name != text || (try? store.model(named: text)) == nil
    return (isFile ? URL(filePath: text).absoluteURL.standardizedFileURL.path : text, name)
  }

  /// Every option that the rungs depend on.
  private static func words(_ values: ArgumentValues) -> [String] {
    var words = [
      "--dataset-emotion", values[LadderCommand.emotion],
      "--dataset-pain", values[LadderCommand.pain],
      "--seeds", "\(values[LadderCommand.repetitions])",
      "--seed", "\(values[WritingOptions.seed])",
      "--epochs-emotion", "\(values[LadderCommand.emotionEpochs])",
      "--epochs-pain", "\(values[LadderCommand.painEpochs])",
      "--epochs-head", "\(values[LadderCommand.headEpochs])",
      "--arch", values[ArchitectureOptions.architecture].rawValue,
      "--width", "\(values[ArchitectureOptions.width])",
      "--input-size", "\(values[ArchitectureOptions.inputSize])",
      "--dense", "\(values[ArchitectureOptions.dense])",
      "--dropout", "\(values[ArchitectureOptions.dropout])",
    ]
    if let numerics = values[NumericsOption.numerics] {
      words += ["--numerics", numerics.rawValue]
    }
    return words
  }
}
