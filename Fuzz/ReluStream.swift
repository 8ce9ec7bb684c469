import CCodecs

/// A chunk of the relu codec as a file could hold it, and what HDF5 and the file claim of it.
///
/// The first five bytes are the claims: the size of elements, and the length that the chunk should
/// come to, little-endian. The rest is the stream.
struct ReluStream {
  /// What a chunk may come to; the decoders are only asked for more by a claim that must be refused.
  private static let mostBytes = 1 << 18
  private static let guarding: UInt8 = 0xa5

  private let size: UInt32
  private let claimed: Int
  private let stream: [UInt8]

  /// Takes the claims apart; nil if there are too few bytes for them.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 5 else { return nil }
    size = UInt32(bytes[0])
    claimed = (1..<5).reduce(0) { $0 | Int(bytes[$1]) << (8 * ($1 - 1)) }
    stream = Array(bytes.dropFirst(5))
  }

  /// Decodes by the claim and by the stream's own head, in both ways, and encodes the same bytes.
  ///
  /// Every buffer is as long as it is said to be, so that a sanitizer sees the first byte beyond.
  func check() {
    let said = lethe_relu_length(stream, stream.count)
    let lengths = Set([claimed, said, said &+ 1, max(said, 1) - 1]).filter {
      (0...ReluStream.mostBytes).contains($0)
    }
    for length in lengths {
      for size in Set([size, 2, 4]) { decode(to: length, size) }
    }
    if (1...ReluStream.mostBytes).contains(said) { filter() }
    for size in [2, 4] as [UInt32] { roundTrip(size) }
  }

  private func decode(to length: Int, _ size: UInt32) {
    var targets = [[UInt8]](
      repeating: .init(repeating: ReluStream.guarding, count: length), count: 2)
    let found = [
      lethe_relu_decode(stream, stream.count, size, &targets[0], length),
      lethe_relu_decode_portable(stream, stream.count, size, &targets[1], length),
    ]
    precondition(found[0] == found[1], "one way decodes what the other one refuses")
    guard found[0] == 1 else { return }
    precondition(targets[0] == targets[1], "the two ways decode differently")
    precondition(
      lethe_relu_length(stream, stream.count) == length, "the head says another length")
  }

  /// As HDF5 calls it: the buffer is the filter's to replace.
  private func filter() {
    let reverse: UInt32 = 0x100
    for size in [2, 4] as [UInt32] {
      guard let start = malloc(max(1, stream.count)) else { return }
      var buffer: UnsafeMutableRawPointer? = start
      stream.withUnsafeBytes {
        if let source = $0.baseAddress { start.copyMemory(from: source, byteCount: $0.count) }
      }
      var capacity = stream.count
      let length = lethe_relu_filter(
        reverse, 2, [UInt32(LETHE_RELU_VERSION), size], stream.count, &capacity, &buffer)
      precondition(length <= capacity, "more bytes than there is room for")
      precondition(length > 0 || buffer == start, "a refusal that took the buffer")
      free(buffer)
    }
  }

  private func roundTrip(_ size: UInt32) {
    let source = Array(stream.prefix(stream.count / Int(size) * Int(size)))
    var packed = [[UInt8]](
      repeating: .init(repeating: 0, count: lethe_relu_bound(source.count)), count: 2)
    let lengths = [
      lethe_relu_encode(source, source.count, size, &packed[0]),
      lethe_relu_encode_portable(source, source.count, size, &packed[1]),
    ]
    precondition(lengths[0] == lengths[1], "the two ways encode differently")
    guard lengths[0] > 0 else { return }
    let chunk = Array(packed[0][..<lengths[0]])
    precondition(chunk == Array(packed[1][..<lengths[1]]), "the two ways encode differently")
    var back = [UInt8](repeating: ReluStream.guarding, count: source.count)
    precondition(
      lethe_relu_decode(chunk, chunk.count, size, &back, back.count) == 1 && back == source,
      "what was encoded comes back otherwise")
  }
}
