internal import CHDF5

/// The value of an attribute.
public enum HDF5AttributeValue: Sendable, Equatable {
  /// UTF-8 text of variable length, `str` in h5py.
  case text(String)
  /// A signed 64-bit integer.
  case integer(Int64)
  /// A double.
  case real(Double)
  /// Single-precision numbers, one dimension; at most 16,000.
  case floats([Float])
  /// Texts, one dimension; they are read and written as UTF-8 of variable length.
  case texts([String])
}

/// The attributes of a group or dataset.
public struct HDF5Attributes {
  let object: ObjectReference

  /// The longest text and the largest array that is read, in bytes.
  private static let sizeLimit = 1 << 24

  /// Sets a new attribute.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - name: The name; there must be none of that name.
  /// - Throws: `HDF5Error` if it is there already or cannot be written.
  public func set(_ value: HDF5AttributeValue, for name: String) throws(HDF5Error) {
    let place = object.place
    let action = "set the attribute \(name)"
    try locked { () throws(HDF5Error) -> Void in
      let id = try object.openID(action)
      let type = try place.handle(action, value.makeType(), close: H5Tclose)
      let space =
        if let count = value.extent {
          try place.handle(action, H5Screate_simple(1, [hsize_t(count)], nil), close: H5Sclose)
        } else {
          try place.handle(action, H5Screate(H5S_SCALAR), close: H5Sclose)
        }
      let attribute = try place.handle(
        action, H5Acreate2(id, name, type.id, space.id, defaults, defaults), close: H5Aclose)
      try place.check(action, value.write(to: attribute.id, type: type.id))
    }
  }

  /// The value of an attribute; nil if there is none of that name.
  ///
  /// - Throws: `HDF5Error` if it is neither text nor numbers, or larger than 16 MiB.
  public func value(_ name: String) throws(HDF5Error) -> HDF5AttributeValue? {
    let place = object.place
    let action = "read the attribute \(name)"
    return try locked { () throws(HDF5Error) -> HDF5AttributeValue? in
      let id = try object.openID(action)
      guard try place.check(action, H5Aexists(id, name)) > 0 else { return nil }
      let attribute = try place.handle(action, H5Aopen(id, name, defaults), close: H5Aclose)
      let type = try place.handle(action, H5Aget_type(attribute.id), close: H5Tclose)
      let space = try place.handle(action, H5Aget_space(attribute.id), close: H5Sclose)
      let count = try place.check(action, H5Sget_simple_extent_npoints(space.id))
      let isScalar = H5Sget_simple_extent_type(space.id) == H5S_SCALAR
      guard count <= HDF5Attributes.sizeLimit / 4 else {
        throw place.error(action, "\(count) elements are too many")
      }
      switch H5Tget_class(type.id) {
      case H5T_STRING where isScalar:
        return .text(try strings(attribute.id, type.id, 1, action).first ?? "")
      case H5T_STRING: return .texts(try strings(attribute.id, type.id, Int(count), action))
      case H5T_INTEGER where isScalar:
        var number: Int64 = 0
        try place.check(action, H5Aread(attribute.id, lethe_h5_i64(), &number))
        return .integer(number)
      case H5T_FLOAT where isScalar:
        var number = 0.0
        try place.check(action, H5Aread(attribute.id, lethe_h5_f64(), &number))
        return .real(number)
      case H5T_FLOAT, H5T_INTEGER:
        var numbers = [Float](repeating: 0, count: Int(count))
        if count > 0 { try place.check(action, H5Aread(attribute.id, lethe_h5_f32(), &numbers)) }
        return .floats(numbers)
      default: throw place.error(action, "it is neither text nor numbers")
      }
    }
  }

  /// The texts of an attribute of fixed or variable length.
  private func strings(
    _ attribute: hid_t, _ type: hid_t, _ count: Int, _ action: String
  ) throws(HDF5Error) -> [String] {
    let place = object.place
    if count == 0 { return [] }
    if try place.check(action, H5Tis_variable_str(type)) > 0 {
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      defer { for pointer in pointers { H5free_memory(pointer) } }
      try place.check(action, H5Aread(attribute, type, &pointers))
      return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }
    let size = H5Tget_size(type)
    guard size > 0, size <= HDF5Attributes.sizeLimit / count else {
      throw place.error(action, "\(count) texts of \(size) bytes are too long")
    }
    var buffer = [CChar](repeating: 0, count: size * count)
    try place.check(action, H5Aread(attribute, type, &buffer))
    return (0..<count).map { text(Array(buffer[$0 * size..<($0 + 1) * size])) }
  }
}

extension HDF5AttributeValue {
  /// The number of elements; nil for a single value.
  fileprivate var extent: Int? {
    switch self {
    case .floats(let values): values.count
    case .texts(let texts): texts.count
    default: nil
    }
  }

  fileprivate func makeType() -> hid_t {
    switch self {
    case .integer: return H5Tcopy(lethe_h5_i64())
    case .real: return H5Tcopy(lethe_h5_f64())
    case .floats: return H5Tcopy(lethe_h5_f32())
    case .text, .texts:
      let type = H5Tcopy(lethe_h5_c_s1())
      guard type >= 0, H5Tset_size(type, lethe_h5_variable()) >= 0,
        H5Tset_cset(type, H5T_CSET_UTF8) >= 0
      else { return -1 }
      return type
    }
  }

  fileprivate func write(to attribute: hid_t, type: hid_t) -> herr_t {
    switch self {
    case .integer(var number): return H5Awrite(attribute, type, &number)
    case .real(var number): return H5Awrite(attribute, type, &number)
    case .floats(let numbers): return numbers.isEmpty ? 0 : H5Awrite(attribute, type, numbers)
    case .text(let text):
      return text.withCString { start in
        var start: UnsafePointer<CChar>? = start
        return H5Awrite(attribute, type, &start)
      }
    case .texts(let texts):
      if texts.isEmpty { return 0 }
      // All texts in one block, each with its closing zero, so that their places stay fixed.
      let lengths = texts.map { $0.utf8.count + 1 }
      let block = texts.flatMap { Array($0.utf8CString) }
      return block.withUnsafeBufferPointer { bytes in
        var start = 0
        let pointers = lengths.map { length in
          defer { start += length }
          return bytes.baseAddress?.advanced(by: start)
        }
        return H5Awrite(attribute, type, pointers)
      }
    }
  }
}
