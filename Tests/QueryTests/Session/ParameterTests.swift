import Testing

@testable import Query

@Suite("Parameters")
struct ParameterTests {
  @Test(
    "values have the type that they write like",
    arguments: [
      ("n=5", Cell.integer(5)), ("n=-5", .integer(-5)), ("n=0.5", .real(0.5)),
      ("n=1e3", .real(1000)),
      ("n=007", .text("007")), ("n=+5", .text("+5")), ("n='5'", .text("5")), ("n=", .text("")),
      ("n=a=b", .text("a=b")), ("n=nan", .text("nan")), ("n=inf", .text("inf")),
      ("n=99999999999999999999", .text("99999999999999999999")), (":n=x", .text("x")),
      ("n='", .text("'")), ("n=1.2.3", .text("1.2.3")), ("n=e", .text("e")),
    ])
  func values(argument: String, value: Cell) throws {
    #expect(try ParameterText.parse(argument) == .init("n", value))
  }

  @Test("what is not name=value is refused", arguments: ["n", "=5", "", "a b=1", ":=1", "a-b=1"])
  func malformed(argument: String) {
    #expect(queryError { _ = try ParameterText.parse(argument) }?.exitCode == 2)
  }

  @Test("each parameter must be given, and each given one used")
  func binding() throws {
    let session = try Catalogue().session()
    let sql = "SELECT :a AS a, @b AS b, $c AS c, :a"
    let table = try session.table(
      SQLStatement(sql, [.init("a", .integer(1)), .init("b", .real(2.5)), .init("c", .text("x"))]))
    #expect(table.rows == [[.integer(1), .real(2.5), .text("x"), .integer(1)]])
    #expect(table.columns == ["a", "b", "c", ":a"])
    let missing = queryError { _ = try session.table(SQLStatement("SELECT :label")) }
    #expect(
      missing
        == QueryError(.usage, "parameter :label has no value: give it with -p label=VALUE"))
    let unused = queryError {
      _ = try session.table(SQLStatement("SELECT :label", [.init("lable", .null)]))
    }
    #expect(
      unused
        == QueryError(.usage, "the statement has no parameter :lable; did you mean label?"))
    for sql in ["SELECT ?", "SELECT ?1"] {
      #expect(queryError { _ = try session.table(SQLStatement(sql)) }?.exitCode == 2)
    }
    #expect(throws: Never.self) { _ = try session.table(SQLStatement("SELECT '?' -- ?")) }
  }

  @Test("integers bound to text columns still match")
  func affinity() throws {
    let catalogue = try Catalogue()
    try catalogue.addDataset(1, "d")
    try catalogue.addSample(1, subject: "42")
    let session = try catalogue.session()
    let parameter = try ParameterText.parse("s=42")
    let sql = "SELECT sample_id FROM samples WHERE subject = :s"
    #expect(try session.table(SQLStatement(sql, [parameter])).rows.count == 1)
  }

  @Test("a statement is shown so that it can be run again")
  func shown() {
    let statement = SQLStatement(
      "SELECT :a, :b, :c, :d",
      [
        .init("a", .text("it's")), .init("b", .text("007")), .init("c", .text("7")),
        .init("d", .real(0.5)),
      ])
    #expect(
      statement.description
        == "SELECT :a, :b, :c, :d;\n-- -p 'a=it'\\''s'\n-- -p b=007\n-- -p 'c='\\''7'\\'''\n-- -p d=0.5"
    )
  }
}
