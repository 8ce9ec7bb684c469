/// How a data set is put into a warehouse.
public struct DatasetImportOptions: Sendable {
  /// Where splits come from.
  public enum Split: String, Sendable, CaseIterable {
    /// From the data set; by subject where it gives none.
    case given
    /// By subject, whatever the data set says.
    case subject
  }
  /// The layout: `auto`, or a name of `DatasetImport.formats`.
  public var format: String
  /// Where splits come from.
  public var split: Split
  /// Seeds the split by subject.
  public var seed: UInt64
  /// Whether one rejected record stops the import.
  public var isStrict: Bool
  /// Whether a data set of the same name, and all that was computed from it, gives way.
  public var isReplacing: Bool
  /// A CSV of OpenFace 2, or a folder of them, whose action units and landmarks are joined.
  public var openFace: String?

  /// Options; the defaults are those of `lethe dataset add`.
  public init(
    format: String = "auto", split: Split = .given, seed: UInt64 = 1, isStrict: Bool = false,
    isReplacing: Bool = false, openFace: String? = nil
  ) {
    self.format = format
    self.split = split
    self.seed = seed
    self.isStrict = isStrict
    self.isReplacing = isReplacing
    self.openFace = openFace
  }
}
