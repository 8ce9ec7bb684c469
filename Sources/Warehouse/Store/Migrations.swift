internal import CSchema
internal import Foundation
internal import SQLite

/// The numbered changes that bring a catalogue up to date.
enum Migrations {
  /// One change: its number, counted from 1, its name and its SQL.
  struct Migration {
    let number: Int
    let name: String
    let sql: String
  }

  /// Every change, in order.
  static let all: [Migration] = {
    guard let texts = lethe_migrations_list(), let names = lethe_migration_names_list() else {
      return []
    }
    var found: [Migration] = []
    while let text = texts[found.count], let name = names[found.count] {
      found.append(
        Migration(
          number: found.count + 1, name: String(cString: name), sql: String(cString: text)))
    }
    return found
  }()

  /// The version that this program makes.
  static var current: Int { all.count }

  /// Applies what is missing, each change in a transaction of its own with its record.
  ///
  /// - Parameters:
  ///   - migrations: The changes, in order of their numbers.
  ///   - catalogue: An open, writable connection.
  /// - Throws: `SQLiteError` if a change fails; those before it stay.
  static func apply(_ migrations: [Migration] = all, to catalogue: Connection) throws {
    for migration in migrations where migration.number > (try version(of: catalogue)) {
      try catalogue.transaction {
        try catalogue.execute(script: migration.sql)
        try catalogue.run(
          "INSERT INTO migration (number, name, applied) VALUES (?, ?, ?)",
          migration.number, migration.name, timestamp())
        // Both numbers stand in the file's header, which belongs to the transaction.
        try catalogue.execute(
          script: """
            PRAGMA application_id = \(Layout.applicationID);
            PRAGMA user_version = \(migration.number);
            """)
      }
    }
  }

  /// The number of the last change that was applied.
  static func version(of catalogue: Connection) throws -> Int {
    try catalogue.value("PRAGMA user_version").int ?? 0
  }
}

/// The time now, UTC, ISO 8601.
func timestamp() -> String { Date().formatted(.iso8601) }
