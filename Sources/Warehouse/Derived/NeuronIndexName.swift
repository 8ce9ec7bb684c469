/// The name of an index file: what it holds, of which layer, over which data set.
struct NeuronIndexName: Equatable {
  /// What an index holds.
  enum Kind: String {
    /// A column a channel: its maximum and mean in every sample.
    case channels
    /// A list a position of a channel: the samples in which it is most active.
    case positions
  }

  /// How many digits of the layer's prefix stand in a name.
  private static let digits = 12
  private static let ending = ".h5"
  /// What is appended to the path of an index for the path of its checksum.
  static let checksumSuffix = ".sha256"

  /// The name of the data set.
  let dataset: String
  /// The first digits of the layer's prefix.
  let key: String
  /// What the index holds.
  let kind: Kind

  /// The name of a layer's index.
  init(_ kind: Kind, key: String, dataset: String) {
    (self.kind, self.dataset) = (kind, dataset)
    self.key = String(key.prefix(NeuronIndexName.digits))
  }

  /// The name that a path, relative to the warehouse, has; nil if it is no index's.
  init?(recognising path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Layout.index, !parts[1].isEmpty,
      parts[2].hasSuffix(NeuronIndexName.ending)
    else { return nil }
    let words = parts[2].dropLast(NeuronIndexName.ending.count).split(separator: "-")
    guard words.count == 2, let kind = Kind(rawValue: String(words[1])) else { return nil }
    self.init(kind, key: String(words[0]), dataset: String(parts[1]))
    guard self.path == path else { return nil }
  }

  /// The path of the file, relative to the warehouse.
  var path: String {
    "\(Layout.index)/\(dataset)/\(key)-\(kind.rawValue)\(NeuronIndexName.ending)"
  }

  /// The path of its checksum: one line as `sha256sum` writes it.
  var checksumPath: String { path + NeuronIndexName.checksumSuffix }

  /// The path that the file has until it is whole.
  var partialPath: String { path + Layout.partialSuffix }
}
