internal import Glibc

/// What surrounds a command: its streams, its environment and the width of its text.
public struct Console {
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

  /// Columns that help is wrapped to: the terminal's, else `$COLUMNS`, else 80; 40 to 100.
  public var width: Int {
    var size = winsize()
    var columns = environment["COLUMNS"].flatMap { Int($0) } ?? 80
    if output.isTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      columns = Int(size.ws_col)
    }
    return min(max(columns, 40), 100)
  }
}
