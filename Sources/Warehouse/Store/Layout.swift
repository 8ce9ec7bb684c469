/// The names inside a warehouse folder.
enum Layout {
  static let catalogue = "warehouse.sqlite"
  static let lock = "warehouse.lock"
  static let arrays = "arrays"
  static let inputs = "inputs"
  static let models = "models"
  /// Derived files that can be made anew at any time.
  static let index = "index"
  static let shards = "shards"
  static let jobs = "jobs"
  /// What a file is called until it is whole.
  static let partialSuffix = ".partial"

  /// `application_id` of a catalogue: "LTHE".
  static let applicationID: Int64 = 0x4c54_4845

  /// Whether an entry of a folder could have been put there by a warehouse.
  static func isOwn(_ entry: String) -> Bool {
    [lock, arrays, inputs, models, index, shards, jobs].contains(entry)
      || entry.hasPrefix(catalogue)
  }
}
