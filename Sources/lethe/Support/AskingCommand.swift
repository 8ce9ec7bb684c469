import CommandLineKit
import Query

/// A command that asks one question of the library and prints its answer.
///
/// Its table must hold `OutputOptions.group`; those about samples hold `SelectionOptions.group`.
protocol AskingCommand: ParsableCommand {
  var values: ArgumentValues { get }

  /// Calls the one function of the library that answers.
  func answer(_ session: ReadOnlySession) throws -> Answer
}

extension AskingCommand {
  func run(_ console: Console) throws {
    try Asking.answer(values, on: console) { try answer($0.session) }
  }
}

extension Asking {
  /// Opens the warehouse, asks, and prints the answer as the options say.
  static func answer(
    _ values: ArgumentValues, on console: Console, _ ask: (Asking) throws -> Answer
  ) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    let answer = try ask(asking)
    guard !values[OutputOptions.showSQL] else {
      let texts = answer.statements.map { "\($0)\n" }
      return try console.output.write(texts.joined(separator: "\n"))
    }
    defer { for note in answer.notes { context.note(note) } }
    try RowOutput(context).write(answer, of: asking.session)
  }
}
