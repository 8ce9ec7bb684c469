internal import Dispatch
import Foundation
import Synchronization

/// Draws the pictures of a set, person by person, and writes them in their order.
struct FaceSetRun: Sendable {
  let options: FaceSetOptions
  let writer: any FaceLayoutWriter
  /// How many pictures a person has.
  let perPerson: Int
  /// The pictures of a person.
  let plan: @Sendable (_ person: Int) -> [FaceSample]

  /// What became of one person's pictures.
  private struct Outcome: Sendable {
    var lines: [(path: String, line: String)] = []
    var classes: [String: Int] = [:]
    var files = 0
    var pictures = 0
  }

  /// Draws and writes.
  ///
  /// People are drawn in rounds, a thread each; after a round its label lines are added in order,
  /// so that memory does not grow with the set.
  ///
  /// - Throws: `FacesError`, `CancellationError`.
  func write(
    into folder: FaceSetFolder, isCancelled: @Sendable () -> Bool,
    progress: @Sendable (_ done: Int, _ of: Int) -> Void
  ) throws -> FaceSetSummary {
    let head = try FaceHead()
    let noise = FaceNoise()
    let files = folder.files
    try folder.begin(writer.labelFiles)
    var summary = FaceSetSummary(pictures: 0, classes: [:], files: 0)
    let total = options.people * perPerson
    let done = Mutex(0)
    for start in stride(from: 0, to: options.people, by: options.threads) {
      let people = start..<min(start + options.threads, options.people)
      let outcomes = Mutex<[Int: Result<Outcome, any Error>]>([:])
      DispatchQueue.concurrentPerform(iterations: people.count) { worker in
        let person = start + worker
        let outcome = Result {
          try draw(
            person, FaceRenderer(head: head, noise: noise, size: options.size), into: files,
            isCancelled: isCancelled
          ) {
            done.withLock {
              $0 += 1
              progress($0, total)
            }
          }
        }
        outcomes.withLock { $0[person] = outcome }
      }
      for person in people {
        guard let outcome = try outcomes.withLock({ try $0[person]?.get() }) else { continue }
        let lines = Dictionary(grouping: outcome.lines, by: \.path)
        for (path, added) in lines.sorted(by: { $0.key < $1.key }) {
          try folder.add(added.map(\.line), to: path)
        }
        folder.count(outcome.files)
        summary.pictures += outcome.pictures
        summary.classes.merge(outcome.classes, uniquingKeysWith: +)
      }
    }
    try folder.finish()
    summary.files = folder.filesWritten
    return summary
  }

  private func draw(
    _ person: Int, _ renderer: FaceRenderer, into files: FaceSetFiles,
    isCancelled: @Sendable () -> Bool, pictureDone: () -> Void
  ) throws -> Outcome {
    let identity = try FaceIdentity(
      head: renderer.head, noise: renderer.noise, seed: options.seed,
      person: FaceSample.identityNumber(options.set, person))
    var outcome = Outcome()
    for sample in plan(person) {
      if isCancelled() { throw CancellationError() }
      let image = renderer.render(identity, sample.scene, sample.face)
      let record = writer.record(DrawnFace(sample: sample, identity: identity, image: image))
      for (path, bytes) in record.files { try files.write(bytes, to: path) }
      outcome.lines += record.lines
      outcome.files += record.files.count
      outcome.classes[sample.label, default: 0] += 1
      outcome.pictures += 1
      pictureDone()
    }
    // Label files that are not the whole set's belong to this person.
    let common = Set(writer.labelFiles.map(\.path))
    let own = outcome.lines.filter { !common.contains($0.path) }
    for (path, lines) in Dictionary(grouping: own, by: \.path) {
      try files.write(Array(lines.map { $0.line + "\n" }.joined().utf8), to: path)
      outcome.files += 1
    }
    outcome.lines.removeAll { !common.contains($0.path) }
    return outcome
  }
}
