import Synchronization

/// The progress bar of concepts that are computed; threads draw it in turns.
final class ConceptBar: Sendable {
  private let context: Context
  private let bar = Mutex<ProgressBar?>(nil)

  init(context: Context) { self.context = context }

  /// Shows how many concepts are done; there is no bar if none has to be computed.
  func show(_ done: Int, of total: Int, layer: String) {
    bar.withLock { bar in
      if done >= total {
        bar?.finish()
        bar = nil
      } else {
        let current = bar ?? context.progress("concepts", total: total, unit: "fits")
        current.update(done, note: layer)
        bar = current
      }
    }
  }

  /// Removes the bar.
  func finish() {
    bar.withLock { bar in
      bar?.finish()
      bar = nil
    }
  }
}
