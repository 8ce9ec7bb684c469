import Foundation
import Warehouse

/// What is trained in a folder of its own, as text that the folder carries: equal texts are one
/// training.
struct TrainingPlan: Codable, Equatable {
  /// The number of this text's layout.
  var version = 1
  let name: String
  let task: String
  let training: String
  let parent: String?
  let rung: String?
  let trainableFrom: String?
  let architecture: VGGArchitecture
  let recipe: TrainingRecipe
  let seed: UInt64
  let numerics: String?

  init(_ request: TrainingRequest) {
    name = request.name
    task = request.task
    training = request.dataset
    parent = request.parent
    rung = request.rung
    trainableFrom = request.trainableFrom
    architecture = request.architecture
    recipe = request.recipe
    seed = request.seed
    numerics = request.numerics?.rawValue
  }

  /// The plan that a text tells of; nil if it tells of none that this version makes.
  init?(text: String) {
    guard let plan = try? JSONDecoder().decode(TrainingPlan.self, from: Data(text.utf8)),
      plan.version == 1
    else { return nil }
    self = plan
  }

  /// The text, keys ascending.
  func text() throws -> String {
    String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self)
  }

  /// Takes a trained model into a warehouse, where it gets its place among the ladder's.
  static func merge(_ model: String, in shards: URL, into store: Store) throws -> ShardOutcome {
    try store.mergeTraining(model, in: shards, kernel: Kernels.all) { text in
      TrainingPlan(text: text)?.rung == nil ? [] : Rung.order
    }
  }
}
