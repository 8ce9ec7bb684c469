import Foundation
import Testing

@testable import Compute

/// Normal random numbers, whose first features are on other scales.
func randomFeatures(_ samples: Int, _ features: Int, seed: UInt64) -> [Double] {
  var stream = RandomStream(seed: seed, RandomStream.key("test features"))
  return (0..<samples * features).map { stream.normal(Double($0 % features), 1 + Double($0 % 3)) }
}

@Suite("Logistic regression")
struct LogisticRegressionTests {
  /// A fit of scikit-learn.
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let features: Int
    let penalty: Double
    let values: [Double]
    let labels: [Int32]
    let classes: Int
    let weights: [Double]
    let intercepts: [Double]
    let probabilities: [Double]
    var testDescription: String { name }
  }

  static let golden: [Golden] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/compute/logistic_golden.json")
    do {
      return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
    } catch {
      Issue.record("cannot read \(file.path): \(error)")
      return []
    }
  }()

  @Test("weights and probabilities equal scikit-learn's to 1e-6", arguments: golden)
  func scikitLearn(_ golden: Golden) throws {
    let design = try #require(DesignMatrix(golden.values, features: golden.features))
    let target = LogisticTarget(labels: golden.labels, classes: golden.classes)
    let fitted = LogisticRegression.fit(
      [target], to: design, penalties: [golden.penalty], tolerance: 1e-12)[0]
    let model = try #require(fitted)
    #expect(model.isConverged)
    let deviations = design.standardisation.deviations
    for output in 0..<model.outputs {
      let own = model.weights[output * design.axes..<(output + 1) * design.axes]
      let weights = design.featureWeights(Array(own)).weights
      for feature in 0..<golden.features {
        let expected = golden.weights[output * golden.features + feature]
        let weight = weights[feature] * deviations[feature]
        #expect(abs(weight - expected) <= 1e-6 * max(1, abs(expected)))
      }
    }
    let logits = model.logits(design.turn(golden.values))
    for sample in 0..<design.samples {
      let own = (0..<model.outputs).map { exp(logits[sample * model.outputs + $0]) }
      let probability =
        model.outputs == 1 ? own[0] / (1 + own[0]) : own[1] / own.reduce(0, +)
      #expect(abs(probability - golden.probabilities[sample * golden.classes + 1]) <= 1e-6)
    }
  }

  @Test(
    "the minimum is that of Newton's method in plain loops",
    arguments: [(2, 1), (3, 1), (4, 1), (2, 3)], [1e-4, 0.02, 1])
  func newton(shape: (classes: Int, strata: Int), penalty: Double) throws {
    let (samples, features) = (50, 4)
    let values = randomFeatures(samples, features, seed: 3)
    var stream = RandomStream(seed: 5, 1)
    let labels = (0..<samples).map { sample -> Int32 in
      let score = values[sample * features] + stream.normal()
      return stream.chance(0.1) ? -1 : Int32(max(0, min(Double(shape.classes - 1), score + 1)))
    }
    let stratum = (0..<samples).map { $0 % shape.strata }
    let design = try #require(DesignMatrix(values, features: features))
      .stratified(stratum, strata: shape.strata)
    let target = LogisticTarget(labels: labels, classes: shape.classes)
    let fitted = LogisticRegression.fit(
      [target], to: design, penalties: [penalty], tolerance: 1e-11)[0]
    let model = try #require(fitted)
    #expect(model.isConverged)
    let standard = design.standardisation.apply(values)
    let reference = LogisticReference(
      rows: (0..<samples).map { sample in
        standard[sample * features..<(sample + 1) * features]
          + (0..<shape.strata).map { $0 == stratum[sample] ? 1 : 0 }
      }, labels: labels.map(Int.init), outputs: target.outputs, penalty: penalty,
      penalised: features)
    let minimum = reference.minimum()
    let logits = model.logits(design.turn(values), stratum: stratum)
    for sample in 0..<samples {
      let shares = (0..<model.outputs).map { exp(logits[sample * model.outputs + $0]) }
      let sum = model.outputs == 1 ? 1 + shares[0] : shares.reduce(0, +)
      for (output, expected) in reference.probabilities(minimum, sample).enumerated() {
        #expect(abs(shares[output] / sum - expected) <= 1e-8)
      }
    }
  }

  @Test("the reference's gradient is that of its loss")
  func referenceGradient() {
    let values = randomFeatures(20, 3, seed: 9)
    for outputs in [1, 3] {
      let reference = LogisticReference(
        rows: (0..<20).map { Array(values[$0 * 3..<$0 * 3 + 3]) + [1] },
        labels: (0..<20).map { $0 % (outputs == 1 ? 2 : 3) }, outputs: outputs, penalty: 0.3,
        penalised: 3)
      var stream = RandomStream(seed: 1)
      let weights = (0..<outputs * 4).map { _ in stream.normal(0, 0.3) }
      for (index, gradient) in reference.gradient(weights).enumerated() {
        var (above, below) = (weights, weights)
        above[index] += 1e-5
        below[index] -= 1e-5
        let slope = (reference.loss(above) - reference.loss(below)) / 2e-5
        #expect(abs(slope - gradient) <= 1e-7)
      }
    }
  }

  @Test("many targets together are as each alone, whatever the others")
  func together() throws {
    let values = randomFeatures(80, 6, seed: 2)
    let design = try #require(DesignMatrix(values, features: 6))
    var stream = RandomStream(seed: 8)
    var targets = (0..<7).map { target in
      LogisticTarget(
        labels: (0..<80).map {
          stream.chance(0.2) ? -1 : values[$0 * 6 + target % 6] > Double(target % 6) ? 1 : 0
        }, classes: 2)
    }
    targets.insert(LogisticTarget(labels: (0..<80).map { Int32($0 % 5) }, classes: 5), at: 3)
    let penalties = targets.indices.map { [1e-3, 0.1][$0 % 2] }
    let all = LogisticRegression.fit(targets, to: design, penalties: penalties, tolerance: 1e-10)
    for (index, target) in targets.enumerated() {
      let alone = LogisticRegression.fit(
        [target], to: design, penalties: [penalties[index]], tolerance: 1e-10)[0]
      let (a, b) = (try #require(all[index]).weights, try #require(alone).weights)
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-7 })
    }
  }

  @Test("separable classes have a finite minimum, and it is reached")
  func separable() throws {
    let values = (0..<40).map { Double($0) }
    let design = try #require(DesignMatrix(values, features: 1))
    let target = LogisticTarget(isPresent: (0..<40).map { $0 >= 20 })
    let fitted = LogisticRegression.fit([target], to: design, penalties: [1e-6])[0]
    let model = try #require(fitted)
    #expect(model.isConverged)
    let logits = model.logits(design.turn(values))
    #expect((0..<40).allSatisfy { (logits[$0] > 0) == ($0 >= 20) })
  }

  @Test("without a sample of each class there is no model")
  func oneClass() throws {
    let design = try #require(DesignMatrix(randomFeatures(9, 2, seed: 1), features: 2))
    let targets = [
      LogisticTarget(isPresent: Array(repeating: true, count: 9)),
      LogisticTarget(isPresent: Array(repeating: nil, count: 9)),
      LogisticTarget(labels: [0, 1, 0, 1, 0, 1, 0, 1, 0], classes: 3),
      LogisticTarget(isPresent: (0..<9).map { $0 % 2 == 0 }),
    ]
    let models = LogisticRegression.fit(
      targets, to: design, penalties: Array(repeating: 0.1, count: 4))
    #expect(models.map { $0 != nil } == [false, false, false, true])
  }

  @Test("strata of one class are left out, and none left is no model")
  func mixedStrata() throws {
    let values = randomFeatures(12, 2, seed: 4)
    let design = try #require(DesignMatrix(values, features: 2))
      .stratified((0..<12).map { $0 / 6 }, strata: 2)
    let pure = LogisticTarget(isPresent: (0..<12).map { $0 >= 6 })
    #expect(LogisticRegression.fit([pure], to: design, penalties: [0.1])[0] == nil)
    let mixed = LogisticTarget(isPresent: (0..<12).map { $0 < 6 ? $0 % 2 == 0 : true })
    let alone = LogisticTarget(isPresent: (0..<12).map { $0 < 6 ? $0 % 2 == 0 : nil })
    let models = LogisticRegression.fit([mixed, alone], to: design, penalties: [0.1, 0.1])
    let (a, b) = (try #require(models[0]), try #require(models[1]))
    #expect(zip(a.weights, b.weights).allSatisfy { abs($0 - $1) <= 1e-9 })
    #expect(a.isConverged)
  }

  @Test("features that never change bear no weight; those that are not finite are refused")
  func edges() throws {
    let constant = try #require(DesignMatrix(Array(repeating: 0.1, count: 20), features: 2))
    let target = LogisticTarget(isPresent: (0..<10).map { $0 < 3 })
    let model = try #require(
      LogisticRegression.fit([target], to: constant, penalties: [0.1])[0])
    #expect(model.weights.allSatisfy { $0 == 0 } && model.isConverged)
    #expect(abs(model.intercepts[0] - log(3.0 / 7)) < 1e-12)
    for bad in [Double.nan, .infinity, 1e200] {
      var values = randomFeatures(10, 2, seed: 6)
      values[5] = bad
      #expect(DesignMatrix(values, features: 2) == nil)
    }
    #expect(DesignMatrix([], features: 2) == nil)
  }

  @Test("an iteration too few is reported")
  func unconverged() throws {
    let design = try #require(DesignMatrix(randomFeatures(60, 5, seed: 1), features: 5))
    let target = LogisticTarget(isPresent: (0..<60).map { $0 % 3 == 0 })
    let model = LogisticRegression.fit(
      [target], to: design, penalties: [1e-4], tolerance: 1e-12, maxIterations: 1)[0]
    #expect(model?.isConverged == false && model?.iterations == 1)
  }
}
