import CommandLineKit

// A small program that uses every kind of parameter.

enum Style: String, CaseIterable, ExpressibleByArgument {
  case baroque
  case cubism
  case impressionism
}

enum Format: String, EnumerableFlag {
  case csv
  case json

  var help: String { "Write \(rawValue.uppercased())." }
}

struct Museum: CommandFolder {
  static let house = Option<String>(
    "house", short: "H", value: "NAME", help: "The house.", default: "main",
    environment: "MUSEUM_HOUSE")
  static let quiet = Flag("quiet", short: "q", help: "Say nothing.")

  static let configuration = CommandConfiguration(
    commandName: "museum", abstract: "Keeps pictures.",
    examples: [Example("museum show 3", "Look at one picture")],
    parameters: [OptionGroup("Global options", [house, quiet])],
    groupedSubcommands: [
      CommandGroup("Look", [Show.self]), CommandGroup("Change", [Work.self]),
    ])

  let values: ArgumentValues
}

struct Show: ParsableCommand {
  static let number = Argument<Int>("number", help: "Which picture.")
  static let notes = Argument<[String]>("notes", help: "What to say of it.")
  static let style = Option<Style>("style", help: "Its style.", default: .cubism)
  static let zoom = Option<Double?>("zoom", short: "z", help: "How much larger.") {
    $0 > 0 ? nil : "is not above 0"
  }
  static let rooms = Option<[Int]>("rooms", help: "Where to look.")
  static let filters = Option<[String]>("filter", help: "As SQL.", separated: false)
  static let frame = Flag(
    "frame", help: "With its frame.", inversion: .prefixedNo, default: true)
  static let format = Flag<Format?>(of: "format", help: "How to write it.")

  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows one picture.",
    discussion: "A picture is shown in the style that it was painted in, unless another is asked "
      + "for.",
    examples: [Example("museum show 3 --style cubism", "Look at picture 3")],
    parameters: [
      number, notes, style, zoom, rooms, filters, frame, OptionGroup("Output", [format]),
    ])

  let values: ArgumentValues

  func validate() throws {
    if values[Self.number] == 13 { throw ValidationError("there is no picture 13") }
  }

  func run(_ console: Console) throws {
    if values[Self.number] == 4 { throw ExitCode(rawValue: 3) }
    let zoom = values[Self.zoom].map { "\($0)" } ?? "none"
    let format = values[Self.format]?.rawValue ?? "none"
    try console.output.write(
      """
      \(values[Self.number]) \(values[Self.notes]) \(values[Self.style]) \(zoom) \
      \(values[Self.rooms]) \(values[Self.filters]) \(values[Self.frame]) \(format) \
      \(values[Museum.house]) \(values[Museum.quiet])\n
      """)
  }
}

struct Work: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Changes the collection.",
    examples: [Example("museum work add --file a.png Guernica", "Add a picture")],
    subcommands: [Add.self])

  let values: ArgumentValues
}

struct Add: ParsableCommand {
  static let title = Argument<String?>(
    "title", help: "Its title.", completion: .program(["show", "--titles"]))
  static let file = Option<String>(
    required: "file", short: "f", help: "The file, or - for standard input.",
    completion: .file(extensions: ["png", "jpg"]))

  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Adds a picture.",
    examples: [Example("museum work add --file a.png Guernica", "Add a picture")],
    parameters: [title, file])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    try console.output.write("\(values[Self.title] ?? "untitled") \(values[Self.file])\n")
  }
}

/// What a run of the program printed and ended with.
struct Outcome: Equatable {
  var code: Int32
  var output: String
  var error: String
}

func museum(_ arguments: [String], environment: [String: String] = [:]) -> Outcome {
  let output = MemorySink()
  let error = MemorySink()
  let console = Console(output: output, error: error, environment: environment)
  let code = Museum.run(arguments: arguments, console: console, version: "1.2.3")
  return Outcome(code: code, output: output.text, error: error.text)
}
