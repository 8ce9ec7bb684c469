import Foundation
import Testing

@testable import Compute

@Suite("Concept embedding: fits")
struct ConceptFitTests {
  private static func layer(_ size: ConceptCase, seed: UInt64 = 1) throws -> ConceptLayer {
    ConceptLayer(
      try #require(size.bits(seed: seed)), gridHeight: size.gridHeight, gridWidth: size.gridWidth)
  }

  @Test("converges from anywhere to the same weights", arguments: ConceptCase.all)
  func convergence(size: ConceptCase) throws {
    var options = ConceptOptions()
    options.gradientTolerance = 1e-10
    let (layer, masks) = (try Self.layer(size), size.masks())
    let samples = Array(0..<size.samples)
    let fit = layer.fit(masks, samples: samples, options: options)
    #expect(fit.converged && fit.gradientRatio <= 1e-10)
    for scale in [0.5, 6, 5000] {
      let other = layer.fit(
        masks, samples: samples, options: options, start: size.weights(scale: scale))
      #expect(other.converged)
      #expect(abs(other.objective - fit.objective) <= 1e-12 * fit.objective)
      #expect(zip(other.weights, fit.weights).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    let again = layer.fit(masks, samples: samples, options: options, start: fit.weights)
    #expect(again.iterations == 0 && again.weights == fit.weights)
    let reference = ConceptReference(
      bits: try #require(size.bits()), gridHeight: size.gridHeight, gridWidth: size.gridWidth,
      alignCorners: true)
    let there = reference.evaluate(fit.weights, masks, samples, alpha: fit.alpha)
    let penalised = zip(there.gradient, fit.weights).map { $0 + options.lambda * $1 }
    let start = reference.evaluate(
      fit.weights.map { _ in 0 }, masks, samples, alpha: fit.alpha)
    #expect(largest(penalised) <= 1e-9 * largest(start.gradient) + 1e-14)
    #expect(abs(there.loss - fit.loss) < 1e-12 * fit.loss)
  }

  @Test("finds a planted concept: one channel is the mask, another its opposite")
  func planted() throws {
    var random = RandomStream(seed: 4)
    let cells = (0..<20 * 64).map { _ in UInt8(random.chance(0.3) ? 1 : 0) }
    let bits = try #require(
      packed(samples: 20, channels: 3, height: 8, width: 8) { sample, channel, place in
        let isConcept = cells[sample * 64 + place] == 1
        return channel == 0 ? isConcept : channel == 1 ? !isConcept : place % 5 == 0
      })
    let masks = GridMasks(cells: cells, samples: 20, height: 8, width: 8)
    let layer = ConceptLayer(bits, gridHeight: 8, gridWidth: 8)
    let fit = layer.fit(masks, samples: Array(0..<20), options: ConceptOptions())
    #expect(fit.converged && fit.weights[0] > 3 && fit.weights[1] < -3)
    let scores = layer.scores(weights: fit.weights, masks: masks, samples: Array(0..<20))
    #expect(ConceptScore.setIoU(scores) == 1)
    let best = try #require(layer.bestFilter(masks: masks, samples: Array(0..<20)))
    #expect(best.channel == 0 && best.setIoU == 1)
  }

  @Test("separable data without a penalty: finite weights, converged")
  func separable() throws {
    let bits = try #require(
      packed(samples: 3, channels: 2, height: 4, width: 4) { _, channel, place in
        channel == 0 ? place < 4 : place >= 4
      })
    let cells = (0..<48).map { UInt8($0 % 16 < 4 ? 1 : 0) }
    let masks = GridMasks(cells: cells, samples: 3, height: 4, width: 4)
    let layer = ConceptLayer(bits, gridHeight: 4, gridWidth: 4)
    var options = ConceptOptions()
    options.lambda = 0
    let fit = layer.fit(masks, samples: [0, 1, 2], options: options)
    #expect(fit.converged && fit.weights.allSatisfy { $0.isFinite && abs($0) < 100 })
    #expect(fit.weights[0] > 5 && fit.weights[1] < -5 && fit.loss < 1e-3)
    let scores = layer.scores(weights: fit.weights, masks: masks, samples: [0, 1, 2])
    #expect(ConceptScore.setIoU(scores) == 1)
    options.gradientTolerance = 0
    let end = layer.fit(masks, samples: [0, 1, 2], options: options)
    #expect(end.weights.allSatisfy(\.isFinite) && end.loss >= 0 && end.gradientRatio.isFinite)
  }

  @Test("channels that are off, equal or always on, without a penalty")
  func degenerate() throws {
    var random = RandomStream(seed: 8)
    let pattern = (0..<5 * 36).map { _ in random.chance(0.2) }
    let bits = try #require(
      packed(samples: 5, channels: 4, height: 6, width: 6) { sample, channel, place in
        channel == 3 || channel < 2 && pattern[sample * 36 + place]
      })
    let size = ConceptCase(
      channels: 4, height: 6, width: 6, gridHeight: 9, gridWidth: 9, samples: 5)
    let layer = ConceptLayer(bits, gridHeight: 9, gridWidth: 9)
    var options = ConceptOptions()
    options.lambda = 0
    let fit = layer.fit(size.masks(), samples: Array(0..<5), options: options)
    #expect(fit.converged && fit.weights[2] == 0)
    #expect(abs(fit.weights[0] - fit.weights[1]) < 1e-6)
    let start = [1, 2, .nan, .infinity]
    let warm = layer.fit(size.masks(), samples: Array(0..<5), options: options, start: start)
    #expect(warm.converged && abs(warm.objective - fit.objective) < 1e-9)
    #expect(warm.weights.allSatisfy(\.isFinite) && warm.weights[2] == 0)
  }

  @Test(
    "nothing to learn: no samples, empty masks, full masks, no units", arguments: [true, false])
  func constant(published: Bool) throws {
    let size = ConceptCase(channels: 3, height: 4, width: 4, gridHeight: 6, gridWidth: 6)
    let layer = try Self.layer(size)
    var options = ConceptOptions()
    options.loss = published ? .published : .weightedBCE
    let all = Array(0..<size.samples)
    let empty = GridMasks.empty(samples: 6, height: 6, width: 6)
    let full = GridMasks(cells: [UInt8](repeating: 1, count: 216), samples: 6, height: 6, width: 6)
    for (masks, samples, alpha) in [
      (empty, all, 1.0), (full, all, 0), (empty.selecting([]), [], 1),
    ] {
      let fit = layer.fit(masks, samples: samples, options: options, start: [1, 2, 3])
      #expect(fit.weights == [0, 0, 0] && fit.loss == 0 && fit.alpha == alpha)
      #expect(fit.converged && fit.iterations == 0 && fit.gradientRatio == 0)
    }
    let dark = try #require(
      packed(samples: 6, channels: 3, height: 4, width: 4) { _, _, _ in false })
    let off = ConceptLayer(dark, gridHeight: 6, gridWidth: 6)
    let fit = off.fit(size.masks(), samples: all, options: options, start: [1, 2, 3])
    #expect(fit.weights == [0, 0, 0] && fit.converged && fit.loss.isFinite)
    let scores = off.scores(weights: [1, 2, 3], masks: empty, samples: all)
    #expect(scores.allSatisfy { $0.peak == 0.5 && $0.predicted == 0 })
    #expect(off.bestFilter(masks: empty, samples: all) == nil)
    #expect(off.bestFilter(masks: size.masks(), samples: all)?.setIoU == 0)
    #expect(ConceptScore.setIoU(off.scores(filter: 0, masks: empty, samples: all)) == nil)
  }

  @Test("the same bits of a result however many fits run at once")
  func threads() throws {
    let size = ConceptCase(
      channels: 12, height: 5, width: 5, gridHeight: 16, gridWidth: 16, samples: 12)
    let (layer, masks) = (try Self.layer(size), size.masks())
    var published = ConceptOptions()
    published.loss = .published
    published.batch = 5
    published.learningRate = 0.01
    for options in [ConceptOptions(), published] {
      let alone = layer.fit(masks, samples: Array(0..<12), options: options)
      let together = concurrentMap(8) { _ in
        layer.fit(masks, samples: Array(0..<12), options: options)
      }
      #expect(together.allSatisfy { $0 == alone })
    }
    published.seed = 1
    #expect(
      layer.fit(masks, samples: Array(0..<12), options: published).weights
        != layer.fit(masks, samples: Array(0..<12), options: ConceptOptions()).weights)
  }

  @Test("bits of a wrong size are refused; bits after the last position are not read")
  func hostileBits() throws {
    #expect(UnitBits(samples: 1, channels: 1, height: 3, width: 3, bytes: [1]) == nil)
    #expect(UnitBits(samples: -1, channels: 1, height: 3, width: 3, bytes: []) == nil)
    #expect(UnitBits(samples: .max, channels: 4096, height: 512, width: 512, bytes: []) == nil)
    #expect(UnitBits(samples: 1, channels: 1, height: 0, width: 3, bytes: []) == nil)
    #expect(UnitBits(samples: 0, channels: 1, height: .max, width: 2, bytes: []) == nil)
    let clean = try #require(
      UnitBits(samples: 1, channels: 1, height: 3, width: 3, bytes: [3, 0]))
    let dirty = try #require(
      UnitBits(samples: 1, channels: 1, height: 3, width: 3, bytes: [3, 0xfe]))
    let mask = GridMasks(cells: [1, 0, 0, 0, 0, 0, 0, 0, 0], samples: 1, height: 3, width: 3)
    let fits = [clean, dirty].map {
      ConceptLayer($0, gridHeight: 3, gridWidth: 3)
        .fit(mask, samples: [0], options: ConceptOptions())
    }
    #expect(fits[0] == fits[1])
  }
}
