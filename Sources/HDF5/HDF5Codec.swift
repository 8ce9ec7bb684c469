internal import CHDF5

/// How the bytes of a chunk are made smaller.
public enum HDF5Codec: Sendable, Equatable {
  /// Not at all.
  case none
  /// Deflate, which every HDF5 program reads.
  ///
  /// `level` is 1 (fast) to 9; `shuffle` regroups the bytes of the elements by significance before.
  case deflate(level: Int, shuffle: Bool)

  /// Why there is no such codec; nil if there is.
  var misfit: String? {
    guard case .deflate(let level, _) = self, !(1...9).contains(level) else { return nil }
    return "a deflate level outside 1…9"
  }

  /// Adds the codec to the properties of a dataset that will be made.
  func add(to creation: hid_t, _ place: Place, _ action: String) throws(HDF5Error) {
    guard case .deflate(let level, let shuffle) = self else { return }
    if shuffle { try place.check(action, H5Pset_shuffle(creation)) }
    try place.check(action, H5Pset_deflate(creation, UInt32(level)))
  }

  /// The codec of a dataset with such properties; nil if it is none of this module's.
  static func reading(
    _ creation: hid_t, _ place: Place, _ action: String
  ) throws(HDF5Error) -> HDF5Codec? {
    let count = try place.check(action, H5Pget_nfilters(creation))
    guard count > 0 else { return HDF5Codec.none }
    guard count <= 2 else { return nil }
    var filters: [(id: H5Z_filter_t, values: [UInt32])] = []
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var size = 8
      var values = [UInt32](repeating: 0, count: size)
      let id = try place.check(
        action, H5Pget_filter2(creation, index, &flags, &size, &values, 0, nil, nil))
      filters.append((id, Array(values.prefix(size))))
    }
    guard let last = filters.last, last.id == H5Z_FILTER_DEFLATE, let level = last.values.first,
      filters.count == 1 || filters[0].id == H5Z_FILTER_SHUFFLE
    else { return nil }
    return .deflate(level: Int(level), shuffle: filters.count == 2)
  }
}
