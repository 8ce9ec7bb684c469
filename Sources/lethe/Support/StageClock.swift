import Foundation

/// Times the stages of a longer way.
struct StageClock {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  private var stages: [(name: String, seconds: Double)] = []

  init() {
    start = clock.now
    last = start
  }

  /// Ends the stage that runs.
  mutating func end(_ name: String) {
    let now = clock.now
    stages.append((name, (now - last) / .seconds(1)))
    last = now
  }

  /// All of it and its parts: `95 s (faces 12, ladder 70, ingest 13)`.
  var summary: String {
    let parts = stages.map { "\($0.name) \(String(format: "%.0f", $0.seconds))" }
    return String(format: "%.0f s (", (last - start) / .seconds(1))
      + parts.joined(separator: ", ") + ")"
  }
}
