import Foundation
import Synchronization

private let wasRequested = Atomic<Bool>(false)

/// Whether the user asked to stop, by Ctrl-C or SIGTERM.
enum Interruption: Error {
  /// Thrown where work stops because of it.
  case stopped

  /// The question that long work asks between its steps.
  static let isRequested: @Sendable () -> Bool = { wasRequested.load(ordering: .relaxed) }

  /// Throws if it was asked to stop.
  static func check() throws {
    if isRequested() { throw stopped }
  }

  /// Lets the first signal ask and the second one end the process.
  static func install() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number, handleInterruption)
      sigaddset(&signals, number)
    }
    // A parent may have started this process from a thread that blocks them.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}

// Runs in a signal handler: atomics and write(2) only.
private func handleInterruption(_ number: Int32) {
  wasRequested.store(true, ordering: .relaxed)
  signal(SIGINT, SIG_DFL)
  signal(SIGTERM, SIG_DFL)
  let message: StaticString = "\nlethe: stopping… (once more to end at once)\n"
  _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
}
