import Testing

@testable import CommandLineKit

@Suite("Command tables")
struct CommandTreeTests {
  @Test("a sound program has no flaws")
  func sound() {
    #expect(CommandNode(Museum.self).flaws == [])
  }

  @Test("flaws of a table are found")
  func flawed() {
    #expect(
      CommandNode(Flawed.self).flaws == [
        "flawed: --size is declared 2 times",
        "flawed: a required argument behind an optional one",
        "flawed: an abstract that is no sentence",
        "flawed: an argument behind one that takes all",
        "flawed: no example",
        "flawed: no help for --size",
        "flawed: size is declared 2 times",
      ])
  }

  @Test("words lead to a command")
  func find() throws {
    let root = CommandNode(Museum.self)
    #expect(try root.find(["work", "add"]).name == "museum work add")
    #expect(throws: ParserError.self) { try root.find(["work", "ad"]) }
  }
}

private struct Flawed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flawed", abstract: "does nothing", examples: [],
    parameters: [
      Option<Int>("size", help: "", default: 1), Flag("size", help: "Size."),
      Argument<[String]>("all", help: "All."), Argument<Int>("one", help: "One."),
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {}
}
