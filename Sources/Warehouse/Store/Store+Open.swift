public import Foundation
internal import SQLite

extension Store {
  /// Opens the warehouse in a folder.
  ///
  /// A writer also brings the catalogue up to date, removes what a killed writer left behind and
  /// marks its runs as interrupted.
  /// - Parameters:
  ///   - folder: The warehouse's folder.
  ///   - access: What for.
  ///   - purpose: What a writer is going to do; others who want to write are told so.
  /// - Returns: The open store.
  /// - Throws: `WarehouseError` if there is no warehouse, it was made by a newer version, another
  ///   process writes to it or it may not be written to.
  public static func open(
    _ folder: URL, for access: Access, purpose: String = "a writing command"
  ) throws -> Store {
    switch access {
    case .reading:
      return try openForReading(
        folder, canWrite: FileManager.default.isWritableFile(atPath: folder.path))
    case .writing(let create): return try openForWriting(folder, create: create, purpose: purpose)
    }
  }

  /// Opens the warehouse for writing as soon as nobody else writes.
  ///
  /// - Parameters:
  ///   - folder: The warehouse's folder.
  ///   - purpose: What the writer is going to do.
  ///   - wait: Called again and again while another process writes, with what it says of itself;
  ///     what it throws ends the wait.
  /// - Returns: The open store.
  /// - Throws: As `open`, and what `wait` throws.
  public static func openWaiting(
    _ folder: URL, purpose: String, wait: (WarehouseError) throws -> Void
  ) throws -> Store {
    while true {
      do {
        return try open(folder, for: .writing(create: false), purpose: purpose)
      } catch let error as WarehouseError where error.cause == .locked {
        try wait(error)
      }
    }
  }

  /// Opens a warehouse for reading; `canWrite` = whether files can be made in its folder.
  static func openForReading(_ folder: URL, canWrite: Bool) throws -> Store {
    try checkFolder(folder)
    let path = folder.appending(path: Layout.catalogue).path
    guard FileManager.default.fileExists(atPath: path) else { throw notAWarehouse(folder) }
    if !canWrite && fileSize(path + "-wal") > 0 {
      throw WarehouseError(
        .readOnly, folder.path,
        "its last writer was interrupted, and the folder may not be written to",
        advice: "open it once where it can be written, or copy it to such a place")
    }
    let catalogue = try reportingCatalogue(folder) {
      // Without write permission SQLite cannot make the index of its log, and needs none.
      try Connection(path: path, mode: canWrite ? .readOnly : .immutable)
    }
    let version = try checkVersion(of: catalogue, in: folder)
    guard version > 0 else { throw notAWarehouse(folder) }
    guard version == Migrations.current else {
      throw WarehouseError(
        .olderVersion, folder.path,
        "the warehouse has version \(version), this program reads \(Migrations.current)",
        advice: "any command that writes brings it up to date, for example lethe ingest")
    }
    _ = try reportingCatalogue(folder) {
      // 64 MB of pages, and sorts as large: a question to many samples meets most pages often.
      try catalogue.execute(script: "PRAGMA cache_size = -65536")
    }
    return Store(folder: folder, catalogue: catalogue, lock: nil)
  }

  private static func openForWriting(
    _ folder: URL, create: Bool, purpose: String
  ) throws -> Store {
    let manager = FileManager.default
    let makesFolder = create && !manager.fileExists(atPath: folder.path)
    if makesFolder {
      do {
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw WarehouseError(
          .readOnly, folder.path, "the folder cannot be made (\(lastSystemError()))",
          advice: "choose another place")
      }
    }
    try checkFolder(folder)
    let path = folder.appending(path: Layout.catalogue).path
    if !manager.fileExists(atPath: path) {
      let entries = try manager.contentsOfDirectory(atPath: folder.path)
      guard create && entries.allSatisfy(Layout.isOwn) else { throw notAWarehouse(folder) }
    }
    let lock = try WriterLock(folder: folder, purpose: purpose)
    let isNew = !manager.fileExists(atPath: path)
    do {
      let catalogue = try openCatalogue(folder, path: path, create: create)
      for name in [Layout.arrays, Layout.inputs, Layout.models] {
        try manager.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      let store = Store(folder: folder, catalogue: catalogue, lock: lock)
      if isNew { store.madeFolder = makesFolder }
      try store.interruptAbandonedRuns()
      try store.sweep()
      return store
    } catch {
      lock.release()
      throw error
    }
  }

  private static func openCatalogue(
    _ folder: URL, path: String, create: Bool
  ) throws -> Connection {
    let catalogue = try reportingCatalogue(folder) {
      try Connection(path: path, mode: create ? .create : .readWrite)
    }
    let version = try checkVersion(of: catalogue, in: folder)
    guard version > 0 || create else { throw notAWarehouse(folder) }
    _ = try reportingCatalogue(folder) {
      // FULL, not NORMAL: files are removed after the commit that no longer names them, so a
      // commit must not vanish with the power. It costs one sync a segment.
      try catalogue.execute(
        script: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
    }
    try Migrations.apply(to: catalogue)
    return catalogue
  }

  private static func checkFolder(_ folder: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      throw WarehouseError(
        .missing, folder.path, "there is no warehouse",
        advice: "name one with -w, or make one: lethe dataset add, lethe demo")
    }
    guard isFolder.boolValue else {
      throw WarehouseError(
        .notAWarehouse, folder.path, "a warehouse is a folder, this is a file",
        advice: "name the folder that holds \(Layout.catalogue)")
    }
  }

  /// The version of a catalogue that is ours, 0 if it is still empty.
  private static func checkVersion(of catalogue: Connection, in folder: URL) throws -> Int {
    try reportingCatalogue(folder) {
      let application = try catalogue.value("PRAGMA application_id").int
      let version = try Migrations.version(of: catalogue)
      let objects = try catalogue.value("SELECT count(*) FROM sqlite_schema").int
      if application == 0 && version == 0 && objects == 0 { return 0 }
      guard application == Int(Layout.applicationID) else { throw notAWarehouse(folder) }
      guard version <= Migrations.current else {
        throw WarehouseError(
          .newerVersion, folder.path,
          "a newer lethe made this warehouse (version \(version), this one knows "
            + "\(Migrations.current))", advice: "use that version")
      }
      return version
    }
  }

  /// Says in a warehouse's words what SQLite found when it opened the catalogue.
  private static func reportingCatalogue<Result>(
    _ folder: URL, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError {
      if error.isNotADatabase { throw notAWarehouse(folder) }
      throw WarehouseError(
        error.isWriteFailure ? .readOnly : .damaged,
        folder.appending(path: Layout.catalogue).path, "SQLite says: \(error.message)")
    }
  }

  private static func notAWarehouse(_ folder: URL) -> WarehouseError {
    WarehouseError(
      .notAWarehouse, folder.path,
      "the folder is no warehouse: it holds no \(Layout.catalogue) of lethe's",
      advice: "name another folder, or an empty one to make a warehouse in")
  }
}

/// The length of a file; 0 if there is none.
func fileSize(_ path: String) -> Int {
  let attributes = try? FileManager.default.attributesOfItem(atPath: path)
  return (attributes?[.size] as? NSNumber)?.intValue ?? 0
}
