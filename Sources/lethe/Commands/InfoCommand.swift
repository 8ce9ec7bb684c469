import CommandLineKit
import Query
import Warehouse

/// `lethe info`: what a warehouse holds, and how large it is.
struct InfoCommand: ParsableCommand {
  static let bytes = Flag(
    "bytes", help: "Instead: a row a variant, layer and tier, with what sharing saved.")

  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Lists what a warehouse holds and how large it is.",
    discussion: """
      A row a data set (inputs and activations), a model (weights) and a stored tier of a layer. \
      An array that several models share is stored, and listed, once. With --bytes it is listed \
      for each of them: bytes is what the array takes, stored_bytes the same for the first model \
      that has it and 0 for the others, which name that model in shared_with; raw_bytes is its \
      size before compression, codec what its chunks are packed by (deflate or relu). The sum of bytes less that of stored_bytes is what sharing saved.
      """,
    examples: [
      Example("lethe info", "What there is"),
      Example("lethe info --bytes", "What each variant's layers take, and what sharing saved"),
      Example("lethe -w study info --csv", "Into a pipe"),
    ],
    parameters: [bytes, OutputOptions.listGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let store = try Store.open(context.warehouse, for: .reading)
    if values[Self.bytes] {
      let uses = try store.layerBytes()
      try store.close()
      return try list(uses, context)
    }
    let info = try store.info()
    try store.close()
    defer {
      let saved = info.sharedBytes > 0 ? "; sharing saves \(ByteText.of(info.sharedBytes))" : ""
      let index =
        info.indexBytes > 0 ? ", \(ByteText.of(info.indexBytes)) of it indexes of units" : ""
      context.note("\(ByteText.of(info.totalBytes)) in all\(index)\(saved)")
    }
    try RowOutput(context).write(Self.table(info))
  }

  private func list(_ uses: [LayerBytes], _ context: Context) throws {
    let stored = uses.reduce(0) { $0 + $1.storedBytes }
    let saved = uses.reduce(0) { $0 + $1.bytes } - stored
    defer {
      context.note("\(ByteText.of(stored)) of layers; sharing saves \(ByteText.of(saved))")
    }
    let rows = uses.map { use -> [Cell] in
      [
        .text(use.model), .text(use.dataset), .text(use.layer), .text(use.tier), .text(use.type),
        Cell(use.samples), use.rawBytes.map { Cell($0) } ?? .null, Cell(use.bytes),
        Cell(use.storedBytes),
        Cell(use.sharedWith), .text(use.codec),
      ]
    }
    try RowOutput(context).write(
      Table(
        columns: [
          "model", "dataset", "layer", "tier", "type", "samples", "raw_bytes", "bytes",
          "stored_bytes", "shared_with", "codec",
        ], rows: rows))
  }

  static func table(_ info: StoreInfo) -> Table {
    let datasets = info.datasets.map { dataset -> [Cell] in
      [
        .text("dataset"), .text(dataset.name), .null, .null, .text(dataset.name),
        Cell(dataset.samples), Cell(dataset.inputBytes + dataset.arrayBytes), .null, .null,
      ]
    }
    let models = info.models.map { model -> [Cell] in
      [
        .text("model"), .text(model.name), .null, .null, .null, Cell(model.predictions),
        Cell(model.bytes), .null, .null,
      ]
    }
    let arrays = info.arrays.map { array -> [Cell] in
      [
        .text("array"), Cell(array.models.first), .text(array.layer),
        .text("\(array.tier):\(array.type)"), .text(array.dataset), Cell(array.samples),
        Cell(array.bytes), Cell(array.models.count), .text(array.codec),
      ]
    }
    return Table(
      columns: ["kind", "name", "layer", "tier", "dataset", "samples", "bytes", "models", "codec"],
      rows: datasets + models + arrays)
  }
}
