import Query
import SQLite

/// A random catalogue of two data sets, and plain copies of what was put in.
struct RandomCatalogue {
  struct Sample {
    let id: Int
    let dataset: Int
    let split: String
    let subject: String
    let label: String?
    let coded: Set<Int>?
    let present: [Int: Double?]
    var predicted: [String]
  }

  static let classes = ["anger", "fear", "joy", "none"]
  static let units = [1, 2, 4, 12]
  let catalogue: Catalogue
  private(set) var samples: [Sample] = []

  init(seed: Int) throws {
    var random = SystemlessGenerator(state: UInt64(seed))
    catalogue = try Catalogue()
    try catalogue.addDataset(1, "first")
    try catalogue.addDataset(2, "second")
    for (id, name) in [(1, "before"), (2, "after"), (3, "control")] {
      try catalogue.addModel(id, name, task: "emotion", classes: RandomCatalogue.classes)
    }
    for id in 1...260 {
      let dataset = Int.random(in: 1...2, using: &random)
      let coded: Set<Int>? =
        Int.random(in: 0..<8, using: &random) == 0
        ? nil : Set(RandomCatalogue.units.filter { _ in Int.random(in: 0..<5, using: &random) > 0 })
      var present: [Int: Double?] = [:]
      for au in coded ?? [] where Bool.random(using: &random) {
        present[au] = [nil, 1, 2.5, 4].randomElement(using: &random) ?? nil
      }
      let hasLabel = Int.random(in: 0..<10, using: &random) > 0
      let sample = Sample(
        id: id, dataset: dataset,
        split: ["train", "val", "test", "test"].randomElement(using: &random) ?? "test",
        subject: "s\(Int.random(in: 0..<9, using: &random))",
        label: hasLabel ? RandomCatalogue.classes.randomElement(using: &random) : nil,
        coded: coded, present: present,
        predicted: (0..<3).map { _ in RandomCatalogue.classes.randomElement(using: &random) ?? "" })
      samples.append(sample)
      try add(sample)
    }
  }

  private func add(_ sample: Sample) throws {
    try catalogue.addSample(
      sample.id, dataset: sample.dataset, split: sample.split, subject: sample.subject,
      labels: sample.label.map { ["emotion": $0] } ?? [:], coded: sample.coded?.sorted())
    for (au, intensity) in sample.present {
      try catalogue.addAU(sample: sample.id, au, intensity: intensity)
    }
    for (model, predicted) in sample.predicted.enumerated() {
      try catalogue.addPrediction(
        model + 1, sample.id, predicted, RandomCatalogue.classes.map { $0 == predicted ? 0.7 : 0.1 }
      )
    }
  }

  /// The labelled samples of a data set and split.
  func chosen(dataset: Int, split: String) -> [Sample] {
    samples.filter { $0.dataset == dataset && $0.split == split && $0.label != nil }
  }
}
