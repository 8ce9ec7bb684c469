import Compute
import Testing

@testable import lethe_studies

@Suite("Studies in warehouses")
struct WarehouseReadingTests {
  @Test("the public answer says what the counts say")
  func flips() throws {
    let study = MadeUpStudy(forgotten: 0.2, gained: 0.1, correlation: 0.3, subjects: 8)
    let readings = try WarehouseReading.all(study, repetitions: 3, seed: 4)
    #expect(readings.count == 3)
    for (repetition, reading) in readings.enumerated() {
      let frames = study.frames(seed: 4, repetition: repetition)
      // The answer orders subjects by name, which the draws of the bootstrap depend on.
      let order = (0..<8).sorted { "s\($0)" < "s\($1)" }
      let counts = MadeUpStudy.counts(frames, subjects: 8)
      var expected = FlipReading(order.map { counts[$0] }, seed: UInt64(repetition) + 1)
      expected.control = reading.flips.control
      #expect(reading.flips == expected)
      #expect(reading.flips.control?.permutation != nil)
      #expect(reading.units.map(\.au) == MadeUpStudy.units.map(\.au))
    }
  }
}
