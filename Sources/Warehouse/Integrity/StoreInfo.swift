/// What a warehouse holds, and how large it is.
public struct StoreInfo: Sendable, Equatable {
  /// A data set.
  public struct Dataset: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its samples.
    public let samples: Int
    /// Bytes of its inputs and masks.
    public let inputBytes: Int
    /// Bytes of its activations.
    public let arrayBytes: Int
  }

  /// A model.
  public struct Model: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What it predicts.
    public let task: String
    /// Bytes of its weights file.
    public let bytes: Int
    /// Samples that it has predictions for.
    public let predictions: Int
  }

  /// A tier of a layer over a data set, stored once however many models share it.
  public struct Array: Sendable, Equatable {
    /// The layer's prefix.
    public let key: String
    /// The models that share it, in the order in which they came; empty if they are gone.
    public let models: [String]
    /// The layer's name in the first of them.
    public let layer: String
    /// The data set.
    public let dataset: String
    /// The tier.
    public let tier: String
    /// The type of its elements.
    public let type: String
    /// What its chunks are packed by.
    public let codec: String
    /// Samples that it is stored for.
    public let samples: Int
    /// Its bytes, after compression.
    public let bytes: Int
  }

  /// The data sets, in the order in which they came.
  public let datasets: [Dataset]
  /// The models, in the order in which they came.
  public let models: [Model]
  /// The tiers of layers, by data set, model, layer and tier.
  public let arrays: [Array]
  /// Bytes of `warehouse.sqlite`.
  public let catalogueBytes: Int
  /// Bytes of the indexes of units, which can be deleted without harm.
  public let indexBytes: Int
  /// Bytes of all files of the warehouse.
  public let totalBytes: Int

  /// Bytes that more would be needed if no two models shared an array.
  public var sharedBytes: Int {
    arrays.reduce(0) { $0 + $1.bytes * max(0, $1.models.count - 1) }
  }
}
