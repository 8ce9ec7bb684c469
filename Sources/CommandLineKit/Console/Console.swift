internal import Glibc

/// What surrounds a command: its streams, its environment and the width of its text.
public struct Console: Sendable {
  /// Where results go.
  public let output: any OutputSink
  /// Where messages and progress go.
  public let error: any OutputSink
  /// The environment variables.
  public let environment: [String: String]

  /// Surrounds a command with the given streams and variables.
  public init(output: any OutputSink, error: any OutputSink, environment: [String: String]) {
    self.output = output
    self.error = error
    self.environment = environment
  }

  /// Columns that help is wrapped to: the output's, 40 to 100.
  public var width: Int { min(max(outputColumns ?? 80, 40), 100) }

  /// Columns of the terminal that the output goes to, else `$COLUMNS`; nil: neither is known.
  public var outputColumns: Int? { columns(of: 1, isTerminal: output.isTerminal) }

  /// Columns of the terminal that messages go to, else `$COLUMNS`; nil: neither is known.
  public var errorColumns: Int? { columns(of: 2, isTerminal: error.isTerminal) }

  /// Whether messages may be coloured: they go to a terminal that has colours, and `$NO_COLOR`
  /// is not set.
  public var errorHasColour: Bool {
    error.isTerminal && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }

  private func columns(of descriptor: Int32, isTerminal: Bool) -> Int? {
    var size = winsize()
    if isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }
}
