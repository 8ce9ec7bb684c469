import Foundation
import Testing

/// A private folder in which the real binary is run.
final class Workdir {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "lethe-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The binary stands beside the test bundle.
  static let lethe: String = {
    let runner = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let neighbour = runner.deletingLastPathComponent().appending(path: "lethe").path
    if FileManager.default.isExecutableFile(atPath: neighbour) { return neighbour }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.appending(path: ".build/release/lethe").path
  }()

  /// What a run printed and ended with; describes itself in full when a test fails.
  struct Run: CustomStringConvertible {
    let arguments: [String]
    let folder: String
    let code: Int32
    let output: String
    let error: String

    var lines: [Substring] { output.split(separator: "\n") }

    var description: String {
      """
      argv: \(arguments)
      cwd: \(folder)
      code: \(code)
      stdout:
      \(output)
      stderr:
      \(error)
      """
    }
  }

  /// Runs lethe; the environment is empty but for `PATH`, `HOME` and what is given.
  func lethe(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Run {
    try run([Self.lethe] + arguments, input: input, environment: environment)
  }

  /// Runs a line of bash in which `lethe` is the binary.
  func bash(_ line: String) throws -> Run {
    let script = "set -u; lethe() { command \"$LETHE\" \"$@\"; }; \(line)"
    return try run(["/bin/bash", "-c", script], input: "", environment: ["LETHE": Self.lethe])
  }

  private func run(
    _ arguments: [String], input: String, environment: [String: String]
  ) throws -> Run {
    let process = Process()
    let inputFile = folder.appending(path: ".stdin-\(UUID().uuidString)")
    let outputFile = folder.appending(path: ".stdout-\(UUID().uuidString)")
    let errorFile = folder.appending(path: ".stderr-\(UUID().uuidString)")
    defer {
      for file in [inputFile, outputFile, errorFile] {
        try? FileManager.default.removeItem(at: file)
      }
    }
    try Data(input.utf8).write(to: inputFile)
    try Data().write(to: outputFile)
    try Data().write(to: errorFile)
    process.executableURL = URL(filePath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path]
      .merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    process.waitUntilExit()
    let died = process.terminationReason == .uncaughtSignal
    return Run(
      arguments: arguments, folder: folder.path,
      code: died ? 128 + process.terminationStatus : process.terminationStatus,
      output: try String(contentsOf: outputFile, encoding: .utf8),
      error: try String(contentsOf: errorFile, encoding: .utf8))
  }
}
