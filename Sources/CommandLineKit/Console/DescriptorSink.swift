internal import Glibc
internal import Synchronization

/// A sink that writes to a file descriptor by `write(2)`, 64 KiB at a time.
public final class DescriptorSink: OutputSink {
  /// Whether the descriptor is a terminal.
  public let isTerminal: Bool
  private let descriptor: Int32
  private let name: String
  private let capacity: Int
  private let held = Mutex<[UInt8]>([])

  /// Writes to an open descriptor, which stays the caller's; `name` is for messages.
  ///
  /// An unbuffered sink hands on everything at once, as befits standard error.
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

  /// Takes bytes; throws when the descriptor takes no more.
  public func write(bytes: [UInt8]) throws(OutputError) {
    try held.withLock { buffer throws(OutputError) in
      buffer.append(contentsOf: bytes)
      if buffer.count >= capacity { try writeAll(&buffer) }
    }
  }

  /// Writes everything that was held back; what cannot be written is dropped.
  public func flush() throws(OutputError) {
    try held.withLock { buffer throws(OutputError) in try writeAll(&buffer) }
  }

  private func writeAll(_ buffer: inout [UInt8]) throws(OutputError) {
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
