import Query
import Testing

@Suite("Errors in SQL")
struct DiagnosisTests {
  @Test(
    "the place is shown and near names are suggested",
    arguments: [
      (
        "SELECT labl FROM labels",
        """
        no such column: labl; did you mean label?
          line 1: SELECT labl FROM labels
                         ^
        """
      ),
      (
        "SELECT l.task,\n  l.lable FROM labels l",
        """
        no such column: l.lable; did you mean label?
          line 2:   l.lable FROM labels l
                      ^
        """
      ),
      (
        "SELECT 1\nFROM transitons",
        """
        no such table: transitons; did you mean transitions?
          line 2: FROM transitons
                       ^
        """
      ),
      (
        "SELECT cuont(*) FROM labels",
        """
        no such function: cuont; did you mean count?
          line 1: SELECT cuont(*) FROM labels
                         ^
        """
      ),
      (
        "SELECT 1 FROM labels FROM labels",
        """
        near "FROM": syntax error
          line 1: SELECT 1 FROM labels FROM labels
                                       ^
        """
      ),
      (
        "SELECT 'labl', labl FROM labels",
        """
        no such column: labl; did you mean label?
          line 1: SELECT 'labl', labl FROM labels
                                 ^
        """
      ),
      ("SELECT (1", "incomplete input"),
    ])
  func places(sql: String, message: String) throws {
    let session = try Catalogue.tiny().session()
    let error = queryError { _ = try session.table(SQLStatement(sql)) }
    #expect(error == QueryError(.usage, message))
  }

  @Test("what fails while it runs is no usage error")
  func running() throws {
    let session = try Catalogue.tiny().session()
    let error = queryError {
      _ = try session.table(SQLStatement("SELECT sum(9223372036854775807) FROM samples"))
    }
    #expect(error?.exitCode == 1)
    #expect(error?.description.contains("integer overflow") == true)
  }
}
