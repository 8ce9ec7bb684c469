import Compute
import Testing

/// Rates of every step, as PyTorch's schedulers print them.
@Suite("Learning rate")
struct LearningRateTests {
  private func rates(
    _ schedule: LearningRateSchedule, peak: Double, steps: Int, perEpoch: Int = 1
  ) -> [Double] {
    (0..<steps).map {
      schedule.rate(peak: peak, step: $0, of: steps, stepsPerEpoch: perEpoch)
    }
  }

  private func expectEqual(_ rates: [Double], _ expected: [Double]) {
    #expect(rates.count == expected.count)
    for (rate, value) in zip(rates, expected) { #expect(abs(rate - value) <= 1e-7 * value) }
  }

  @Test("One cycle equals OneCycleLR")
  func oneCycle() {
    expectEqual(
      rates(
        .oneCycle(rise: 0.3, initialDivisor: 25, finalDivisor: 1e4), peak: 0.01, steps: 20),
      [
        0.0004, 0.00131671843, 0.00371671843, 0.00668328157, 0.00908328157, 0.01, 0.00987464006,
        0.00950484632, 0.00890916178, 0.00811745654, 0.00716943002, 0.00611262022, 0.00500002,
        0.00388741978, 0.00283060998, 0.00188258346, 0.00109087822, 0.00049519368, 0.000125399938,
        4e-08,
      ])
    expectEqual(
      rates(.oneCycle(rise: 0.25, initialDivisor: 10, finalDivisor: 100), peak: 0.5, steps: 8),
      [0.05, 0.5, 0.466539845, 0.375125, 0.25025, 0.125375, 0.0339601554, 0.0005])
  }

  @Test("Cosine and step equal CosineAnnealingLR and StepLR")
  func others() {
    expectEqual(
      rates(.cosine(final: 0.01), peak: 0.1, steps: 8),
      [
        0.1, 0.096574579, 0.0868198052, 0.0722207545, 0.055, 0.0377792455, 0.0231801948,
        0.013425421,
      ])
    expectEqual(
      rates(.step(epochs: 1, factor: 0.5), peak: 0.1, steps: 8, perEpoch: 2),
      [0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125])
    expectEqual(rates(.constant, peak: 0.1, steps: 3), [0.1, 0.1, 0.1])
  }

  @Test("A run of very few steps has finite rates", arguments: 1...5)
  func short(steps: Int) {
    for rise in [0, 0.2, 0.3, 0.5, 1] {
      let schedule = LearningRateSchedule.oneCycle(
        rise: rise, initialDivisor: 25, finalDivisor: 1e4)
      for rate in rates(schedule, peak: 0.1, steps: steps) { #expect(rate > 0 && rate <= 0.1) }
    }
  }
}
