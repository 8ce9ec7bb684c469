import CommandLineKit
import Query

/// `lethe export csv`: a view or query as comma-separated values.
struct ExportCSVCommand: RowExport {
  static let format = OutputFormat.csv

  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Writes the rows of a public view or a query as CSV.",
    examples: [
      Example("lethe export csv predictions -o predictions.csv", "What every variant answered"),
      Example(
        "lethe export csv aus --where \"split = 'test'\" -o aus.csv", "Of some samples only"),
      Example(
        "lethe export csv --query \"SELECT model, avg(correct) AS accuracy FROM predictions "
          + "GROUP BY 1\" --provenance -o accuracy.csv",
        "The rows of a query, each with where it comes from"),
    ],
    parameters: RowExportOptions.parameters)

  let values: ArgumentValues
}

/// `lethe export jsonl`: a view or query as an object a line.
struct ExportJSONLCommand: RowExport {
  static let format = OutputFormat.jsonl

  static let configuration = CommandConfiguration(
    commandName: "jsonl",
    abstract: "Writes the rows of a public view or a query as a JSON object a line.",
    examples: [
      Example("lethe export jsonl samples --dataset faces-pain -o samples.jsonl", "One data set")
    ],
    parameters: RowExportOptions.parameters)

  let values: ArgumentValues
}
