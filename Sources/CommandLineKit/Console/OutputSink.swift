/// Where a stream of text goes.
public protocol OutputSink: AnyObject {
  /// Whether a person is watching.
  var isTerminal: Bool { get }
  /// Takes text, which may be held back until `flush`.
  func write(_ text: String) throws(OutputError)
  /// Hands on everything that was held back.
  func flush() throws(OutputError)
}

/// Why a stream takes no more text.
public enum OutputError: Error, Equatable, CustomStringConvertible, Sendable {
  /// Its reader has gone; for standard output that is success.
  case closedPipe
  /// The system refused: which stream, and why.
  case failed(stream: String, reason: String)

  /// What failed, on what and why.
  public var description: String {
    switch self {
    case .closedPipe: "the reader of the output has gone"
    case .failed(let stream, let reason): "cannot write to \(stream): \(reason)"
    }
  }
}

/// A sink that keeps its text, for tests and for text that goes elsewhere later.
public final class MemorySink: OutputSink {
  /// What was written.
  public private(set) var text = ""
  /// Whether it pretends to be a terminal.
  public let isTerminal: Bool

  /// Makes an empty sink.
  public init(isTerminal: Bool = false) { self.isTerminal = isTerminal }

  /// Appends the text.
  public func write(_ text: String) throws(OutputError) { self.text += text }
  /// Does nothing: all text is there already.
  public func flush() throws(OutputError) {}
}
