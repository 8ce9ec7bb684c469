extension HDF5Dataset {
  /// Reads boxes of elements into a part of memory, decoding chunks on several threads.
  ///
  /// - Parameters:
  ///   - values: Receives the elements of each box from its offset on.
  ///   - boxes: Boxes whose parts of `values` do not overlap.
  ///   - threads: How many chunks are decoded at a time; the result does not depend on it.
  /// - Throws: `HDF5Error` if a box does not lie within the dataset or `values`, the dataset holds
  ///   no numbers, or the file cannot be read.
  public func read<Element: HDF5Element>(
    into values: UnsafeMutableBufferPointer<Element>, boxes: [HDF5Box], threads: Int
  ) throws(HDF5Error) {
    for box in boxes {
      let total = try checkedBox("read the dataset", start: box.start, count: box.count)
      guard box.offset >= 0, box.offset <= values.count, values.count - box.offset >= total else {
        throw object.place.error(
          "read the dataset", "\(values.count) places for a box of \(total) from \(box.offset) on")
      }
    }
    // Boxes do not overlap in memory, and each is written by one thread at a time.
    nonisolated(unsafe) let target = values
    try forEachStretch(of: boxes, as: Element.self, threads: threads, into: target) {
      elements, offset in
      guard let from = elements.baseAddress, let to = target.baseAddress else { return }
      (to + offset).update(from: from, count: elements.count)
    }
  }

  /// Reads boxes of elements and hands them on as they are decoded, on several threads at once.
  ///
  /// - Parameters:
  ///   - boxes: Which elements.
  ///   - type: The type to read as.
  ///   - threads: How many chunks are decoded at a time.
  ///   - body: Receives stretches of elements and where each begins in the answer: every element
  ///     of every box once, in any order, several stretches at a time.
  /// - Throws: `HDF5Error` as `read(into:boxes:threads:)`.
  public func forEachStretch<Element: HDF5Element>(
    of boxes: [HDF5Box], as type: Element.Type, threads: Int,
    _ body: @Sendable (UnsafeBufferPointer<Element>, Int) -> Void
  ) throws(HDF5Error) {
    for box in boxes {
      _ = try checkedBox("read the dataset", start: box.start, count: box.count)
    }
    try forEachStretch(of: boxes, as: type, threads: threads, into: nil, body)
  }

  /// As above; whole chunks that lie in `target` as they do in the file are decoded into it, and
  /// not handed on.
  private func forEachStretch<Element: HDF5Element>(
    of boxes: [HDF5Box], as type: Element.Type, threads: Int,
    into target: UnsafeMutableBufferPointer<Element>?,
    _ body: @Sendable (UnsafeBufferPointer<Element>, Int) -> Void
  ) throws(HDF5Error) {
    if let plan = ChunkPlan(boxes, of: self, as: Element.elementType),
      try plan.run(threads: threads, into: target, body)
    {
      return
    }
    // Elements of other types, filters of others and small parts of one chunk: the library reads
    // them, and keeps the chunk for the next part.
    for box in boxes {
      let values = try read(type, at: box.start, count: box.count)
      values.withUnsafeBufferPointer { body($0, box.offset) }
    }
  }
}

/// Which chunks of a dataset hold the elements of some boxes.
private struct ChunkPlan {
  /// A chunk, and the boxes that have elements in it.
  private struct Job {
    let origin: [Int]
    var boxes: [Int]
  }

  private let dataset: HDF5Dataset
  private let boxes: [HDF5Box]
  private let codec: HDF5Codec
  private let chunk: [Int]
  private let elements: Int
  private let jobs: [Job]

  /// More chunks, or larger ones, are left to the library.
  private static let mostChunks = 1 << 20
  private static let mostBytes = 1 << 26

  /// A plan; nil if the library should read the boxes.
  init?(_ boxes: [HDF5Box], of dataset: HDF5Dataset, as type: HDF5ElementType) {
    guard let chunk = dataset.chunk, let codec = dataset.codec, dataset.isPlain,
      dataset.elementType == type, let elements = elementCount(chunk), elements > 0,
      elements <= ChunkPlan.mostBytes / type.size
    else { return nil }
    var jobs: [Job] = []
    var jobOf: [[Int]: Int] = [:]
    var left = ChunkPlan.mostChunks
    for (number, box) in boxes.enumerated() where box.total > 0 {
      let first = zip(box.start, chunk).map { $0 / $1 }
      let last = (0..<chunk.count).map { (box.start[$0] + box.count[$0] - 1) / chunk[$0] }
      let touched = elementCount(zip(first, last).map { $1 - $0 + 1 })
      guard let touched, touched <= left else { return nil }
      left -= touched
      var place = first
      for _ in 0..<touched {
        if let job = jobOf[place] {
          jobs[job].boxes.append(number)
        } else {
          jobOf[place] = jobs.count
          jobs.append(Job(origin: zip(place, chunk).map { $0 * $1 }, boxes: [number]))
        }
        var dimension = place.count - 1
        while dimension >= 0 {
          place[dimension] += 1
          if place[dimension] <= last[dimension] { break }
          place[dimension] = first[dimension]
          dimension -= 1
        }
      }
    }
    // A part of one chunk: the library keeps it, should the next part be asked for.
    guard jobs.count > 1 || boxes.contains(where: { $0.count == chunk }) else { return nil }
    self.dataset = dataset
    self.boxes = boxes
    self.codec = codec
    self.chunk = chunk
    self.elements = elements
    self.jobs = jobs
  }

  /// Reads every chunk under the library's lock and decodes it outside; false if one was never
  /// written, so that the library must say what stands in its place.
  func run<Element: HDF5Element>(
    threads: Int, into target: UnsafeMutableBufferPointer<Element>?,
    _ body: @Sendable (UnsafeBufferPointer<Element>, Int) -> Void
  ) throws(HDF5Error) -> Bool {
    let turns = ChunkTurns(jobs.count)
    // The dataset's calls take the lock of the library, and the target's parts are disjoint; the
    // compiler sees neither.
    nonisolated(unsafe) let shared = (plan: self, target: target)
    try turns.run(threads: threads) { shared.plan.work(turns, into: shared.target, body) }
    return turns.missing == nil
  }

  private func work<Element: HDF5Element>(
    _ turns: ChunkTurns, into target: UnsafeMutableBufferPointer<Element>?,
    _ body: (UnsafeBufferPointer<Element>, Int) -> Void
  ) {
    var decoder = ChunkDecoder(codec, elementSize: MemoryLayout<Element>.size)
    let scratch = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements)
    defer { scratch.deallocate() }
    while let number = turns.take() {
      let job = jobs[number]
      let direct = target.flatMap { whole(job, in: $0) }
      let isRead = turns.read(
        dataset, at: job.origin, by: &decoder,
        into: UnsafeMutableRawBufferPointer(direct ?? scratch))
      if isRead, direct == nil { hand(job, UnsafeBufferPointer(scratch), to: body) }
    }
  }

  /// Where a chunk lies in the target, if it lies there as it does in the file.
  private func whole<Element>(
    _ job: Job, in target: UnsafeMutableBufferPointer<Element>
  ) -> UnsafeMutableBufferPointer<Element>? {
    guard job.boxes.count == 1 else { return nil }
    var place: UnsafeMutableBufferPointer<Element>?
    boxes[job.boxes[0]].forEachStretch(inChunkAt: job.origin, of: chunk) { _, offset, length in
      if length == elements {
        place = UnsafeMutableBufferPointer(rebasing: target[offset..<offset + length])
      }
    }
    return place
  }

  private func hand<Element: HDF5Element>(
    _ job: Job, _ values: UnsafeBufferPointer<Element>,
    to body: (UnsafeBufferPointer<Element>, Int) -> Void
  ) {
    for box in job.boxes {
      boxes[box].forEachStretch(inChunkAt: job.origin, of: chunk) { start, offset, length in
        body(UnsafeBufferPointer(rebasing: values[start..<start + length]), offset)
      }
    }
  }
}
