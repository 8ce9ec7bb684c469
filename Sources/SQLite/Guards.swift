internal import CSQLite

/// What a statement would do, as SQLite asks its authorizer while it prepares the statement.
public struct AuthorizedAction: Sendable {
  /// The kind of action.
  public enum Kind: Sendable {
    /// A SELECT.
    case select
    /// Reading a column: table, column.
    case read
    /// Calling a function: nil, function.
    case function
    /// A common table expression that calls itself.
    case recursive
    /// A PRAGMA: name, argument.
    case pragma
    /// Anything else: whatever writes, attaches, or changes the connection.
    case other
  }
  /// The kind of action.
  public let kind: Kind
  /// The first detail, by kind.
  public let first: String?
  /// The second detail, by kind.
  public let second: String?
}

extension Connection {
  /// Asks `allow` for each action of each statement that is prepared from now on.
  ///
  /// A statement with a refused action fails with an error for which `isDenied` holds.
  public func authorize(_ allow: @escaping @Sendable (AuthorizedAction) -> Bool) {
    guard isOpen else { return }
    authorizer = allow
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, code, first, second, _, _ in
        guard let context else { return SQLITE_DENY }
        let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
        let kind: AuthorizedAction.Kind =
          switch code {
          case SQLITE_SELECT: .select
          case SQLITE_READ: .read
          case SQLITE_FUNCTION: .function
          case SQLITE_RECURSIVE: .recursive
          case SQLITE_PRAGMA: .pragma
          default: .other
          }
        let action = AuthorizedAction(
          kind: kind, first: first.map { String(cString: $0) },
          second: second.map { String(cString: $0) })
        guard connection.authorizer?(action) == true else {
          connection.isRefused = true
          return SQLITE_DENY
        }
        return SQLITE_OK
      }, context)
  }

  /// Calls `shouldStop` about every `steps` virtual-machine steps of a running statement.
  ///
  /// A statement that is stopped fails with an error for which `isInterrupted` holds.
  public func onProgress(every steps: Int32, _ shouldStop: @escaping @Sendable () -> Bool) {
    guard isOpen else { return }
    progress = shouldStop
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      handle, steps,
      { context in
        guard let context else { return 0 }
        let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
        return connection.progress?() == true ? 1 : 0
      }, context)
  }
}
