extension ReadOnlySession {
  /// The columns of the public views and table functions, or of one of them.
  ///
  /// View, column, type, description; a table function stands there as it is called.
  public func schema(of view: String? = nil) throws -> Answer {
    let everything = PublicView.all + PublicView.functions
    let views = try view.map { [try PublicView.named($0, among: everything)] } ?? everything
    let rows = views.flatMap { view in
      view.columns.map { column -> [Cell] in
        [.text(view.call), .text(column.name), .text(column.type), .text(column.description)]
      }
    }
    let functions = FunctionsInSQL.all.map {
      "\($0.name)(\($0.arguments.joined(separator: ", "))): \($0.description)"
    }
    let notes = views.flatMap { view in
      ["\(view.call): a row is \(view.description)"]
        + view.arguments.map { "argument \($0.name), \($0.type): \($0.description)" }
    }
    return Answer(
      Table(columns: ["view", "column", "type", "description"], rows: rows),
      notes: view == nil ? functions : notes, statements: [])
  }

  /// The SQL that made every table, index and view, or one of them.
  public func schemaSQL(of name: String? = nil) throws -> Answer {
    let condition = name == nil ? "" : " AND name = :name"
    return Answer(
      SQLStatement(
        """
        SELECT type, name, sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'\(condition)
        ORDER BY rowid
        """, name.map { [.init("name", .text($0))] } ?? []))
  }

  /// The public view of a name.
  func publicView(_ name: String) throws -> PublicView {
    try PublicView.named(name, among: PublicView.all)
  }
}

extension PublicView {
  fileprivate static func named(_ name: String, among views: [PublicView]) throws -> PublicView {
    guard let view = views.first(where: { $0.name == name }) else {
      let names = views.map(\.name)
      let near = NearNames.question(name, among: names)
      throw QueryError.usage(
        "there is no public view \(name)"
          + (near.isEmpty ? ": there are \(names.joined(separator: ", "))" : near))
    }
    return view
  }
}
