import CommandLineKit
import Foundation
import Ingest
import Query
import Warehouse

/// `lethe model check`: what a network says of one picture, and what it sees.
struct ModelCheckCommand: ParsableCommand {
  static let name = Argument<String>("name", help: "The network.", completion: .models)
  static let picture = Argument<String>(
    "picture", help: "A PNG or JPEG file; with --dataset also a path in it.",
    completion: .file(extensions: ["png", "jpg", "jpeg"]))
  static let dataset = Option<String?>(
    "dataset", value: "D", help: "The data set that tells where the face is on its picture.",
    completion: .datasets)
  static let output = Option<String?>(
    "output", short: "o", value: "FILE",
    help: "Write the picture as the network sees it, a PNG file.",
    completion: .file(extensions: ["png"]))
  static let top = Option<Int>(
    "top", value: "N", help: "The most probable classes.", default: 5
  ) { $0 > 0 ? nil : "is not above 0" }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Shows what a network says of a picture, and writes the picture as it sees it.",
    discussion: """
      Take a picture of which you know what the network should say: if it says something else, \
      the preprocessing is most likely not that of the training. The written picture shows the \
      crop, the size and the order of the channels; the network's first channel is drawn as red, \
      so faces look blue where it is given BGR, and that is right for a network that was trained \
      so. The line below the classes tells the answer with the channels the other way round. The \
      table has, for each layer, the share of its units that are 0 on the whole picture (dead), \
      how many values are not finite, and the range of the others.
      """,
    examples: [
      Example("lethe model check emotion face.png -o seen.png", "A picture of one's own"),
      Example(
        "lethe model check mine pictures/e000/e000_001.png --dataset emotion",
        "A picture of a data set, cropped or aligned as the network asks for"),
    ],
    parameters: [name, picture, dataset, top, output])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let store = try Store.open(context.warehouse, for: .reading)
    let check = try ModelCheck(
      model: values[Self.name], picture: values[Self.picture], dataset: values[Self.dataset],
      store: store, threads: ProcessInfo.processInfo.activeProcessorCount)
    if let path = values[Self.output] {
      try check.writePicture(to: URL(filePath: path))
      context.note("\(path): the network's first channel as red (it is given \(check.order))")
    }
    for note in check.notes { context.warn(note) }
    try write(Self.classes(check, top: values[Self.top]), to: console)
    if let turned = check.turned {
      try console.output.write(
        String(
          format: "with the channels the other way round: %@ %.4f\n", turned.label,
          turned.probability))
    }
    try console.output.write("\n")
    try write(Self.layers(check), to: console)
    try console.output.flush()
    let broken = check.layers.filter { $0.notFinite > 0 }.map(\.name)
    if !broken.isEmpty {
      context.warn("values that are not finite in \(broken.joined(separator: ", "))")
    }
  }

  private func write(_ table: Table, to console: Console) throws {
    let columns = console.output.isTerminal ? console.outputColumns : nil
    try OutputFormat.table.writer(width: columns) { try console.output.write(bytes: $0) }
      .write(table)
  }

  private static func classes(_ check: ModelCheck, top: Int) -> Table {
    Table(
      columns: ["class", "p"],
      rows: check.answers.prefix(top).map { [.text($0.label), rounded($0.probability, 4)] })
  }

  private static func layers(_ check: ModelCheck) -> Table {
    Table(
      columns: ["layer", "kind", "shape", "dead", "not_finite", "min", "max"],
      rows: check.layers.map { layer in
        [
          .text(layer.name), .text(layer.kind), .text(layer.shape),
          .real((layer.dead * 1000).rounded() / 1000), Cell(layer.notFinite),
          layer.least.map { rounded($0, 3) } ?? .null,
          layer.largest.map { rounded($0, 3) } ?? .null,
        ]
      })
  }

  private static func rounded(_ value: Float, _ digits: Int) -> Cell {
    let scale = pow(10.0, Double(digits))
    return .real((Double(value) * scale).rounded() / scale)
  }
}
