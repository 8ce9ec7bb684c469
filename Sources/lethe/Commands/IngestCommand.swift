import CommandLineKit
import Foundation
import Ingest
import Jobs
import Query
import Warehouse

/// `lethe ingest`: runs variants over data sets and keeps what their layers say.
struct IngestCommand: ParsableCommand {
  static let models = Option<[String]>(
    "model", value: "M,…", help: "The variants; none: all of them.", completion: .models)
  static let datasets = Option<[String]>(
    "dataset", value: "D,…", help: "The data sets; none: all of them.", completion: .datasets)
  static let layers = Option<[String]>(
    "layer", value: "L,…",
    help:
      "The layers that bits and maps are kept of; none: every convolution for bits, every layer for maps."
  )
  static let keep = Option<[String]>(
    "keep", value: "TIER,…", help: "What is kept: pooled, bits, maps:f32, maps:f16, maps:u8.",
    default: ["pooled", "bits"])
  static let codec = Option<ArrayCodec>(
    "codec", value: "CODEC",
    help: "What maps are packed by: deflate, which every HDF5 program reads, or relu, which is many"
      + " times faster and which others read with a plugin.", default: .deflate)
  static let quantile = Option<Double>(
    "quantile", value: "Q", help: "The share of positions above a channel's threshold, for bits.",
    default: 0.005
  ) { $0 > 0 && $0 < 1 ? nil : "is not between 0 and 1" }
  static let activations = Option<String?>(
    "from-activations", value: "FILE",
    help: "Instead of running a network: bring in what another program computed of one model and"
      + " data set.", completion: .file())
  static let paths = Option<String?>(
    "paths", value: "LIST",
    help: "With --from-activations: the paths of its rows, one a line, if it does not tell them.",
    completion: .file())
  static let replace = Flag(
    "replace", help: "With --from-activations: put it in the place of another file's.")
  static let dryRun = Flag(
    "dry-run",
    help: "Print what would be computed, what is shared, the bytes and the time; with --slurm: the"
      + " scripts.")

  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Runs every variant over every data set, once, and keeps what the layers say.",
    discussion: """
      Only what is missing is computed; what variants share, such as a frozen prefix, is computed \
      and stored once. Channel means and maxima (pooled) are kept of every layer, predictions of \
      every sample. An ingest that was stopped goes on where it was, and ends with the same \
      arrays. Of a network that Lethe cannot run, --from-activations brings in an HDF5 or \
      safetensors file with an array a layer; the network is made from such a file by lethe model add NAME \
      --layers-from FILE.
      """,
    examples: [
      Example("lethe ingest --dry-run", "What it would cost"),
      Example("lethe ingest", "Run whatever is missing"),
      Example(
        "lethe ingest --model emotion --layer conv5_3 --keep maps:f16", "Whole maps of one layer"),
      Example(
        "lethe ingest --keep pooled,bits,maps:f32 --codec relu", "All maps exactly, packed fast"),
      Example(
        "lethe ingest --from-activations layers.h5 --model mine --dataset emotion",
        "What another program computed"),
      Example("lethe ingest --shard 2/8", "The second of eight parts; then lethe merge"),
      Example(
        "lethe ingest --slurm --nodes 8 --threads 16 --sbatch-options='--partition=long'",
        "Eight tasks of sixteen cores, and the merge after them"),
      Example("lethe ingest --slurm --dry-run", "The scripts that this would submit"),
    ],
    parameters: [
      models, datasets, layers, keep, codec, quantile, dryRun,
      OptionGroup("Activations of another program", [activations, paths, replace]),
      OptionGroup(
        "Several machines",
        [
          ShardOptions.shard, ShardOptions.folder, SlurmOptions.slurm, SlurmOptions.nodes,
          SlurmOptions.sbatch,
        ]),
      MemoryOption.memory, WritingOptions.threads, OutputOptions.rowsGroup,
    ])

  let values: ArgumentValues

  func validate() throws {
    try SlurmOptions.validate(values, [("nodes", values.isGiven(SlurmOptions.nodes))])
    if values[SlurmOptions.slurm] {
      if values[ShardOptions.shard] != nil || values[Self.activations] != nil {
        throw ValidationError(
          "--slurm deals out the parts itself: it goes without --shard and --from-activations")
      }
    } else if values[ShardOptions.shard] == nil {
      guard values[ShardOptions.folder] == nil else {
        throw ValidationError("--shards belongs to --shard and --slurm")
      }
    } else if values[Self.activations] != nil || values[Self.dryRun] {
      throw ValidationError("--shard computes: it goes without --from-activations and --dry-run")
    }
    if values[Self.activations] == nil {
      guard values[Self.paths] == nil, !values[Self.replace] else {
        throw ValidationError("--paths and --replace belong to --from-activations")
      }
      return
    }
    guard values[Self.models].count == 1, values[Self.datasets].count == 1 else {
      throw ValidationError(
        "--from-activations is of one model and one data set: name them (--model M --dataset D)")
    }
    if values[Self.dryRun] {
      throw ValidationError("--from-activations computes nothing that --dry-run could tell")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let options = try Self.options(values)
    if let file = values[Self.activations] { return try bring(file, options.keep, context) }
    if values[SlurmOptions.slurm] {
      let frame = try SlurmJob.Frame(context)
      return try SlurmJob(ingest: values, frame).run(frame, context, isDry: values[Self.dryRun])
    }
    guard !values[Self.dryRun] else {
      let store = try Store.open(context.warehouse, for: .reading)
      let ingest = try ActivationIngest(store: store, options: options)
      return try RowOutput(context).write(Self.table(try ingest.estimates()))
    }
    if let shard = values[ShardOptions.shard].flatMap({ Shard($0) }) {
      let summary = try ShardIngest(
        warehouse: context.warehouse, shards: ShardOptions.folder(values), shard: shard,
        options: options, monitor: context.monitor()
      ).run()
      return Self.tell(summary, context, next: "; next: lethe merge")
    }
    let summary = try context.writing("an ingest") {
      try ActivationIngest(store: $0, options: options, monitor: context.monitor()).run()
    }
    Self.tell(summary, context)
  }

  /// What the options ask for.
  static func options(_ values: ArgumentValues) throws -> IngestOptions {
    let layers = values[Self.layers]
    return IngestOptions(
      models: values[Self.models].isEmpty ? nil : values[Self.models],
      datasets: values[Self.datasets].isEmpty ? nil : values[Self.datasets],
      keep: try KeepOptions(
        tiers: values[Self.keep], layers: layers.isEmpty ? nil : layers,
        quantile: values[Self.quantile], codec: values[Self.codec]),
      threads: values[WritingOptions.threads], memory: MemoryOption.bytes(values))
  }

  private static func tell(_ summary: IngestSummary, _ context: Context, next: String = "") {
    context.note(
      summary.forwardPasses + summary.pictures + summary.thresholds == 0
        ? "everything is there already"
        : "\(summary.forwardPasses) forward passes in "
          + String(format: "%.1f s", summary.seconds) + next)
  }

  private func bring(_ file: String, _ keep: KeepOptions, _ context: Context) throws {
    let options = ActivationImport.Options(
      file: URL(filePath: file), model: values[Self.models][0], dataset: values[Self.datasets][0],
      paths: values[Self.paths].map { URL(filePath: $0) }, keep: keep,
      isReplacing: values[Self.replace], threads: values[WritingOptions.threads])
    let summary = try context.writing("an ingest") {
      try ActivationImport(options, store: $0, monitor: context.monitor()).run()
    }
    if summary.unusedRows > 0 {
      context.warn(
        "\(summary.unusedRows) rows of \(file) belong to no sample of \(options.dataset)")
    }
    context.note(
      summary.samples == 0
        ? "everything is there already"
        : "\(summary.layers) layers of \(summary.samples) samples")
  }

  private static func table(_ estimates: [IngestEstimate]) -> Table {
    func rounded(_ value: Double) -> Cell { .real((value * 10).rounded() / 10) }
    return Table(
      columns: [
        "dataset", "model", "samples", "starts_after", "shared_with", "layers", "gmac",
        "gmac_saved", "megabytes", "seconds", "pass", "weights_mb",
      ],
      rows: estimates.map { estimate in
        [
          .text(estimate.dataset), .text(estimate.model), Cell(estimate.samples),
          .text(estimate.startsAfter), Cell(estimate.sharedWith), Cell(estimate.layers),
          rounded(estimate.gigaMACs), rounded(estimate.savedGigaMACs),
          rounded(Double(estimate.bytes) / 1e6), estimate.seconds.map(rounded) ?? .null,
          estimate.pass.map { Cell($0) } ?? .null,
          rounded(Double(estimate.weightBytes) / 1e6),
        ]
      })
  }
}
