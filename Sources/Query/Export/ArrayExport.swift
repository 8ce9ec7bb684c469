public import Warehouse

/// Which stored array is written as one file.
public struct ArrayExport: Sendable, Equatable {
  /// What of the model's data.
  public enum Content: Sendable, Equatable {
    /// Whole maps of a layer, float32 [n, C, H, W], de-quantised.
    case maps(layer: String)
    /// Mean and maximum of each channel of a layer, float32 [n, C, 2].
    case pooled(layer: String)
    /// The inputs before normalisation, uint8 [n, C, H, W].
    case inputs
    /// Masks of an action unit in input pixels, uint8 [n, H, W], empty where it is absent.
    case mask(au: Int)
    /// Relevance of the inputs that is kept, float32 [n, C, H, W], of the samples that have it.
    case relevance(RelevanceMethod)
  }

  /// The model whose layers or inputs are meant.
  public var model: String
  /// What of its data.
  public var content: Content
  /// The samples; the split is all of them unless it is given.
  public var selection = Selection()

  /// An export of a model's data.
  public init(model: String, content: Content) {
    self.model = model
    self.content = content
  }
}

/// The kind of file that an array is written as.
public enum ArrayFileFormat: Sendable, Equatable {
  /// NumPy's own, format version 1.0.
  case npy
  /// Safetensors: the array, beside it `sample_id`, and these texts with those that say what it is.
  case safetensors(metadata: [String: String])
}

/// What was written of an array.
public struct ExportSummary: Sendable, Equatable {
  /// The extents of the array, samples first.
  public let shape: [Int]
  /// What a reader should know, a sentence each.
  public let notes: [String]
}
