internal import SQLite

/// What a statement of an asking command may do.
enum ReadOnlyRules {
  /// Whether the action only reads: SELECT, columns, harmless functions and PRAGMAs.
  static func allow(_ action: AuthorizedAction) -> Bool {
    switch action.kind {
    case .select, .read, .recursive: true
    case .function: !refusedFunctions.contains((action.second ?? "").lowercased())
    case .pragma:
      allowsPragma((action.first ?? "").lowercased(), hasArgument: action.second != nil)
    case .other: false
    }
  }

  /// The table-valued functions that statements may name.
  static var tableFunctions: [String] {
    ["json_each", "json_tree"] + describing.union(telling).sorted().map { "pragma_" + $0 }
  }

  /// Functions that reach outside the database, wherever they might be registered.
  private static let refusedFunctions: Set<String> = [
    "load_extension", "readfile", "writefile", "edit", "fts3_tokenizer",
  ]

  /// PRAGMAs whose argument names what to describe.
  private static let describing: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check",
  ]

  /// PRAGMAs that only tell a value as long as none is given.
  private static let telling: Set<String> = [
    "application_id", "collation_list", "compile_options", "database_list", "encoding",
    "freelist_count", "function_list", "journal_mode", "module_list", "page_count", "page_size",
    "pragma_list", "schema_version", "user_version",
  ]

  private static func allowsPragma(_ name: String, hasArgument: Bool) -> Bool {
    describing.contains(name) || (telling.contains(name) && !hasArgument)
  }
}
