import Foundation
import Testing

@testable import Compute

@Suite("Concept embedding: loss and derivatives")
struct ConceptPassTests {
  /// ‖a − b‖∞ / max(1, ‖b‖∞).
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / max(1, largest(b))
  }

  @Test("equal the dense sums over all cells", arguments: ConceptCase.all, [true, false])
  func dense(size: ConceptCase, alignCorners: Bool) throws {
    let bits = try #require(size.bits())
    let reference = ConceptReference(
      bits: bits, gridHeight: size.gridHeight, gridWidth: size.gridWidth,
      alignCorners: alignCorners)
    let layer = ConceptLayer(
      bits, gridHeight: size.gridHeight, gridWidth: size.gridWidth, alignCorners: alignCorners)
    let samples = [4, 0, 2, 2]
    let masks = size.masks().selecting([1, 0, 3, 5])
    let pass = ConceptPass(layer, masks, samples)
    for scale in [0.0, 1, 8] {
      let weights = size.weights(scale: scale)
      let expected = reference.evaluate(weights, masks, samples, alpha: 0.7)
      let loss = pass.evaluate(
        weights, 0..<4, loss: WeightedCrossEntropy(alpha: 0.7), curvature: true)
      #expect(abs(loss - expected.loss) < 1e-12 * max(1, expected.loss))
      #expect(Self.distance(pass.gradient, expected.gradient) < 1e-12)
      #expect(Self.distance(pass.hessian, expected.hessian) < 1e-12)
      let other = reference.evaluate(weights, masks, samples, alpha: 0.7, published: true)
      let otherLoss = pass.evaluate(
        weights, 0..<4, loss: PublishedLoss(alpha: 0.7), curvature: false)
      #expect(abs(otherLoss - other.loss) < 1e-12 * max(1, abs(other.loss)))
      #expect(Self.distance(pass.gradient, other.gradient) < 1e-12)
    }
  }

  @Test("scores equal the dense maps", arguments: ConceptCase.all, [true, false])
  func scores(size: ConceptCase, alignCorners: Bool) throws {
    let bits = try #require(size.bits(seed: 9))
    let masks = size.masks()
    let layer = ConceptLayer(
      bits, gridHeight: size.gridHeight, gridWidth: size.gridWidth, alignCorners: alignCorners)
    let reference = ConceptReference(
      bits: bits, gridHeight: size.gridHeight, gridWidth: size.gridWidth,
      alignCorners: alignCorners)
    let samples = Array(0..<size.samples)
    let weights = size.weights()
    let found = layer.scores(weights: weights, masks: masks, samples: samples)
    for sample in samples {
      let up = reference.upsampled(sample)
      var (predicted, intersection, peak) = (0, 0, -Double.infinity)
      for y in 0..<size.gridHeight {
        for x in 0..<size.gridWidth {
          let z = (0..<size.channels).reduce(0.0) { $0 + weights[$1] * up[$1][y][x] }
          peak = max(peak, z)
          if z > 0 {
            predicted += 1
            if masks[sample, y, x] { intersection += 1 }
          }
        }
      }
      let score = found[sample]
      #expect(score.predicted == predicted && score.intersection == intersection)
      #expect(score.concept == masks.count(sample))
      #expect(score.union == predicted + score.concept - intersection)
      #expect(abs(Double(score.peak) - 1 / (1 + exp(-peak))) < 1e-6)
    }
  }

  @Test("the vector exponential is right to 4 units in the last place, to ±700")
  func exponentials() {
    for step in -70_000...70_000 {
      let x = Double(step) / 100
      let value = exponential(SIMD4(repeating: x))
      #expect(abs(value[0] - exp(x)) <= 4 * exp(x).ulp, "at \(x)")
    }
    #expect(limited(SIMD4(-1e300, 3, 701, -700)) == SIMD4(-700, 3, 700, -700))
  }

  @Test("weights so large that every cell is certain: finite, and the loss is linear in them")
  func certain() throws {
    let size = ConceptCase.all[0]
    let masks = size.masks()
    let layer = ConceptLayer(try #require(size.bits()), gridHeight: 16, gridWidth: 16)
    let pass = ConceptPass(layer, masks, Array(0..<6))
    func loss(_ weight: Double) -> Double {
      pass.evaluate(
        [weight, -weight, weight, 0, weight], 0..<6, loss: WeightedCrossEntropy(alpha: 0.7),
        curvature: true)
    }
    let (once, twice) = (loss(1e5), loss(2e5))
    #expect(once.isFinite && abs(twice - 2 * once) < 1e-3 * once)
    #expect(pass.gradient.allSatisfy(\.isFinite) && pass.hessian.allSatisfy(\.isFinite))
  }
}
