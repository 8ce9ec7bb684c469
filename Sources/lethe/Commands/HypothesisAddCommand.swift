public import CommandLineKit
import Foundation
import Query
public import Warehouse

extension HypothesisRecord.Direction: ExpressibleByArgument {}

/// `lethe hypothesis add`: takes hypotheses in, from a report's file or one in words.
struct HypothesisAddCommand: ParsableCommand {
  static let file = Argument<String?>(
    "file", help: "A file that a report saved; - is standard input.",
    completion: .file(extensions: ["json"]))
  static let models = Option<[String]>(
    "model", value: "BEFORE,AFTER", help: "Without a file: the two variants.", completion: .models)
  static let text = Option<String?>("text", value: "TEXT", help: "Without a file: what was seen.")
  static let units = Option<[Int]>("au", value: "A,…", help: "Without a file: the action units.")
  static let direction = Option<HypothesisRecord.Direction>(
    "direction", help: "Without a file: whether there is less or more of them.", default: .less)
  static let dataset = Option<String?>(
    "dataset", short: "d", value: "NAME", help: "Without a file: the data set.",
    completion: .datasets)
  static let split = Option<SplitChoice>(
    "split", help: "Without a file: the split that was looked at.", default: .test)

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Writes hypotheses down before they are tested.",
    discussion: """
      A hypothesis says that the network after shows less, or more, of some action units than the \
      one before. It is taken from the file that a report saves, or from the options. What is there \
      already is not added again.
      """,
    examples: [
      Example(
        "lethe hypothesis add hypotheses-emotion-emotion-after-pain-b1.json", "From a report"),
      Example(
        "lethe hypothesis add --model emotion,emotion-after-pain-b1 --au 1,2 "
          + "--text 'attends less to the brow' --dataset emotion", "In words"),
    ],
    parameters: [
      file, OptionGroup("In words", [models, text, units, direction, dataset, split]),
    ])

  let values: ArgumentValues

  func validate() throws {
    let isInWords = values[Self.text] != nil
    guard (values[Self.file] != nil) != isInWords else {
      throw ValidationError("name a file, or say the hypothesis with --text, --model and --au")
    }
    guard isInWords else { return }
    if values[Self.models].count != 2 { throw ValidationError("--model takes two: BEFORE,AFTER") }
    if values[Self.units].isEmpty { throw ValidationError("--au names no action unit") }
    if values[Self.dataset] == nil { throw ValidationError("--dataset names no data set") }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let records: [HypothesisRecord]
    if let file = values[Self.file] {
      records = try HypothesisFile.read(Array(try TextInput.read(file).utf8), named: file)
    } else {
      records = [
        HypothesisRecord(
          before: values[Self.models][0], after: values[Self.models][1],
          dataset: values[Self.dataset] ?? "", split: values[Self.split].rawValue,
          text: values[Self.text] ?? "", direction: values[Self.direction],
          aus: values[Self.units])
      ]
    }
    let added = try context.writing("hypotheses") { store in
      try ReadOnlySession(store).check(records)
      return try store.addHypotheses(records)
    }
    context.note("\(added) of \(records.count) hypotheses are new")
  }
}
