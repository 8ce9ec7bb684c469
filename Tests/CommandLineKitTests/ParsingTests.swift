import Testing

@testable import CommandLineKit

@Suite("Parsing")
struct ParsingTests {
  @Test(
    "values arrive as typed",
    arguments: [
      ("show 3", "3 [] cubism none [] [] true none main false"),
      ("show 3 --style baroque", "3 [] baroque none [] [] true none main false"),
      ("show --style=baroque 3", "3 [] baroque none [] [] true none main false"),
      ("show 3 --style baroque --style cubism", "3 [] cubism none [] [] true none main false"),
      ("show 3 -z 1.5", "3 [] cubism 1.5 [] [] true none main false"),
      ("show 3 -z1.5", "3 [] cubism 1.5 [] [] true none main false"),
      ("show 3 -z=1.5", "3 [] cubism 1.5 [] [] true none main false"),
      ("show 3 -qz 2", "3 [] cubism 2.0 [] [] true none main true"),
      ("show -3", "-3 [] cubism none [] [] true none main false"),
      ("show 3 --rooms -4,5", "3 [] cubism none [-4, 5] [] true none main false"),
      ("show 3 --rooms 1,2 --rooms 7", "3 [] cubism none [1, 2, 7] [] true none main false"),
      ("show 3 --filter a,b", "3 [] cubism none [] [\"a,b\"] true none main false"),
      ("show 3 --no-frame", "3 [] cubism none [] [] false none main false"),
      ("show 3 --no-frame --frame", "3 [] cubism none [] [] true none main false"),
      ("show 3 --csv", "3 [] cubism none [] [] true csv main false"),
      ("show 3 a b", "3 [\"a\", \"b\"] cubism none [] [] true none main false"),
      ("show 3 -- --style -q", "3 [\"--style\", \"-q\"] cubism none [] [] true none main false"),
      ("show 3 -", "3 [\"-\"] cubism none [] [] true none main false"),
      ("--house north show 3", "3 [] cubism none [] [] true none north false"),
      ("show 3 -H north -q", "3 [] cubism none [] [] true none north true"),
      ("work add -f - Night", "Night -"),
      ("work add --file=--odd", "untitled --odd"),
    ])
  func values(line: String, expected: String) {
    let outcome = museum(line.split(separator: " ").map(String.init))
    #expect(outcome == Outcome(code: 0, output: expected + "\n", error: ""))
  }

  @Test("the environment stands in for an option that is not given")
  func environment() {
    let variables = ["MUSEUM_HOUSE": "west"]
    #expect(museum(["show", "3"], environment: variables).output.hasSuffix("west false\n"))
    let given = museum(["show", "3", "-H", "east"], environment: variables)
    #expect(given.output.hasSuffix("east false\n"))
    let empty = museum(["show", "3"], environment: ["MUSEUM_HOUSE": ""])
    #expect(empty.output.hasSuffix("main false\n"))
  }

  @Test("isGiven tells a default from the same value given")
  func given() throws {
    for (words, expected) in [(["show", "3"], false), (["show", "3", "--style", "cubism"], true)] {
      let request = try ArgumentParser.parse(
        words, root: CommandNode(Museum.self), environment: [:])
      guard case .run(_, let values) = request else {
        Issue.record("not a run: \(request)")
        continue
      }
      #expect(values.isGiven(Show.style) == expected)
    }
  }

  @Test(
    "a wrong line ends with 2, one message and the usage",
    arguments: [
      ("shwo 3", "unknown command 'shwo' (did you mean 'show'?)"),
      ("paint", "unknown command 'paint'; 'museum --help' lists them"),
      ("work", "'museum work' needs a command: add"),
      ("-q", "'museum' needs a command: show, work"),
      ("show", "missing NUMBER"),
      ("work add", "missing --file"),
      ("show x", "NUMBER: 'x' is not a whole number"),
      ("show 3 --sytle cubism", "unknown option '--sytle' (did you mean '--style'?)"),
      ("show 3 --xylophone", "unknown option '--xylophone'"),
      ("show 3 -k", "unknown option '-k'"),
      ("show 3 -style", "unknown option '-s' (did you mean '--style'?)"),
      (
        "show 3 --style cubsim",
        "--style: 'cubsim' is not one of baroque, cubism, impressionism (did you mean 'cubism'?)"
      ),
      ("show 3 --zoom 0", "--zoom: '0' is not above 0"),
      ("show 3 --zoom nan", "--zoom: 'nan' is not a number"),
      ("show 3 --zoom", "'--zoom' needs a value: --zoom ZOOM"),
      ("show 3 --zoom --frame", "'--zoom' needs a value: --zoom ZOOM"),
      ("show 3 --frame=yes", "'--frame' takes no value, but got 'yes'"),
      ("show 3 --rooms 1,,2", "--rooms: '1,,2' has an empty entry in its list"),
      ("show 3 --csv --json", "'--json' excludes '--csv'"),
      ("work add -f a Night Watch", "unexpected argument 'Watch'"),
      ("show 13", "there is no picture 13"),
      ("show 99999999999999999999", "NUMBER: '99999999999999999999' is not a whole number"),
    ])
  func errors(line: String, expected: String) {
    let outcome = museum(line.split(separator: " ").map(String.init))
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.first == "museum: \(expected)")
    #expect(lines.dropFirst().first?.hasPrefix("usage: museum") == true)
  }

  @Test("a code that a command throws is the exit code, without a message")
  func exitCode() {
    #expect(museum(["show", "4"]) == Outcome(code: 3, output: "", error: ""))
  }
}
