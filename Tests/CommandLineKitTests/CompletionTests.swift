import Foundation
import Testing

@testable import CommandLineKit

@Suite("Completions")
struct CompletionTests {
  @Test(
    "bash offers what the table says",
    arguments: [
      ("museum ", "show work"),
      ("museum w", "work"),
      ("museum work ", "add"),
      ("museum -H north s", "show"),
      ("museum show --style ", "baroque cubism impressionism"),
      ("museum show 3 --style=c", "cubism"),
      ("museum show --no", "--no-frame"),
      ("museum work add --fi", "--file"),
      ("museum work add -f x.png ", "Guernica Nighthawks"),
    ])
  func bash(line: String, expected: String) throws {
    // Bash splits words at '=' as well.
    let words = line.replacing("=", with: " = ").split(
      separator: " ", omittingEmptySubsequences: false)
    let quoted = words.map { singleQuoted(String($0)) }.joined(separator: " ")
    let script = """
      museum() { printf 'Guernica\\nNighthawks\\n'; }
      \(CompletionShell.bash.script(for: CommandNode(Museum.self)))
      COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1)
      _museum; echo "${COMPREPLY[*]}"
      """
    #expect(try output(of: "bash", ["-c", script]) == expected + "\n")
  }

  @Test("every shell that is at hand accepts its script", arguments: CompletionShell.allCases)
  func syntax(shell: CompletionShell) throws {
    let script = shell.script(for: CommandNode(Museum.self))
    for node in CommandNode(Museum.self).all.dropFirst() {
      #expect(script.contains(node.configuration.commandName))
    }
    let isAtHand = try output(of: "sh", ["-c", "command -v \(shell.rawValue) || true"]) != ""
    guard isAtHand else { return }
    let file = NSTemporaryDirectory() + "lethe-completion-\(UUID().uuidString)"
    defer { unlink(file) }
    try script.write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try output(of: shell.rawValue, ["-n", file]) == "")
  }
}

/// Runs a program and returns what it printed on both streams.
private func output(of program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}
