public import CommandLineKit
public import Query

extension OutputFormat: EnumerableFlag {
  /// What the flag `--csv`, `--json`, … is for.
  public var help: String {
    switch self {
    case .table: "Aligned columns (usual on a terminal)."
    case .csv: "Comma-separated values (usual into a pipe or a file)."
    case .json: "One array of objects."
    case .jsonl: "One object a line."
    case .md: "A Markdown table."
    }
  }
}

/// How every asking command answers.
enum OutputOptions {
  static let format = Flag<OutputFormat?>(of: "format", help: "The format of the rows.")

  static let output = Option<String?>(
    "output", short: "o", value: "FILE",
    help: "Write to a file, which appears when it is whole; - is standard output.",
    completion: .file())

  static let limit = Option<Int?>(
    "limit", value: "N", help: "At most N rows; a cut is announced on standard error."
  ) { $0 < 0 ? "is below 0" : nil }

  static let showSQL = Flag("show-sql", help: "Print the SQL behind the answer instead of it.")

  static let timeout = Option<Double?>(
    "timeout", value: "SECONDS", help: "Give up on a statement that runs longer."
  ) { $0 > 0 ? nil : "is not above 0" }

  /// What every command that prints rows takes.
  static let rows = [format, output, limit, timeout] as [any ParameterConvertible]
  static let rowsGroup = OptionGroup("Output", rows)
  static let listGroup = OptionGroup("Output", [format, output, limit])
  /// What a canned question takes besides.
  static let group = OptionGroup("Output", rows + [showSQL])
}
