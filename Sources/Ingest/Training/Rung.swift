/// One rung of the ladder of variants: what it starts from and what moves.
///
/// The rungs are those of Prajod, Schiller, Huber and André (2021).
public struct Rung: Sendable, Equatable, Hashable {
  /// The rung's name: `emotion`, `pain-fc`, `pain-b5` … `pain-b1`, `emotion-after-pain-fc` ….
  public let name: String
  /// The rung whose weights it starts from; nil: random or given weights.
  public let parent: String?
  /// The task that it is trained on.
  public let task: String
  /// The layer that training starts from; what lies before is frozen.
  public let trainableFrom: String

  /// Whether only dense layers move, so that it trains from stored features.
  public var isHead: Bool { trainableFrom == Rung.firstDense }

  /// The first dense layer: heads train from here on, over `features`.
  public static let firstDense = "fc6"
  /// The layer whose stored maps are the features of a head.
  public static let features = "pool5"

  /// All thirteen rungs, each after its parent.
  public static let all: [Rung] = {
    let emotion = Rung(name: "emotion", parent: nil, task: "emotion", trainableFrom: "conv1_1")
    let pain =
      [Rung(name: "pain-fc", parent: "emotion", task: "pain", trainableFrom: firstDense)]
      + (1...5).reversed().map { block in
        Rung(
          name: "pain-b\(block)", parent: "emotion", task: "pain", trainableFrom: "conv\(block)_1")
      }
    let after = pain.map {
      Rung(
        name: "emotion-after-\($0.name)", parent: $0.name, task: "emotion",
        trainableFrom: firstDense)
    }
    return [emotion] + pain + after
  }()

  /// The layers that rungs name, which a network must have to start from.
  static let layers = all.map(\.trainableFrom) + [features]

  /// The variant's name in repetition `k`, counted from 1: `NAME`, `NAME.s2`, `NAME.s3`, ….
  public static func variant(_ name: String, repetition: Int) -> String {
    repetition == 1 ? name : "\(name).s\(repetition)"
  }

  /// The most repetitions of a ladder.
  public static let mostRepetitions = 1000

  /// The rung and the repetition that a variant's name tells of; nil if it is not one of a ladder's.
  public static func named(_ variant: String) -> (rung: Rung, repetition: Int)? {
    for rung in all where variant == rung.name || variant.hasPrefix("\(rung.name).s") {
      let repetition =
        variant == rung.name ? 1 : Int(variant.dropFirst(rung.name.count + 2)) ?? 0
      if (1...mostRepetitions).contains(repetition),
        self.variant(rung.name, repetition: repetition) == variant
      {
        return (rung, repetition)
      }
    }
    return nil
  }

  /// The variants of all repetitions, in the order in which one machine trains them.
  static let order = (1...mostRepetitions).flatMap { repetition in
    all.map { variant($0.name, repetition: repetition) }
  }
}
