internal import Compute
internal import Foundation

/// The settings of a fit with everything decided, as they are stored beside it.
struct ConceptOptionsText: Codable, Equatable {
  let loss: ConceptLoss
  let alignCorners: Bool
  /// Rows and columns of the mask grid.
  let grid: [Int]
  let quantile: Double
  let seed: UInt64
  let lambda: Double?
  let learningRate: Double?
  let momentum: Double?
  let epochs: Int?
  let batch: Int?

  private enum CodingKeys: String, CodingKey {
    case loss, grid, quantile, seed, lambda, momentum, epochs, batch
    case alignCorners = "align_corners"
    case learningRate = "learning_rate"
  }

  init(_ settings: ConceptSettings, height: Int, width: Int, quantile: Double) {
    let options = settings.computeOptions
    let isPublished = settings.loss == .published
    loss = settings.loss
    alignCorners = settings.alignCorners
    grid = [height, width]
    self.quantile = quantile
    seed = settings.seed
    lambda = isPublished ? nil : options.lambda
    learningRate = isPublished ? options.learningRate : nil
    momentum = isPublished ? options.momentum : nil
    epochs = isPublished ? options.epochs : nil
    batch = isPublished ? options.batch : nil
  }

  /// JSON, keys ascending, so that equal options are equal texts.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension ConceptSettings {
  /// What the fit itself is told.
  var computeOptions: ConceptOptions {
    var options = ConceptOptions()
    options.loss = loss == .published ? .published : .weightedBCE
    options.alignCorners = alignCorners
    options.lambda = lambda
    options.seed = seed
    return options
  }
}
