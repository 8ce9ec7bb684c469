/// One part of a plan that is worked on by itself: number I of N, counted from 1.
public struct Shard: Sendable, Equatable, Hashable, CustomStringConvertible {
  /// The most parts that a plan can be cut into.
  public static let most = 10_000

  /// Which part, counted from 1.
  public let number: Int
  /// How many parts there are.
  public let count: Int

  /// A part, or nil if there is no such part of so many.
  public init?(_ number: Int, of count: Int) {
    guard (1...Shard.most).contains(count), (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  /// A part as it is written: `I/N`; nil if the text is none.
  public init?(_ text: String) { self.init(text, between: "/") }

  /// The part that a folder of this name holds: `I-of-N`; nil if it holds none.
  public init?(folder: String) { self.init(folder, between: "-of-") }

  private init?(_ text: String, between separator: String) {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      "\(number)\(separator)\(count)" == text
    else { return nil }
    self.init(number, of: count)
  }

  /// The name of the folder that its work is written into: `I-of-N`.
  public var folder: String { "\(number)-of-\(count)" }

  /// The one part of what is not cut.
  static let only = Shard(number: 1, count: 1)

  private init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  /// The name of the folder that a model is trained in: `train-MODEL`.
  public static func folder(training model: String) -> String { trainingPrefix + model }

  /// The model that a folder of this name was made to train; nil if it was made for something else.
  public static func model(folder: String) -> String? {
    guard folder.hasPrefix(trainingPrefix) else { return nil }
    let name = String(folder.dropFirst(trainingPrefix.count))
    return (try? StoredName.check(name, kind: "model")) == nil ? nil : name
  }

  private static let trainingPrefix = "train-"

  /// As it is written: `I/N`.
  public var description: String { "\(number)/\(count)" }

  /// Whether the piece of work at an index is its own: every N-th one, so that all shards have
  /// their share of every data set and split.
  public func owns(_ index: Int) -> Bool { index % count == number - 1 }
}

/// A block of consecutive samples that a shard works on.
public struct ShardBlock: Sendable, Equatable {
  /// The row id of the data set.
  public let dataset: Int64
  /// The positions of the samples.
  public let positions: Range<Int>

  /// A block with its parts.
  public init(dataset: Int64, positions: Range<Int>) {
    self.dataset = dataset
    self.positions = positions
  }
}

/// What a shard is to work on: a part of an ingest, or the training of one model.
public struct ShardRequest: Sendable, Equatable {
  /// Which part; the only one where a model is trained.
  public let shard: Shard
  /// The model that is trained; nil for a part of an ingest.
  public let model: String?
  /// What is computed, as text: work under an equal text is one plan.
  public let plan: String
  /// The kernels that compute it.
  public let kernel: String
  /// The blocks that are this shard's own.
  public let blocks: [ShardBlock]

  /// A part of an ingest.
  public init(shard: Shard, plan: String, kernel: String, blocks: [ShardBlock]) {
    self.init(shard, nil, plan, kernel, blocks)
  }

  /// The training of one model; `blocks` are those of the data set that it learns from.
  public init(training model: String, plan: String, kernel: String, blocks: [ShardBlock]) {
    self.init(Shard.only, model, plan, kernel, blocks)
  }

  private init(
    _ shard: Shard, _ model: String?, _ plan: String, _ kernel: String, _ blocks: [ShardBlock]
  ) {
    self.shard = shard
    self.model = model
    self.plan = plan
    self.kernel = kernel
    self.blocks = blocks
  }

  /// The name of the folder that it is worked on in: `I-of-N` or `train-MODEL`.
  public var folder: String { model.map(Shard.folder(training:)) ?? shard.folder }

  var purpose: String { model.map { "training of \($0)" } ?? "shard \(shard) of an ingest" }
}
