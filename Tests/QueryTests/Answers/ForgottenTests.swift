import SQLite
import Testing

@testable import Query

@Suite("Forgotten samples")
struct ForgottenTests {
  @Test("rows by hand, the most confident first")
  func byHand() throws {
    let session = try Catalogue.tiny().session()
    let answer = try session.forgotten(.init(before: "emotion", after: "emotion-after-pain-b1"))
    // Confidence 0.5 + id/32.
    #expect(
      try csv(answer, in: session) == [
        "sample_id,path,dataset,split,subject,task,label,predicted_before,confidence_before,"
          + "predicted_after,confidence_after,aus",
        "6,pictures/6.png,faces,test,b,emotion,sadness,sadness,0.6875,happiness,0.6875,4",
        "3,pictures/3.png,faces,test,a,emotion,happiness,happiness,0.59375,neutral,0.59375,12;25",
        "2,pictures/2.png,faces,test,a,emotion,happiness,happiness,0.5625,sadness,0.5625,12",
      ])
  }

  @Test(
    "other outcomes",
    arguments: [
      (Outcome.retained, [9, 8, 4, 1]), (.forgotten, [6, 3, 2]), (.gained, [5]),
      (.missed, [10, 7]),
    ])
  func outcomes(outcome: Outcome, ids: [Int]) throws {
    let session = try Catalogue.tiny().session()
    var question = ForgottenQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.outcome = outcome
    let table = try session.table(try session.forgotten(question))
    #expect(table["sample_id"].map(\.int) == ids)
  }

  @Test("an action unit of two sources is named once, equal confidences go by sample")
  func ties() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addAU(sample: 3, 12, source: "other")
    try catalogue.addAU(sample: 3, 4, source: "other")
    try catalogue.connection.run("UPDATE prediction SET confidence = 0.75 WHERE model = 1")
    let session = try catalogue.session()
    let table = try session.table(
      try session.forgotten(.init(before: "emotion", after: "emotion-after-pain-b1")))
    #expect(table["sample_id"].map(\.int) == [2, 3, 6])
    #expect(table["aus"] == [.text("12"), .text("4;12;25"), .text("4")])
  }

  @Test("a limit cuts and says so")
  func limit() throws {
    let session = try Catalogue.tiny().session()
    let answer = try session.forgotten(.init(before: "emotion", after: "emotion-after-pain-b1"))
    var bytes: [UInt8] = []
    let writer = OutputFormat.csv.writer { bytes += $0 }
    #expect(try session.write(answer, to: writer, limit: 2) == .init(rows: 2, isCut: true))
    #expect(bytes.count { $0 == 0x0a } == 3)
    #expect(try session.write(answer, to: writer, limit: 3) == .init(rows: 3, isCut: false))
  }
}
