extension Connection {
  /// Adds another database file to the connection, under the name of a schema.
  ///
  /// - Parameters:
  ///   - path: The file's path; it must exist.
  ///   - schema: A plain identifier.
  ///   - immutable: Whether nobody writes to it: then it is only read, without locks or files
  ///     beside it.
  /// - Throws: `SQLiteError` if the file cannot be opened.
  public func attach(_ path: String, as schema: String, immutable: Bool) throws(SQLiteError) {
    let options = immutable ? "immutable=1" : "mode=rw"
    try run("ATTACH ? AS \(schema)", "file:" + Connection.percentEncoded(path) + "?" + options)
  }

  /// Removes a database from the connection, outside transactions.
  ///
  /// - Throws: `SQLiteError` if it is in use.
  public func detach(_ schema: String) throws(SQLiteError) {
    forgetStatements()
    try execute(script: "DETACH \(schema)")
  }
}
