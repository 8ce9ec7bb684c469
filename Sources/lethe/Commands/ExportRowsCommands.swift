import CommandLineKit
import Query

/// `lethe export csv`: a public view as comma-separated values.
struct ExportCSVCommand: RowExport {
  static let format = OutputFormat.csv

  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Writes the rows of a public view as CSV.",
    examples: [
      Example("lethe export csv predictions -o predictions.csv", "What every variant answered"),
      Example(
        "lethe export csv aus --where \"split = 'test'\" -o aus.csv", "Of some samples only"),
    ],
    parameters: RowExportOptions.parameters)

  let values: ArgumentValues
}

/// `lethe export jsonl`: a public view as an object a line.
struct ExportJSONLCommand: RowExport {
  static let format = OutputFormat.jsonl

  static let configuration = CommandConfiguration(
    commandName: "jsonl",
    abstract: "Writes the rows of a public view as a JSON object a line.",
    examples: [
      Example("lethe export jsonl samples --dataset faces-pain -o samples.jsonl", "One data set")
    ],
    parameters: RowExportOptions.parameters)

  let values: ArgumentValues
}
