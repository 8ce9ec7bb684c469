import Testing

@testable import Jobs

@Suite("Words of a shell") struct ShellWordsTests {
  static let hostile = [
    "", "plain", "a b", "it's", "\"", "$HOME", "`id`", "$(id)", "a\nb", "\\", "--x=*", "#", "a;b",
    "ü €", "'", "''", "!!", "~", "\t",
  ]

  @Test("bash reads back what was quoted, whatever it is", arguments: hostile)
  func quoted(word: String) throws {
    #expect(try bash(["-c", "printf %s \(ShellWords.quoted(word))"]) == word)
  }

  @Test(
    "words are taken apart as a shell does",
    arguments: [
      ("", []), ("  ", []), ("a  b", ["a", "b"]), ("--x='a b' c", ["--x=a b", "c"]),
      ("\"a 'b'\" \\  ''", ["a 'b'", " ", ""]), ("'a\\b'", ["a\\b"]), ("\"a\\\"b\"", ["a\"b"]),
    ])
  func words(text: String, expected: [String]) throws {
    #expect(try ShellWords.words(of: text) == expected)
  }

  @Test("an open quotation mark is refused", arguments: ["'a", "\"a", "a\\"])
  func open(text: String) {
    #expect(throws: JobError.self) { try ShellWords.words(of: text) }
  }

  @Test("options of sbatch go into one line, words kept whole")
  func options() throws {
    let options = try SbatchOptions(["--partition=long -t 8:00", "--comment='a \"b\" c'"])
    #expect(options.words == ["--partition=long", "-t", "8:00", "--comment=a \"b\" c"])
    #expect(
      options.line == "#SBATCH --partition=long -t 8:00 \"--comment=a \\\"b\\\" c\"")
    #expect(SbatchOptions.none.line == nil)
    #expect(try SbatchOptions(["--wait-all-nodes=1"]).words.count == 1)
  }

  @Test(
    "options that would change the graph, or no options at all, are refused",
    arguments: [
      "--array=1-9", "-a1", "--dep=afterok:3", "-d singleton", "--output=x", "-o x", "--wrap=id",
      "-W", "--parsable", "--job-name=x", "-Jx", "rm", "--comment='a\nb'", "--comment=\u{1b}",
    ])
  func refused(text: String) {
    #expect(throws: JobError.self) { try SbatchOptions([text]) }
  }
}
