import Compute
import Testing

@Suite("Scores of heat maps") struct HeatMapScoreTests {
  @Test("A case worked out by hand")
  func byHand() {
    let heat: [Float] = [4, -9, 1, 3, 0, 2]
    let mask = [true, true, false, true, false, false]
    let scores = HeatMapScores(heat: heat, mask: mask)
    #expect(scores.mass == 7.0 / 10)
    // The three strongest are 4, 3 and 2; two of them lie inside.
    #expect(scores.rank == 2.0 / 3)
    #expect(scores.hit == true)
    #expect(scores.areaAdjustedMass == 0.7 / 0.5)
    let face = [true, false, true, true, true, false]
    #expect(HeatMapScores(heat: heat, mask: mask, reference: face).areaAdjustedMass == 0.7 / 0.5)
    let whole = HeatMapScores(heat: heat, mask: mask, reference: mask)
    #expect(whole.areaAdjustedMass == 0.7)
    #expect(HeatMapScores(heat: heat, mask: mask.map { !$0 }).hit == false)
  }

  @Test("What cannot be said is nil")
  func undefined() {
    let nothing = HeatMapScores(heat: [0, -1], mask: [true, false])
    #expect(nothing.mass == nil && nothing.hit == nil && nothing.areaAdjustedMass == nil)
    #expect(nothing.rank == 1)
    let empty = HeatMapScores(heat: [1, 2], mask: [false, false])
    #expect(empty.mass == 0 && empty.rank == nil && empty.hit == nil)
    #expect(empty.areaAdjustedMass == nil)
    let broken = HeatMapScores(heat: [.nan, 1], mask: [true, false])
    #expect(broken.mass == 0 && broken.hit == false)
  }

  @Test("Ties are resolved in reading order")
  func ties() {
    let scores = HeatMapScores(heat: [1, 1, 1, 1], mask: [false, true, false, true])
    #expect(scores.rank == 0.5 && scores.hit == false)
  }

  @Test("Heat maps sum the channels")
  func channels() {
    let map = Activation(
      samples: 2, shape: Shape(channels: 2, height: 1, width: 2),
      values: [1, 2, 3, -4, 5, 6, 0, 1])
    #expect(map.heatMaps == [[3, -1], [11, 1]])
  }
}
