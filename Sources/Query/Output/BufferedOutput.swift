/// Takes bytes that are to be written, in order.
public typealias ByteSink = ([UInt8]) throws -> Void

/// Collects what is written into pieces of 64 KiB.
final class BufferedOutput {
  private let sink: ByteSink
  private var bytes: [UInt8] = []
  private static let capacity = 1 << 16

  init(_ sink: @escaping ByteSink) { self.sink = sink }

  func write(_ text: String) throws {
    bytes.append(contentsOf: text.utf8)
    if bytes.count >= BufferedOutput.capacity { try flush() }
  }

  func flush() throws {
    guard !bytes.isEmpty else { return }
    let piece = bytes
    bytes.removeAll(keepingCapacity: true)
    try sink(piece)
  }
}
