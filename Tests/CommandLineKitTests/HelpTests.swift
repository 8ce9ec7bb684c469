import Testing

@testable import CommandLineKit

@Suite("Help")
struct HelpTests {
  @Test("a command's help shows everything in its table")
  func command() {
    let outcome = museum(["show", "--help"], environment: ["COLUMNS": "72"])
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        Shows one picture.

        Usage: museum show [OPTIONS] NUMBER [NOTES…]

        A picture is shown in the style that it was painted in, unless another
        is asked for.

        Arguments:
          NUMBER  Which picture.
          NOTES   What to say of it.

        Options:
          --style STYLE        Its style. (baroque, cubism, impressionism;
                               default: cubism)
          -z, --zoom ZOOM      How much larger.
          --rooms ROOMS        Where to look.
          --filter FILTER      As SQL.
          --frame, --no-frame  With its frame. (default: frame)

        Output:
          --csv   Write CSV.
          --json  Write JSON.

        Global options:
          -H, --house NAME  The house. (default: main; else $MUSEUM_HOUSE)
          -q, --quiet       Say nothing.
          -h, --help        Show help.
          --version         Show the version.

        Examples:
          # Look at picture 3
          museum show 3 --style cubism

        """)
  }

  @Test("a folder's help lists its commands")
  func folder() {
    let help = museum(["--help"]).output
    #expect(help.contains("Look:\n  show  Shows one picture.\n"))
    #expect(help.contains("Change:\n  work  Changes the collection.\n"))
    #expect(help.hasSuffix("'museum COMMAND --help' says more of a command.\n"))
    #expect(museum(["work", "-h"]).output.contains("Usage: museum work [OPTIONS] COMMAND\n"))
  }

  @Test("a program called by itself shows its help as a usage error")
  func bare() {
    let help = museum(["--help"]).output
    #expect(museum([]) == Outcome(code: 2, output: "", error: help))
  }

  @Test("no line is longer than the terminal", arguments: [40, 57, 80, 100])
  func width(columns: Int) {
    let help = museum(["show", "--help"], environment: ["COLUMNS": "\(columns)"]).output
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= max(columns, 44) })
  }

  @Test("the version is the program's")
  func version() {
    #expect(museum(["--version"]) == Outcome(code: 0, output: "museum 1.2.3\n", error: ""))
  }

  @Test("words are never lost by wrapping", arguments: 1...30)
  func wrapping(width: Int) {
    let text = "one three fifteen characteristically a b"
    let wrapped = wrap(text, width: width)
    #expect(wrapped.split(whereSeparator: \.isWhitespace) == text.split(separator: " "))
    for line in wrapped.split(separator: "\n") {
      #expect(line.count <= width || !line.contains(" "))
    }
  }

  @Test("the reference holds every command, parameter and example")
  func reference() {
    let root = CommandNode(Museum.self)
    let text = MarkdownReference(root, introduction: "Generated.").text
    #expect(text.hasPrefix("# museum: reference\n\nGenerated.\n\n## museum\n"))
    for node in root.all {
      for parameter in node.configuration.parameters {
        #expect(text.contains(parameter.help) || parameter.names.allSatisfy { $0.help != nil })
      }
      for example in node.configuration.examples { #expect(text.contains(example.command)) }
    }
    #expect(text.contains("[museum work add](#museum-work-add)"))
  }
}
