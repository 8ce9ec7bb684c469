internal import Glibc

/// A sink that writes to a file descriptor by `write(2)`, 64 KiB at a time.
public final class DescriptorSink: OutputSink {
  /// Whether the descriptor is a terminal.
  public let isTerminal: Bool
  private let descriptor: Int32
  private let name: String
  private let capacity: Int
  private var buffer: [UInt8] = []

  /// Writes to an open descriptor, which stays the caller's; `name` is for messages.
  ///
  /// An unbuffered sink hands on every text at once, as befits standard error.
  public init(descriptor: Int32, name: String, isBuffered: Bool = true) {
    self.descriptor = descriptor
    self.name = name
    isTerminal = isatty(descriptor) == 1
    capacity = isBuffered ? 65_536 : 0
  }

  /// Standard output, buffered.
  public static func standardOutput() -> DescriptorSink {
    DescriptorSink(descriptor: 1, name: "standard output")
  }

  /// Standard error, unbuffered.
  public static func standardError() -> DescriptorSink {
    DescriptorSink(descriptor: 2, name: "standard error", isBuffered: false)
  }

  /// Takes text; throws when the descriptor takes no more.
  public func write(_ text: String) throws(OutputError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= capacity { try flush() }
  }

  /// Writes everything that was held back; what cannot be written is dropped.
  public func flush() throws(OutputError) {
    defer { buffer.removeAll(keepingCapacity: true) }
    var first = 0
    while first < buffer.count {
      let written = buffer.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: first), $0.count - first)
      }
      if written >= 0 {
        first += written
      } else if errno == EPIPE {
        throw .closedPipe
      } else if errno != EINTR {
        throw .failed(stream: name, reason: String(cString: strerror(errno)))
      }
    }
  }
}
