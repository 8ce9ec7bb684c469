@testable import Compute
@testable import Query

/// Made-up concepts of four people, two test pictures with the action unit and one without each.
enum CompareData {
  /// How a layer does on one picture.
  struct Look {
    var intersection: Int
    var union: Int
    var peak: Float
  }

  static let people = ["a", "b", "c", "d"]

  /// A concept of 12 pictures: `look` gets the person's number, and the picture's of that person,
  /// of which the last is without the action unit.
  static func concept(
    _ key: String, au: Int = 12, layer: String = "conv", region: Double? = nil,
    bestFilter: Double? = nil, _ look: (_ person: Int, _ picture: Int) -> Look
  ) -> ConceptRecord {
    var record = ConceptRecord(
      key: key, layer: layer, au: au, dataset: "faces", split: "test", options: "{}",
      loss: .weightedBCE)
    record.regionIoU = region
    record.bestFilterIoU = bestFilter
    for person in people.indices {
      for picture in 0..<3 {
        let look = look(person, picture)
        record.samples.append(
          ConceptRecord.Sample(
            sampleID: Int64(person * 3 + picture + 1), position: person * 3 + picture,
            subject: people[person], present: picture < 2,
            score: ConceptScore(
              intersection: look.intersection, union: look.union, predicted: look.union,
              concept: picture < 2 ? 10 : 0, peak: look.peak)))
      }
    }
    return record
  }

  /// A layer that finds the action unit: 9 of 10 cells, nothing where there is none.
  static func good(_ key: String, au: Int = 12, layer: String = "conv", region: Double? = 0.5)
    -> ConceptRecord
  {
    concept(key, au: au, layer: layer, region: region, bestFilter: 0.4) { person, picture in
      picture < 2
        ? Look(intersection: 9, union: 10, peak: 0.9)
        : Look(intersection: 0, union: 0, peak: 0.1 + Float(person) / 100)
    }
  }

  /// A layer that finds one cell of 20, wherever; present and absent look alike.
  static func bad(_ key: String, au: Int = 12, layer: String = "conv", region: Double? = 0.5)
    -> ConceptRecord
  {
    concept(key, au: au, layer: layer, region: region, bestFilter: 0.1) { person, picture in
      picture < 2
        ? Look(intersection: 1, union: 20, peak: 0.5)
        : Look(intersection: 0, union: 10, peak: 0.5)
    }
  }

  static func models(
    _ layers: [CompareModels.Layer] = [layer("conv")], control: String? = nil
  ) -> CompareModels {
    CompareModels(layers: layers, control: control, names: ["before", "after"], statements: [])
  }

  static func layer(
    _ name: String, before: String = "one", after: String = "other", control: String? = nil,
    repetitions: [CompareModels.Repetition] = []
  ) -> CompareModels.Layer {
    CompareModels.Layer(
      name: name, before: before, after: after, control: control, repetitions: repetitions)
  }

  /// The rows of a comparison.
  static func table(
    _ records: [ConceptRecord], _ models: CompareModels = models(), keeping kept: Set<Int64>? = nil,
    _ change: (inout CompareQuestion) -> Void = { _ in }
  ) throws -> (table: Table, notes: [String]) {
    var question = CompareQuestion(before: "before", after: "after")
    question.resamples = 200
    change(&question)
    return try CompareAnswer(question, models, records, keeping: kept).table {}
  }
}
