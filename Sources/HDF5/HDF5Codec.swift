internal import CCodecs
internal import CHDF5

/// How the bytes of a chunk are made smaller.
public enum HDF5Codec: Sendable, Equatable {
  /// Not at all.
  case none
  /// Deflate, which every HDF5 program reads.
  ///
  /// `level` is 1 (fast) to 9; `shuffle` regroups the bytes of the elements by significance before.
  case deflate(level: Int, shuffle: Bool)
  /// A bitmap of the elements that are not zero, and these; for elements of 2 or 4 bytes.
  ///
  /// Many times faster than deflate, and smaller where half of the elements are zero. Other
  /// programs read it with the filter plugin of this project.
  case relu

  /// Why elements of a size cannot be stored so; nil if they can.
  func misfit(elementSize: Int) -> String? {
    switch self {
    case .none: nil
    case .deflate(let level, _):
      (1...9).contains(level) ? nil : "a deflate level outside 1…9"
    case .relu:
      [2, 4].contains(elementSize) ? nil : "the relu codec for elements of \(elementSize) bytes"
    }
  }

  /// Adds the codec to the properties of a dataset that will be made.
  func add(
    to creation: hid_t, elementSize: Int, _ place: Place, _ action: String
  ) throws(HDF5Error) {
    switch self {
    case .none: return
    case .deflate(let level, let shuffle):
      if shuffle { try place.check(action, H5Pset_shuffle(creation)) }
      try place.check(action, H5Pset_deflate(creation, UInt32(level)))
    case .relu:
      let values = [UInt32(LETHE_RELU_VERSION), UInt32(elementSize)]
      // Optional: a chunk that it would not make smaller stands as it is.
      try place.check(
        action,
        H5Pset_filter(
          creation, LETHE_RELU_FILTER, UInt32(H5Z_FLAG_OPTIONAL), values.count, values))
    }
  }

  /// The codec of a dataset with such properties; nil if it is none of this module's.
  static func reading(
    _ creation: hid_t, elementSize: Int, _ place: Place, _ action: String
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
    guard let last = filters.last else { return nil }
    if last.id == LETHE_RELU_FILTER, filters.count == 1,
      last.values == [UInt32(LETHE_RELU_VERSION), UInt32(elementSize)]
    {
      return .relu
    }
    guard last.id == H5Z_FILTER_DEFLATE, let level = last.values.first,
      filters.count == 1 || filters[0].id == H5Z_FILTER_SHUFFLE
    else { return nil }
    return .deflate(level: Int(level), shuffle: filters.count == 2)
  }

  /// Teaches the library to read the relu codec by itself; once in a process, under the lock.
  static func register() {
    // The name lives as long as the process, as the library asks.
    let name = StaticString("lethe relu")
    var filter = H5Z_class2_t()
    filter.version = H5Z_CLASS_T_VERS
    filter.id = LETHE_RELU_FILTER
    filter.encoder_present = 1
    filter.decoder_present = 1
    name.withUTF8Buffer { text in
      filter.name = UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self)
      filter.filter = lethe_relu_filter
      // A failure shows where such a dataset is read or made.
      _ = H5Zregister(&filter)
    }
  }
}
