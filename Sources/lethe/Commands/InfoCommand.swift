import CommandLineKit
import Query
import Warehouse

/// `lethe info`: what a warehouse holds, and how large it is.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Lists what a warehouse holds and how large it is.",
    discussion: """
      A row a data set (inputs and activations), a model (weights) and a stored tier of a layer. \
      An array that several models share is stored, and listed, once.
      """,
    examples: [
      Example("lethe info", "What there is"),
      Example("lethe -w study info --csv", "Into a pipe"),
    ],
    parameters: [OutputOptions.listGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let store = try Store.open(context.warehouse, for: .reading)
    let info = try store.info()
    try store.close()
    defer {
      let saved = info.sharedBytes > 0 ? "; sharing saves \(ByteText.of(info.sharedBytes))" : ""
      context.note("\(ByteText.of(info.totalBytes)) in all\(saved)")
    }
    try RowOutput(context).write(Self.table(info))
  }

  static func table(_ info: StoreInfo) -> Table {
    let datasets = info.datasets.map { dataset -> [Cell] in
      [
        .text("dataset"), .text(dataset.name), .null, .null, .text(dataset.name),
        Cell(dataset.samples), Cell(dataset.inputBytes + dataset.arrayBytes), .null,
      ]
    }
    let models = info.models.map { model -> [Cell] in
      [
        .text("model"), .text(model.name), .null, .null, .null, Cell(model.predictions),
        Cell(model.bytes), .null,
      ]
    }
    let arrays = info.arrays.map { array -> [Cell] in
      [
        .text("array"), Cell(array.models.first), .text(array.layer),
        .text("\(array.tier):\(array.type)"), .text(array.dataset), Cell(array.samples),
        Cell(array.bytes), Cell(array.models.count),
      ]
    }
    return Table(
      columns: ["kind", "name", "layer", "tier", "dataset", "samples", "bytes", "models"],
      rows: datasets + models + arrays)
  }
}
