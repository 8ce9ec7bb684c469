/// Memory that a training step takes and gives back, so that steps after the first allocate none.
final class BufferPool {
  private var free: [FloatBuffer] = []

  /// Uninitialised memory for at least `count` numbers: the smallest that fits, or new.
  func take(_ count: Int) -> FloatBuffer {
    var best: Int?
    for (index, buffer) in free.enumerated() where buffer.count >= count {
      if best.map({ buffer.count < free[$0].count }) ?? true { best = index }
    }
    guard let best else { return FloatBuffer(count: count) }
    return free.remove(at: best)
  }

  /// Gives memory back; the caller must not use it any more.
  func giveBack(_ buffer: FloatBuffer) { free.append(buffer) }
}
