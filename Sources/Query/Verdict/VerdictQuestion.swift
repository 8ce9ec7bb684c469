public import Warehouse

/// The whole answer to what a network forgot between two variants.
public struct VerdictQuestion: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// The samples.
  public var selection = Selection()
  /// The layers that probes, concepts and sensitivity are asked of; none: the ends of blocks and
  /// dense layers for probes, all convolutions for concepts, the last one for sensitivity.
  public var layers: [String] = []
  /// Threads to use; they do not change a bit.
  public var threads = 1
  /// The seed of resampling.
  public var seed: UInt64 = 1

  /// A question about two models of one task.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

/// One of the ten points of a complete answer.
public struct VerdictPoint: Sendable {
  /// The points, in the order in which they are given.
  public enum Topic: String, Sendable, CaseIterable {
    case flips, classes, events, aus, similarity, probes, concepts, tcav, relevance, samples

    /// 1…10.
    public var number: Int { (Topic.allCases.firstIndex(of: self) ?? 0) + 1 }

    /// Its name in a list.
    public var name: String {
      switch self {
      case .flips: "Flips"
      case .classes: "Classes"
      case .events: "Ladder"
      case .aus: "Action units"
      case .similarity: "Similarity"
      case .probes: "Probes"
      case .concepts: "Concepts"
      case .tcav: "TCAV"
      case .relevance: "Relevance"
      case .samples: "Pictures"
      }
    }

    /// Its heading.
    public var title: String {
      switch self {
      case .flips: "What changed, against chance"
      case .classes: "By class"
      case .events: "Along the ladder"
      case .aus: "Action units of the forgotten pictures"
      case .similarity: "How far the layers moved"
      case .probes: "Hidden or lost"
      case .concepts: "Concepts of action units"
      case .tcav: "What the decision is sensitive to"
      case .relevance: "Where the relevance went"
      case .samples: "The forgotten pictures"
      }
    }
  }

  /// Which point.
  public let topic: Topic
  /// What was found, in a sentence or two.
  public let finding: String
  /// All rows; nil where nothing could be said, as `finding` explains.
  public let table: Table?
  /// The columns and rows that are enough to read.
  public let excerpt: Table?
  /// What a reader should know beside the rows.
  public let notes: [String]
  /// The statements behind it.
  public let statements: [SQLStatement]
  /// What a report shows of it.
  public var figures: [VerdictFigure] = []
}

/// A drawing that belongs to a point.
public struct VerdictFigure: Sendable {
  /// An SVG element.
  public let svg: String
  /// What it shows.
  public let caption: String
}

extension VerdictPoint {
  /// A point from an answer whose rows were computed.
  init(
    _ topic: Topic, _ finding: String, of answer: Answer, table: Table, columns: [String],
    rows: [[Cell]]? = nil
  ) {
    let places = columns.compactMap { table.columns.firstIndex(of: $0) }
    self.topic = topic
    self.finding = finding
    self.table = table
    excerpt = Table(
      columns: places.map { table.columns[$0] },
      rows: (rows ?? table.rows).map { row in places.map { row[$0] } })
    notes = answer.notes
    statements = answer.statements
  }

  /// A point that nothing could be said to.
  init(_ topic: Topic, missing reason: String) {
    self.topic = topic
    finding = reason
    table = nil
    excerpt = nil
    notes = []
    statements = []
  }
}

extension ReadOnlySession {
  /// The ten points, one after another, each as soon as it is there.
  ///
  /// A point that the warehouse has no data for says so and what would bring them; any other error
  /// ends the answer.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - topics: Which points.
  ///   - receive: Takes each point.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ, or no sample is common;
  ///   `WarehouseError` if a file is not what its row says.
  public func verdict(
    _ question: VerdictQuestion, of store: Store,
    topics: [VerdictPoint.Topic] = VerdictPoint.Topic.allCases,
    _ receive: (VerdictPoint) throws -> Void
  ) throws {
    _ = try pair(question.before, question.after)
    for topic in topics {
      try checkInterrupted()
      try receive(point(topic, of: question, store))
    }
  }

  private func point(
    _ topic: VerdictPoint.Topic, of question: VerdictQuestion, _ store: Store
  ) throws -> VerdictPoint {
    switch topic {
    case .flips: return try flipsPoint(question)
    case .classes: return try classesPoint(question)
    case .events: return try eventsPoint(question)
    case .samples: return try samplesPoint(question)
    case .aus: return try optional(topic) { try actionUnitsPoint(question) }
    case .similarity: return try optional(topic) { try similarityPoint(question, store) }
    case .probes: return try optional(topic) { try probesPoint(question, store) }
    case .concepts: return try optional(topic) { try conceptsPoint(question, store) }
    case .tcav: return try optional(topic) { try sensitivityPoint(question, store) }
    case .relevance: return try optional(topic) { try relevancePoint(question) }
    }
  }

  /// A point that may lack data: nothing found, or arrays that are not stored.
  private func optional(
    _ topic: VerdictPoint.Topic, _ body: () throws -> VerdictPoint
  ) throws -> VerdictPoint {
    do { return try body() } catch let error as QueryError where error.kind == .nothingFound {
      return VerdictPoint(topic, missing: error.description)
    } catch let error as WarehouseError where error.cause == .notStored {
      return VerdictPoint(topic, missing: error.description)
    }
  }
}
