import CommandLineKit
import Foundation

/// What a command works with: its values, its streams and the warehouse that was named.
struct Context: Sendable {
  let values: ArgumentValues
  let console: Console

  /// The folder of the warehouse: `-w`, else `$LETHE_WAREHOUSE`, else `./lethe-warehouse`.
  var warehouse: URL { URL(filePath: values[GlobalOptions.warehouse]) }

  var isQuiet: Bool { values[GlobalOptions.quiet] }

  /// Says something to whoever is watching, unless it was asked to be quiet.
  func note(_ text: String) {
    guard !isQuiet else { return }
    warn(text)
  }

  /// Says something that must not be missed, such as that rows were cut.
  func warn(_ text: String) {
    // A lost message must not lose the result.
    try? console.error.write("lethe: \(text)\n")
  }

  /// A bar on standard error; silent unless that is a terminal and quiet was not asked for.
  func progress(_ title: String, total: Int, unit: String) -> ProgressBar {
    ProgressBar(
      title: title, total: total, unit: unit, sink: console.error,
      columns: isQuiet || !console.error.isTerminal ? nil : console.errorColumns ?? 80)
  }
}
