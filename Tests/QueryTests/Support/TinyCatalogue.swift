import Query
import SQLite

extension Catalogue {
  /// Three people, ten test pictures, and three emotion models: before, after, and the control.
  ///
  /// The control's head alone was retrained. Every number that the tests expect is derived by hand.
  ///
  ///     id subject label      before     after      control    AUs     outcome
  ///      1 a       happiness  happiness  happiness  happiness  6 12    retained
  ///      2 a       happiness  happiness  sadness    sadness    12      forgotten
  ///      3 a       happiness  happiness  neutral    happiness  12 25   forgotten
  ///      4 a       sadness    sadness    sadness    sadness    1       retained
  ///      5 b       happiness  sadness    happiness  sadness            gained
  ///      6 b       sadness    sadness    happiness  sadness    4       forgotten
  ///      7 b       sadness    neutral    happiness  neutral    1       missed, another answer
  ///      8 b       sadness    sadness    sadness    sadness    12      retained
  ///      9 c       happiness  happiness  happiness  happiness  -       retained, not coded
  ///     10 c       sadness    happiness  happiness  happiness  1 15    missed, the same answer
  ///
  /// Sample 11 is of the split train, 12 of val; 13 carries no emotion label.
  static func tiny() throws -> Catalogue {
    let catalogue = try Catalogue()
    let classes = ["neutral", "happiness", "sadness"]
    try catalogue.addDataset(1, "faces")
    try catalogue.addModel(1, "emotion", task: "emotion", classes: classes)
    try catalogue.addModel(2, "emotion-after-pain-b1", task: "emotion", classes: classes)
    try catalogue.addModel(3, "emotion-after-pain-fc", task: "emotion", classes: classes)
    let rows: [(String, String, [String], [Int]?)] = [
      ("a", "happiness", ["happiness", "happiness", "happiness"], [6, 12]),
      ("a", "happiness", ["happiness", "sadness", "sadness"], [12]),
      ("a", "happiness", ["happiness", "neutral", "happiness"], [12, 25]),
      ("a", "sadness", ["sadness", "sadness", "sadness"], [1]),
      ("b", "happiness", ["sadness", "happiness", "sadness"], []),
      ("b", "sadness", ["sadness", "happiness", "sadness"], [4]),
      ("b", "sadness", ["neutral", "happiness", "neutral"], [1]),
      ("b", "sadness", ["sadness", "sadness", "sadness"], [12]),
      ("c", "happiness", ["happiness", "happiness", "happiness"], nil),
      ("c", "sadness", ["happiness", "happiness", "happiness"], [1, 15]),
    ]
    for (index, row) in rows.enumerated() {
      try catalogue.addSample(
        index + 1, subject: row.0, labels: ["emotion": row.1],
        coded: row.3 == nil ? nil : [1, 4, 6, 12, 15, 25], aus: row.3 ?? [])
      for (model, predicted) in row.2.enumerated() {
        // The confidence grows with the sample, so that the order of `forgotten` is known.
        let confidence = 0.5 + Double(index + 1) / 32
        try catalogue.addPrediction(
          model + 1, index + 1, predicted,
          classes.map { $0 == predicted ? confidence : (1 - confidence) / 2 })
      }
    }
    for (id, split) in [(11, "train"), (12, "val")] {
      try catalogue.addSample(id, split: split, subject: "d", labels: ["emotion": "happiness"])
      for model in 1...3 {
        try catalogue.addPrediction(
          model, id, model == 2 ? "sadness" : "happiness", model == 2 ? [0, 0, 1] : [0, 1, 0])
      }
    }
    try catalogue.addSample(13, subject: "c")
    for model in 1...3 { try catalogue.addPrediction(model, 13, "neutral", [1, 0, 0]) }
    return catalogue
  }

  /// Adds a second data set of four pain pictures of two people, and a pain model.
  ///
  ///     id subject label    p(pain)
  ///     21 p       pain     0.75
  ///     22 p       no_pain  0.25
  ///     23 q       pain     0.25
  ///     24 q       no_pain  0.125
  func addPain() throws {
    try addDataset(2, "pains")
    try addModel(4, "pain-b1", task: "pain", classes: ["no_pain", "pain"], trainedOn: "pains")
    let rows = [
      ("p", "pain", 0.75), ("p", "no_pain", 0.25), ("q", "pain", 0.25), ("q", "no_pain", 0.125),
    ]
    for (index, row) in rows.enumerated() {
      let id = 21 + index
      try addSample(id, dataset: 2, split: "val", subject: row.0, labels: ["pain": row.1])
      try addPrediction(4, id, row.2 > 0.5 ? "pain" : "no_pain", [1 - row.2, row.2])
    }
  }
}
