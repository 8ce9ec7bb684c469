extension ReadOnlySession {
  /// The columns of the public views, or of one of them: view, column, type, description.
  public func schema(of view: String? = nil) throws -> Answer {
    let views = try view.map { [try publicView($0)] } ?? PublicView.all
    let rows = views.flatMap { view in
      view.columns.map { column -> [Cell] in
        [.text(view.name), .text(column.name), .text(column.type), .text(column.description)]
      }
    }
    return Answer(
      Table(columns: ["view", "column", "type", "description"], rows: rows),
      notes: view == nil ? [] : views.map { "\($0.name): a row is \($0.description)" },
      statements: [])
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
    guard let view = PublicView.all.first(where: { $0.name == name }) else {
      let names = PublicView.all.map(\.name)
      let near = NearNames.question(name, among: names)
      throw QueryError.usage(
        "there is no public view \(name)"
          + (near.isEmpty ? ": there are \(names.joined(separator: ", "))" : near))
    }
    return view
  }
}
