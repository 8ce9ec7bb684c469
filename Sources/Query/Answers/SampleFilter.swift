internal import SQLite

/// A user's SQL expression over the columns of `samples`, known to be one expression.
struct SampleFilter: Equatable {
  private let expression: String

  /// Checks the expression under the session's rules.
  ///
  /// It must stand alone both between parentheses and between CASE WHEN and THEN: text that closes
  /// a parenthesis it did not open fails the second, text that ends a CASE it did not begin the
  /// first. What stands in both cannot change the statement around it.
  init(_ expression: String, in session: ReadOnlySession) throws {
    self.expression = expression
    for frame in [
      "SELECT sample_id FROM samples WHERE (\n\(expression)\n)",
      "SELECT sample_id FROM samples WHERE CASE WHEN\n\(expression)\nTHEN 1 END",
    ] {
      do {
        _ = try session.connection.prepare(frame)
      } catch {
        let diagnosis = SQLDiagnosis(error, in: frame, on: session.connection).queryError
        throw QueryError(
          diagnosis.kind,
          "--where takes one SQL expression over the columns of samples: \(diagnosis.description)")
      }
    }
    if let parameter = SQLToken.tokens(of: expression).first(where: { $0.kind == .parameter }) {
      throw QueryError.usage("--where takes no parameters: \(parameter.text)")
    }
  }

  /// The condition that a column of sample ids meets the expression.
  func condition(on column: String) -> String {
    "\(column) IN (SELECT sample_id FROM samples WHERE (\n\(expression)\n))"
  }
}
