import Query
import Warehouse

/// A warehouse that is open for asking, with one read-only session on its catalogue.
struct Asking {
  let store: Store
  let session: ReadOnlySession

  /// Opens the warehouse of the command line; statements stop at Ctrl-C and after `timeout`.
  init(_ context: Context, timeout: Double? = nil) throws {
    try self.init(Store.open(context.warehouse, for: .reading), timeout: timeout)
  }

  /// The same of a warehouse that is open.
  init(_ store: Store, timeout: Double? = nil) throws {
    self.store = store
    session = try ReadOnlySession(
      store,
      limits: ReadOnlySession.Limits(
        timeout: timeout.map { .seconds($0) }, isCancelled: Interruption.isRequested))
  }
}
