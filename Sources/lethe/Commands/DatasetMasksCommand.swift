import CommandLineKit
import Foundation
import Ingest
import Query
import Warehouse

/// `lethe dataset masks`: pictures with the masks of their action units, to look at.
struct DatasetMasksCommand: ParsableCommand {
  static let name = Argument<String>("name", help: "The data set.", completion: .datasets)
  static let sheet = Option<String>(
    "sheet", value: "FILE", help: "The PNG file.", default: "masks.png",
    completion: .file(extensions: ["png"]))
  static let rows = Option<Int>("limit", value: "N", help: "The most pictures.", default: 24) {
    (1...300).contains($0) ? nil : "is not between 1 and 300"
  }

  static let configuration = CommandConfiguration(
    commandName: "masks",
    abstract: "Draws pictures with the outlines of their action units' masks, to look at.",
    discussion: """
      A mask says which pixels belong to an action unit that is present; concepts are built from \
      them. Masks that came with the data set are drawn from their files; else they follow from \
      the landmarks, by the rules of docs/datasets.md, as lethe ingest will store them. The names \
      below a picture have the colours of the outlines; action units without a rule are named \
      after the file. Without --where, the first samples are drawn.
      """,
    examples: [
      Example("lethe dataset masks unbc --sheet masks.png", "The first pictures"),
      Example(
        "lethe dataset masks unbc --where \"sample_id IN (SELECT sample_id FROM aus WHERE au = 43)\"",
        "Pictures with closed eyes"),
    ],
    parameters: [
      name, sheet, rows, SelectionOptions.condition, OutputOptions.timeout,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    let dataset = values[Self.name]
    let (positions, all) = try asking.session.samplePositions(
      of: dataset, where: values[SelectionOptions.condition], limit: values[Self.rows])
    let path = values[Self.sheet]
    let summary = try MaskSheet.write(
      positions, of: asking.store.dataset(named: dataset), in: asking.store,
      to: URL(filePath: path))
    context.note("\(path): \(positions.count) of \(all) samples, \(summary.masks) masks")
    if summary.masks == 0 {
      context.warn(
        "none of them has a mask: masks come from mask pictures, or from landmarks and action units "
          + "that are present; lethe dataset add --openface PATH joins both")
    }
    if !summary.without.isEmpty {
      let units = summary.without.sorted().map { "AU\($0)" }.joined(separator: ", ")
      context.warn("present, and without a mask: \(units)")
    }
  }
}
