import Testing

@testable import Compute
@testable import Query

@Suite("Verdicts on concepts")
struct CompareVerdictTests {
  /// A cell whose difference has an interval, and whose figure before is at least `before`.
  private func cell(
    _ measure: CompareQuestion.Measure, _ low: Double, _ high: Double, before: Double = 0.8,
    region: Double? = 0.3
  ) -> CompareCell {
    let comparison = PairedComparison(
      before: before, after: before + low, effectiveSubjects: 9,
      beforeDistribution: ResampledValues(values: [before, before], confidence: 0.95),
      distribution: ResampledValues(values: [low, high], confidence: 1), pValue: 0.01)
    return CompareCell(
      layer: "conv", au: 12, measure: measure, n: 9, present: 9, subjects: 9,
      comparison: comparison, isEqual: false, minusControl: nil, repetitions: [],
      region: (region, nil), bestFilter: (nil, nil))
  }

  private func judge(_ cells: CompareCell...) -> CompareVerdict {
    CompareVerdict(cells, CompareQuestion(before: "a", after: "b"))
  }

  @Test("a drop of set IoU alone is not forgetting")
  func setIoUAlone() {
    let verdict = judge(
      cell(.setIoU, -0.4, -0.2), cell(.setIoUAll, -0.01, 0.01), cell(.presenceAUC, -0.01, 0.02))
    #expect(verdict.measures[.setIoU] == .undecided)
    #expect(verdict.concept == .kept)
    #expect(verdict.found == .concept)
  }

  @Test("with a drop of either of the others it is")
  func withOther() {
    let presence = judge(
      cell(.setIoU, -0.4, -0.2), cell(.setIoUAll, -0.1, 0.1), cell(.presenceAUC, -0.3, -0.1))
    #expect(presence.measures[.setIoU] == .forgotten)
    #expect(presence.concept == .forgotten)
    let all = judge(
      cell(.setIoU, -0.4, -0.2), cell(.setIoUAll, -0.3, -0.1), cell(.presenceAUC, -0.1, 0.1))
    #expect(all.measures[.setIoU] == .forgotten)
    #expect(all.concept == .forgotten)
  }

  @Test("what found the place and not the concept cannot forget it by set IoU")
  func place() {
    let verdict = judge(
      cell(.setIoU, -0.4, -0.2, before: 0.3), cell(.setIoUAll, -0.3, -0.1),
      cell(.presenceAUC, -0.1, 0.1))
    #expect(verdict.found == .place)
    #expect(verdict.measures[.setIoU] == .undecided)
    #expect(verdict.measures[.setIoUAll] == .undecided)
    #expect(verdict.concept == .undecided)
    // The presence of the action unit is more than its place.
    let presence = judge(
      cell(.setIoU, -0.4, -0.2, before: 0.3), cell(.setIoUAll, -0.3, -0.1),
      cell(.presenceAUC, -0.3, -0.1))
    #expect(presence.concept == .forgotten)
    #expect(presence.measures[.setIoU] == .undecided)
    // Without a control of the region nothing is said.
    let unknown = judge(cell(.setIoU, -0.4, -0.2, region: nil), cell(.presenceAUC, -0.3, -0.1))
    #expect(unknown.found == nil)
    #expect(unknown.measures[.setIoU] == .forgotten)
  }

  @Test("a presence that was not known before cannot be forgotten")
  func chance() {
    let verdict = judge(cell(.presenceAUC, -0.3, -0.1, before: 0.5))
    #expect(verdict.measures[.presenceAUC] == .undecided)
    #expect(verdict.concept == .undecided)
  }

  @Test("gained, kept, and measures that contradict each other")
  func others() {
    #expect(
      judge(cell(.setIoUAll, -0.01, 0.01), cell(.presenceAUC, 0.06, 0.2)).concept == .gained)
    #expect(
      judge(cell(.setIoUAll, -0.3, -0.1), cell(.presenceAUC, 0.06, 0.2)).concept == .undecided)
    #expect(
      judge(cell(.setIoUAll, -0.02, 0.02), cell(.presenceAUC, -0.05, 0.05)).concept == .kept)
    #expect(judge(cell(.presenceAUC, -0.05, 0.05)).concept == .undecided)
    #expect(judge().concept == .undecided)
  }

  @Test("margins are those of the question")
  func margins() {
    var question = CompareQuestion(before: "a", after: "b")
    question.areaMargin = 0.2
    question.iouMargin = 0.2
    let verdict = CompareVerdict(
      [cell(.setIoUAll, -0.15, 0.1), cell(.presenceAUC, -0.19, 0)], question)
    #expect(verdict.concept == .kept)
  }
}
