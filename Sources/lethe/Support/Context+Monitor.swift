import CommandLineKit
import Ingest
import Synchronization

extension Context {
  /// What long work of Ingest tells of itself, shown as a progress bar and notes; it stops at Ctrl-C.
  func monitor() -> Monitor {
    let bars = ProgressBars(context: self)
    return Monitor(
      progress: { bars.show($0) }, message: { bars.note($0) },
      isCancelled: Interruption.isRequested)
  }
}

/// The bar of the piece of work that runs now.
private final class ProgressBars: Sendable {
  private let context: Context
  private let current = Mutex<(title: String, bar: ProgressBar)?>(nil)

  init(context: Context) { self.context = context }

  func show(_ progress: Monitor.Progress) {
    current.withLock { current in
      if current?.title != progress.title {
        current?.bar.finish()
        let bar = context.progress(progress.title, total: progress.total, unit: progress.unit)
        current = (progress.title, bar)
      }
      current?.bar.update(progress.done, note: progress.remark)
      if progress.done >= progress.total {
        current?.bar.finish()
        current = nil
      }
    }
  }

  func note(_ text: String) {
    current.withLock { current in
      current?.bar.finish()
      context.note(text)
    }
  }

  deinit { current.withLock { $0?.bar.finish() } }
}
