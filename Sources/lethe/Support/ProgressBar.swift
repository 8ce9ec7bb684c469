import CommandLineKit
import Foundation
import Synchronization

/// One line on a terminal that says how far long work has come, how fast it goes and how long it
/// will take; it removes itself.
final class ProgressBar: Sendable {
  private let title: String
  private let total: Int
  private let unit: String
  private let sink: any OutputSink
  private let columns: Int?
  private let start = ContinuousClock.now
  private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

  /// `columns`: of the terminal; nil shows nothing at all.
  init(title: String, total: Int, unit: String, sink: any OutputSink, columns: Int?) {
    self.title = title
    self.total = total
    self.unit = unit
    self.sink = sink
    self.columns = columns
  }

  /// Shows that `completed` of the total are done; draws at most ten times a second.
  func update(_ completed: Int, note: String = "") {
    guard let columns else { return }
    let now = ContinuousClock.now
    lastDrawn.withLock { last in
      if let last, now - last < .milliseconds(100) { return }
      last = now
      let line = ProgressLine(
        title: title, completed: completed, total: total, unit: unit, elapsed: now - start,
        note: note)
      try? sink.write("\r" + line.text(columns: columns) + "\u{1B}[K")
    }
  }

  /// Removes the line.
  func finish() {
    lastDrawn.withLock { last in
      if last != nil { try? sink.write("\r\u{1B}[K") }
      last = nil
    }
  }
}

/// The text of a progress bar at one moment.
struct ProgressLine {
  let title: String
  let completed: Int
  let total: Int
  let unit: String
  let elapsed: Duration
  let note: String

  /// The line, one character shorter than the terminal so that it never wraps.
  func text(columns: Int) -> String {
    let share = total > 0 ? min(1, Double(completed) / Double(total)) : 0
    let seconds = elapsed / .seconds(1)
    var parts = ["\(completed)/\(total) \(unit)"]
    if seconds > 0, completed > 0 {
      let rate = Double(completed) / seconds
      parts.append(String(format: rate < 10 ? "%.1f/s" : "%.0f/s", rate))
      if completed < total { parts.append(Self.clock(Double(total - completed) / rate) + " left") }
    }
    if !note.isEmpty { parts.append(note) }
    let cells = 20
    let filled = Int((share * Double(cells)).rounded(.down))
    let bar = String(repeating: "━", count: filled) + String(repeating: "╌", count: cells - filled)
    let percent = Int((share * 100).rounded(.down))
    let line = "\(title) \(bar) \(percent) %  " + parts.joined(separator: "  ")
    return String(line.prefix(max(0, columns - 1)))
  }

  /// `m:ss`, or `h:mm:ss` from an hour on.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 359_999).rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}
