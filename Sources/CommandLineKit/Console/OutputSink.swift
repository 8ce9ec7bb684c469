internal import Synchronization

/// Where a stream of text goes; may be shared by threads.
public protocol OutputSink: AnyObject, Sendable {
  /// Whether a person is watching.
  var isTerminal: Bool { get }
  /// Takes bytes, which may be held back until `flush`.
  func write(bytes: [UInt8]) throws(OutputError)
  /// Hands on everything that was held back.
  func flush() throws(OutputError)
}

extension OutputSink {
  /// Takes text as UTF-8.
  public func write(_ text: String) throws(OutputError) { try write(bytes: Array(text.utf8)) }
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

/// A sink that keeps its text, for tests.
public final class MemorySink: OutputSink {
  /// Whether it pretends to be a terminal.
  public let isTerminal: Bool
  private let bytes = Mutex<[UInt8]>([])

  /// Makes an empty sink.
  public init(isTerminal: Bool = false) { self.isTerminal = isTerminal }

  /// What was written.
  public var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Appends the bytes.
  public func write(bytes more: [UInt8]) throws(OutputError) {
    bytes.withLock { $0.append(contentsOf: more) }
  }
  /// Does nothing: everything is there already.
  public func flush() throws(OutputError) {}
}
