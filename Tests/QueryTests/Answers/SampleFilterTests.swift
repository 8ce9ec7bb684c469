import Query
import Testing

@Suite("Filters over samples")
struct SampleFilterTests {
  @Test(
    "one expression is taken, whatever it holds",
    arguments: [
      ("1", 10), ("subject IN ('a', 'b') -- the first two", 8),
      ("subject = 'a' OR subject = 'c'", 6),
      ("(subject = 'a')", 4), ("CASE WHEN subject = 'a' THEN 1 ELSE 0 END", 4),
      ("path LIKE '%)%' OR subject = 'c'", 2), ("frame IS NULL /* ) */", 10),
      ("sample_id IN (SELECT sample_id FROM aus WHERE au = 12)", 4),
      (
        "EXISTS (SELECT 1 FROM labels l WHERE l.sample_id = samples.sample_id AND label = 'sadness')",
        5
      ),
    ])
  func taken(filter: String, n: Int) throws {
    let session = try Catalogue.tiny().session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.selection.filter = filter
    #expect(try session.table(try session.flips(question))["n"] == [.integer(Int64(n))])
  }

  @Test(
    "text that would change the statement around it is refused",
    arguments: [
      "1) OR (1", "1)) OR 1 = 1 OR ((1", "1) UNION SELECT sample_id FROM samples WHERE (1",
      "1 THEN 1 END OR CASE WHEN 1", "1; DELETE FROM sample", "1) --", "1 --\n) OR (1", "1 /*",
      "'", "1 ORDER BY 1", "1 LIMIT 1", "1 GROUP BY 1", "", "-- nothing", "subject = :dataset",
      "subject = ?", "outcome = 'forgotten'", "transitions.outcome = 'x'",
      "load_extension('x')", "1 UNION SELECT 1", "label = 'sadness'",
    ])
  func refused(filter: String) throws {
    let session = try Catalogue.tiny().session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.selection.filter = filter
    let error = queryError { _ = try session.flips(question) }
    #expect(error?.exitCode == 2)
  }

  @Test("the filter's own error is told with its place")
  func message() throws {
    let session = try Catalogue.tiny().session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.selection.filter = "subjct = 'a'"
    let error = try #require(queryError { _ = try session.flips(question) })
    #expect(
      error.description.hasPrefix("--where takes one SQL expression over the columns of samples"))
    #expect(error.description.contains("did you mean subject?"))
    #expect(error.description.contains("subjct = 'a'\n"))
  }
}
