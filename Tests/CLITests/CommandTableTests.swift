import Testing

@testable import CommandLineKit
@testable import lethe

@Suite("Commands")
struct CommandTableTests {
  static let nodes = CommandNode(Lethe.self).all
  static let names = nodes.map(\.name)

  @Test("the tables are sound")
  func sound() {
    #expect(CommandNode(Lethe.self).flaws == [])
  }

  @Test("every command shows help with an example", arguments: names)
  func help(name: String) throws {
    let words = name.split(separator: " ").dropFirst().map(String.init)
    let run = try Workdir().lethe(words + ["--help"])
    #expect(run.code == 0, "\(run)")
    #expect(run.output.contains("\nUsage: \(name)"), "\(run)")
    #expect(run.output.contains("\nExamples:\n  # "), "\(run)")
    #expect(run.error.isEmpty, "\(run)")
    let same = try Workdir().lethe(["help"] + words)
    #expect(same.output == run.output, "\(same)")
  }

  @Test("every command appears in the reference")
  func reference() throws {
    let run = try Workdir().lethe(["help", "--markdown"])
    #expect(run.code == 0, "\(run)")
    for node in Self.nodes where !node.isFolder {
      #expect(run.output.contains("\n## \(node.name)\n"))
    }
  }

  @Test("every example is a command line that parses", arguments: names)
  func examples(name: String) throws {
    let node = try #require(Self.nodes.first { $0.name == name })
    for example in node.configuration.examples {
      let words = try #require(letheWords(of: example.command), "\(example.command)")
      let request = try ArgumentParser.parse(
        words, root: CommandNode(Lethe.self), environment: [:])
      guard case .run(let called, _) = request else {
        Issue.record("'\(example.command)' runs nothing")
        continue
      }
      #expect(node.isFolder || called.name == name, "\(example.command)")
    }
  }

  @Test("a script is written for every shell", arguments: CompletionShell.allCases)
  func completions(shell: CompletionShell) throws {
    let run = try Workdir().lethe(["completions", shell.rawValue])
    #expect(run.code == 0, "\(run)")
    for node in Self.nodes.dropFirst() {
      #expect(run.output.contains(node.configuration.commandName))
    }
  }
}
