import Testing

@testable import Compute

@Suite("Concept embedding: PyTorch's values")
struct Net2VecGoldenTests {
  private let golden: Net2VecGolden
  private let all = Array(0..<24)

  init() throws { golden = try Net2VecGolden() }

  private func options(_ loss: ConceptOptions.Loss, _ alignCorners: Bool) -> ConceptOptions {
    var options = ConceptOptions()
    options.loss = loss
    options.alignCorners = alignCorners
    options.lambda = 0
    return options
  }

  @Test("the published loss, 300 full steps: weights to 1e-4", arguments: [true, false])
  func published(alignCorners: Bool) throws {
    var options = options(.published, alignCorners)
    options.epochs = 300
    options.batch = nil
    let fit = golden.layer(alignCorners).fit(golden.masks, samples: all, options: options)
    let expected = try golden.weights("published", alignCorners)
    #expect(fit.iterations == 300)
    #expect(abs(fit.alpha - golden.alpha) < 1e-6)
    #expect(zip(fit.weights, expected).allSatisfy { abs($0 - $1) <= 1e-4 })
    // PyTorch reports the loss before its last step.
    let loss = try golden.attribute("final_loss", "published", alignCorners)
    #expect(abs(fit.loss - loss) < 0.02)
  }

  @Test("weighted-bce without a penalty reaches the optimum, to 1e-6", arguments: [true, false])
  func optimum(alignCorners: Bool) throws {
    let options = options(.weightedBCE, alignCorners)
    let layer = golden.layer(alignCorners)
    let fit = layer.fit(golden.masks, samples: all, options: options)
    let expected = try golden.attribute("loss", "weighted_bce_optimum", alignCorners)
    #expect(fit.converged && fit.gradientRatio <= 1e-6)
    #expect(fit.loss <= expected * (1 + 1e-6))
    #expect(fit.loss >= expected * (1 - 1e-6))
    #expect(fit.objective == fit.loss)
    let iou = try golden.attribute("set_iou", "weighted_bce_optimum", alignCorners)
    let weights = try golden.weights("weighted_bce_optimum", alignCorners)
    let scores = layer.scores(weights: weights, masks: golden.masks, samples: all)
    #expect(abs((ConceptScore.setIoU(scores) ?? 0) - iou) < 1e-12)
  }

  @Test(
    "set and individual IoU at PyTorch's weights", arguments: ["published", "weighted_bce"],
    [true, false])
  func scores(loss: String, alignCorners: Bool) throws {
    let scores = golden.layer(alignCorners).scores(
      weights: try golden.weights(loss, alignCorners), masks: golden.masks, samples: all)
    let setIoU = try golden.attribute("set_iou", loss, alignCorners)
    #expect(abs((ConceptScore.setIoU(scores) ?? 0) - setIoU) < 1e-12)
    let individual = try golden.numbers("individual_iou", loss, alignCorners)
    #expect(zip(scores, individual).allSatisfy { abs(($0.iou ?? 0) - $1) < 1e-12 })
  }

  @Test("set IoU of every single filter", arguments: [true, false])
  func filters(alignCorners: Bool) throws {
    let layer = golden.layer(alignCorners)
    let expected = try golden.singleFilters(alignCorners)
    let found = (0..<16).map { filter in
      ConceptScore.setIoU(layer.scores(filter: filter, masks: golden.masks, samples: all)) ?? 0
    }
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    let best = try #require(layer.bestFilter(masks: golden.masks, samples: all))
    #expect(best.setIoU == found.max())
    #expect(found.firstIndex(of: best.setIoU) == best.channel)
  }
}
