import Foundation
import Raster
import Synchronization

/// Reads the small files of many pictures side by side, and hands on what they say in order.
///
/// A data set is up to a million small files, and the disk has to be asked for each of them. Most of
/// the time goes by with waiting, so there are more threads than processors. What is handed on, and
/// its order, do not depend on them.
final class RecordQueue {
  typealias Work = @Sendable (RecordSink) throws -> Void

  /// What work hands on.
  enum Event: Sendable {
    case sample(PictureRecord, Result<PictureFacts, RecordResolver.Refusal>)
    case reject(Rejection)
    case note(String, file: String)
    case failure(any Error)
  }

  /// Pieces of work that are done before what they hand on is taken.
  static let batch = 1024
  /// Threads that read.
  static let threads = 16

  private let root: DatasetRoot
  private let threads: Int
  private let take: (Event) throws -> Void
  private var waiting: [Work] = []
  private var running: RecordBatch?

  /// - Parameters:
  ///   - root: Where pictures lie.
  ///   - threads: How many read.
  ///   - take: Takes what is read, on the thread that gives the work.
  init(
    root: DatasetRoot, threads: Int = threads, take: @escaping (Event) throws -> Void
  ) {
    self.root = root
    self.threads = threads
    self.take = take
  }

  deinit { running?.stop() }

  /// The sink for an adapter that is to be read through the queue.
  var sink: RecordSink {
    RecordSink(
      wantsLabels: true, sample: { record in try self.add { try $0.sample(record) } },
      reject: { rejection in try self.add { try $0.reject(rejection) } },
      note: { text, file in self.waiting.append { $0.note(text, file) } }, queue: self)
  }

  /// Adds a piece of work; some that was added before may be handed on.
  ///
  /// - Throws: What `take` throws, and what work throws but `BadRecord`s.
  func add(_ work: @escaping Work) throws {
    waiting.append(work)
    if waiting.count >= RecordQueue.batch { try turn() }
  }

  /// Hands on what is left.
  ///
  /// - Throws: As `add`.
  func finish() throws {
    while !waiting.isEmpty || running != nil { try turn() }
  }

  /// Starts what waits, and hands on what was started before it.
  private func turn() throws {
    let before = running
    running = waiting.isEmpty ? nil : RecordBatch(waiting, root)
    running?.start(threads)
    waiting.removeAll(keepingCapacity: true)
    for event in before?.wait() ?? [] {
      if case .failure(let error) = event { throw error }
      try take(event)
    }
  }
}

/// Work that threads share.
private final class RecordBatch: Sendable {
  /// Pieces that a thread takes at once.
  private static let strip = 16

  private let work: [RecordQueue.Work]
  private let root: DatasetRoot
  private let next = Atomic<Int>(0)
  private let events: Mutex<[Int: [RecordQueue.Event]]> = Mutex([:])
  private let isDone = DispatchGroup()

  init(_ work: [RecordQueue.Work], _ root: DatasetRoot) {
    self.work = work
    self.root = root
  }

  func start(_ threads: Int) {
    let strips = (work.count + RecordBatch.strip - 1) / RecordBatch.strip
    for _ in 0..<max(1, min(threads, strips)) {
      isDone.enter()
      Thread { [self] in
        run()
        isDone.leave()
      }.start()
    }
  }

  /// What all pieces hand on, in their order.
  func wait() -> [RecordQueue.Event] {
    isDone.wait()
    return events.withLock { events in
      events.keys.sorted().flatMap { events[$0] ?? [] }
    }
  }

  /// Leaves out what no thread has begun, and waits for the rest.
  func stop() {
    next.store(work.count, ordering: .relaxed)
    isDone.wait()
  }

  private func run() {
    while true {
      let start = next.add(RecordBatch.strip, ordering: .relaxed).oldValue
      guard start < work.count else { return }
      var read: [RecordQueue.Event] = []
      for piece in work[start..<min(start + RecordBatch.strip, work.count)] {
        do { try piece(sink { read.append($0) }) } catch { read.append(.failure(error)) }
      }
      events.withLock { [read] in $0[start] = read }
    }
  }

  private func sink(_ take: @escaping (RecordQueue.Event) -> Void) -> RecordSink {
    RecordSink(
      wantsLabels: true, sample: { take(.sample($0, self.facts(of: $0))) },
      reject: { take(.reject($0)) }, note: { take(.note($0, file: $1)) })
  }

  private func facts(
    of record: PictureRecord
  ) -> Result<PictureFacts, RecordResolver.Refusal> {
    do { return .success(try root.pictureFacts(at: record.path)) } catch {
      return .failure(RecordResolver.Refusal(reason: error.reason))
    }
  }
}
