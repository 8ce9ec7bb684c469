import Foundation
import Testing

@testable import Query

@Suite("Functions in SQL")
struct FunctionTests {
  private func value(_ expression: String) throws -> Double? {
    let session = try Catalogue().session()
    return try session.table(SQLStatement("SELECT \(expression)")).rows[0][0].double
  }

  @Test(
    "scalar functions have the values that their formulas give",
    arguments: [
      ("sigmoid(0)", 0.5), ("sigmoid(1000)", 1), ("sigmoid(-1000)", 0),
      // log 3: odds of 3 to 1.
      ("sigmoid(1.0986122886681098)", 0.75), ("sigmoid(-1.0986122886681098)", 0.25),
      // b = 1, c = 5: 2 (F(1; 6) − f(1; 6)/2) = 2 (7/64 − 3/64) = 1/8.
      ("mcnemar_midp(1, 5)", 0.125), ("mcnemar_midp(0, 0)", 1),
      // b = c = 1: 1 − f(1; 2)/2 = 3/4.
      ("mcnemar_midp(1, 1.0)", 0.75), ("odds_ratio(6, 2, 3, 4)", 4), ("odds_ratio(0, 2, 3, 4)", 0),
      ("odds_ratio(1, 0, 1, 1)", nil), ("sigmoid(NULL)", nil), ("mcnemar_midp(NULL, 3)", nil),
      ("odds_ratio(1, 2, NULL, 4)", nil),
      ("zscore(7, 4, 1.5)", 2), ("zscore(7, 4, 0)", nil), ("zscore(NULL, 4, 1)", nil),
      ("zscore(7, 4, NULL)", nil),
      // (1, 2, 2) · (2, 1, 2) = 8, both of length 3.
      ("cosine('[1, 2, 2]', '[2, 1, 2.0]')", 8.0 / 9), ("cosine('[1]', '[-5]')", -1),
      // 1, −2, 2 as float32, little-endian.
      ("cosine(x'0000803f000000c000000040', '[1,-2,2]')", 1), ("cosine('[0, 0]', '[1, 2]')", nil),
      ("cosine('[1e300, 1e300]', '[1e300, 0]')", 0.5.squareRoot()), ("cosine('[]', '[]')", nil),
      ("cosine(NULL, '[1]')", nil),
      // Squares of the distances from 4 add up to 9 + 4 + 0 + 1 + 16 = 30.
      ("stddev(column1) FROM (VALUES (1), (2), (NULL), (4), (5), (8))", 7.5.squareRoot()),
      ("stddev(column1) FROM (VALUES (1))", nil),
    ] as [(String, Double?)])
  func scalar(expression: String, expected: Double?) throws {
    #expect(agree(try value(expression), expected))
  }

  @Test(
    "a quantile is interpolated between order statistics",
    arguments: [
      (0, 1), (1, 10), (0.5, 3), (0.25, 1.75), (0.75, 5.5),
    ] as [(Double, Double)])
  func quantile(q: Double, expected: Double) throws {
    // 1, 2, 4, 10: ranks 0.75, 1.5 and 2.25 for the quarters.
    let rows = "(VALUES (4), (NULL), (1), (10), (2))"
    #expect(agree(try value("quantile(column1, \(q)) FROM \(rows)"), expected))
  }

  @Test("a quantile of nothing is NULL, of groups each its own")
  func groups() throws {
    #expect(try value("quantile(column1, 0.5) FROM (VALUES (1)) WHERE 0") == nil)
    #expect(try value("quantile(column1, 0.5) FROM (VALUES (NULL))") == nil)
    let session = try Catalogue().session()
    let rows = try session.table(
      SQLStatement(
        """
        SELECT quantile(column2, 0.5) FROM (VALUES (1, 3), (2, 8), (1, 5), (2, 8.5))
        GROUP BY column1 ORDER BY column1
        """
      )
    ).rows
    #expect(rows.map { $0[0].double } == [4, 8.25])
  }

  @Test("a standard deviation follows its window, and a z score is taken in it")
  func window() throws {
    let session = try Catalogue().session()
    let rows = try session.numbers(
      """
      SELECT stddev(column1) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
             zscore(column1, avg(column1) OVER (), stddev(column1) OVER ())
      FROM (VALUES (1001), (1003), (1003), (1009))
      """)
    // Two values differ by d: d/√2. All four: mean 4, squares 9 + 1 + 1 + 25 = 36, √12.
    let expected: [(Double?, Double)] = [
      (nil, -3), (2 / 2.0.squareRoot(), -1), (0, -1), (6 / 2.0.squareRoot(), 5),
    ]
    for (row, (moving, distance)) in zip(rows, expected) {
      #expect((row[0] == nil) == (moving == nil))
      // Means of about 1,000 are kept to 1e-13.
      #expect(abs((row[0] ?? 0) - (moving ?? 0)) < 1e-9)
      #expect(abs((row[1] ?? 0) - distance / 12.0.squareRoot()) < 1e-9)
    }
  }

  @Test(
    "what is no number or no count is an error",
    arguments: [
      ("sigmoid('a')", "sigmoid: x must be a number"),
      ("mcnemar_midp(-1, 2)", "mcnemar_midp: b must be a count"),
      ("mcnemar_midp(1, 2.5)", "mcnemar_midp: c must be a count"),
      ("odds_ratio(1, 2, 3, 1e30)", "odds_ratio: d must be a count"),
      ("stddev('a')", "stddev: x must be a number"),
      ("zscore(1, 'a', 1)", "zscore: mean must be a number"),
      ("cosine('[1, \"a\"]', '[1]')", "cosine: x must be a JSON array of numbers or a blob"),
      ("cosine('[1]', x'000000')", "cosine: y must be a JSON array of numbers or a blob"),
      ("cosine(1, '[1]')", "cosine: x must be a JSON array of numbers or a blob"),
      ("cosine('[1]', '[1, 2]')", "cosine: x has 1 numbers and y has 2"),
      ("quantile(1, 1.5)", "quantile: q must be one number from 0 to 1"),
      ("quantile(1, NULL)", "quantile: q must be one number from 0 to 1"),
      ("quantile(column1, column1) FROM (VALUES (0), (1))", "quantile: q must be one number"),
    ])
  func refused(expression: String, message: String) throws {
    let error = queryError { _ = try value(expression) }
    #expect(error?.description.contains(message) == true)
  }
}
