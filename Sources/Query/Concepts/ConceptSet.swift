/// Concepts of action units in layers of models: stored ones, and those that were computed.
public struct ConceptSet: Sendable {
  /// The layers, in the order of the models and then of the network.
  public let places: [ConceptPlace]
  /// The numbers of the action units, ascending or as they were asked for.
  public let units: [Int]
  /// The data set's name.
  public let dataset: String
  /// The split that concepts are evaluated on.
  public let split: String
  /// Concepts that were stored already; variants that share a layer share its concepts.
  public let kept: Int
  /// Concepts that were computed.
  public let computed: Int
  /// What a reader should know beside the numbers, a sentence each.
  public let notes: [String]
  /// The statements that the concepts come from.
  public let statements: [SQLStatement]
  private let records: [Name: ConceptRecord]

  struct Name: Hashable {
    let key: String
    let au: Int
  }

  init(
    places: [ConceptPlace], units: [Int], scope: SampleScope, records: [Name: ConceptRecord],
    kept: Int, notes: [String], statements: [SQLStatement]
  ) {
    self.places = places
    self.units = units
    dataset = scope.dataset
    split = scope.split.rawValue
    self.records = records
    self.kept = kept
    computed = records.count - kept
    self.notes = notes
    self.statements = statements
  }

  /// The concept of an action unit in a layer of a model.
  ///
  /// - Parameters:
  ///   - model: The model's name.
  ///   - layer: The layer's name.
  ///   - au: The action unit's number.
  /// - Returns: The concept; nil if it was not asked for.
  public func record(model: String, layer: String, au: Int) -> ConceptRecord? {
    places.first { $0.model == model && $0.layer == layer }.flatMap {
      records[Name(key: $0.key, au: au)]
    }
  }

  /// Each layer of each model with the concept of each action unit.
  public var all: [(place: ConceptPlace, record: ConceptRecord)] {
    places.flatMap { place in
      units.compactMap { au in
        records[Name(key: place.key, au: au)].map { (place, $0) }
      }
    }
  }
}
