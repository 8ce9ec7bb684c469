import Query
import SQLite
import Testing

@Suite("The schema in words")
struct SchemaTests {
  @Test("every view and column of the catalogue is described, in order, with its type")
  func complete() throws {
    let catalogue = try Catalogue()
    let views = try catalogue.connection.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY rowid"
    ).compactMap { $0[0].string }
    #expect(Set(PublicView.all.map(\.name)) == Set(views))
    #expect(PublicView.all.count == views.count)
    for view in PublicView.all {
      let columns = try catalogue.connection.rows(
        "SELECT name, type FROM pragma_table_info(?) ORDER BY cid", view.name)
      #expect(view.columns.map(\.name) == columns.compactMap { $0[0].string }, "\(view.name)")
      for (column, stored) in zip(view.columns, columns) {
        let type = stored[1].string ?? ""
        // A column that is computed has no declared type.
        #expect(
          type.isEmpty || type.lowercased() == column.type, "\(view.name).\(column.name) \(type)")
        #expect(["text", "integer", "real"].contains(column.type))
        #expect(!column.description.isEmpty)
      }
    }
  }

  @Test("the answer has a row for each column, or those of one view")
  func answer() throws {
    let session = try Catalogue().session()
    let all = try session.table(try session.schema())
    #expect(all.columns == ["view", "column", "type", "description"])
    let described = PublicView.all + PublicView.functions
    #expect(all.rows.count == described.reduce(0) { $0 + $1.columns.count })
    let function = try session.schema(of: "activation_at")
    #expect(
      try session.table(function)["view"]
        == Array(repeating: .text("activation_at(model, layer, channel, y, x)"), count: 2))
    #expect(function.notes.count == 6)
    let labels = try session.table(try session.schema(of: "labels"))
    #expect(labels["column"] == [.text("sample_id"), .text("task"), .text("label")])
    #expect(
      queryError { _ = try session.schema(of: "label") }
        == QueryError(.usage, "there is no public view label; did you mean labels?"))
  }

  @Test("the SQL of everything, or of one name")
  func sql() throws {
    let session = try Catalogue().session()
    #expect(try session.table(try session.schemaSQL()).rows.count > 30)
    let one = try session.table(try session.schemaSQL(of: "labels"))
    #expect(one.rows.count == 1)
    #expect(one.rows[0][2].string?.hasPrefix("CREATE VIEW labels AS") == true)
  }
}
