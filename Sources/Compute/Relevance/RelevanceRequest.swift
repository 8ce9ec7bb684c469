/// Where relevance starts: at the logits, before any softmax.
public enum RelevanceTarget: Sendable, Hashable {
  /// The logit of a class; its value is the starting relevance.
  case logit(Int)
  /// The logit of the first class minus that of the second: what speaks for the one and against
  /// the other. The map is the first class's minus the second's.
  case difference(Int, Int)

  /// The classes that it names.
  var classes: [Int] {
    switch self {
    case .logit(let index): [index]
    case .difference(let first, let second): [first, second]
    }
  }
}

/// The lowest and highest values that an input can take, one number a channel.
///
/// For pictures in 0…1 that are normalised: (0 − mean) / deviation and (1 − mean) / deviation.
public struct InputRange: Sendable, Hashable {
  /// The lowest value of every channel.
  public let low: [Float]
  /// The highest value of every channel.
  public let high: [Float]

  /// A range from its ends, in the order of the channels.
  public init(low: [Float], high: [Float]) {
    self.low = low
    self.high = high
  }
}

/// What a run of relevance propagation gives beside the relevance of the input.
public struct RelevanceRequest: Sendable, Hashable {
  /// Layers whose whole relevance `visit` gets.
  public var maps: Set<String>
  /// Layers whose relevance is summed a channel.
  public var channelSums: Set<String>
  /// Channels by layer: only relevance through these goes on.
  ///
  /// This is concept-conditional relevance (Achtibat et al. 2023).
  public var channelMasks: [String: Set<Int>]

  /// A request; of nothing unless said.
  public init(
    maps: Set<String> = [], channelSums: Set<String> = [], channelMasks: [String: Set<Int>] = [:]
  ) {
    self.maps = maps
    self.channelSums = channelSums
    self.channelMasks = channelMasks
  }
}

/// The relevance of a batch at one named layer, in sums.
///
/// Taken after a channel mask of the layer, if there is one.
public struct LayerRelevance: Sendable, Equatable {
  /// The layer's name.
  public let name: String
  /// The layer's position among the named layers, from 0.
  public let ordinal: Int
  /// Σ relevance of each sample, over float32 numbers in double precision.
  public let sums: [Double]
  /// Σ relevance of each sample and channel, [samples, channels]; empty if not asked for.
  public let channelSums: [Double]
}

/// What relevance propagation says about a batch.
public struct RelevanceResult: Sendable, Equatable {
  /// The relevance of the input.
  public let input: Activation
  /// Σ relevance of the input, a number a sample.
  public let inputSums: [Double]
  /// The starting relevance of each sample: the logit, or the difference of two.
  public let starts: [Double]
  /// The logits, [samples, classes].
  public let logits: Activation
  /// The named layers from the logits down to the first.
  public let layers: [LayerRelevance]
}
