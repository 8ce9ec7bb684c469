internal import CHDF5

/// The number types that datasets of this module hold.
public enum HDF5ElementType: String, Sendable, CaseIterable {
  /// Unsigned 8-bit integers.
  case uint8
  /// Signed 32-bit integers.
  case int32
  /// Signed 64-bit integers.
  case int64
  /// IEEE 754 half precision, numpy's `float16`.
  case float16
  /// IEEE 754 single precision.
  case float32
  /// IEEE 754 double precision.
  case float64

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .uint8: 1
    case .float16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// A new datatype id, little-endian, as it stands in files and in memory.
  func makeType() -> hid_t {
    switch self {
    case .uint8: return H5Tcopy(lethe_h5_u8())
    case .int32: return H5Tcopy(lethe_h5_i32())
    case .int64: return H5Tcopy(lethe_h5_i64())
    case .float32: return H5Tcopy(lethe_h5_f32())
    case .float64: return H5Tcopy(lethe_h5_f64())
    case .float16:
      // The library has no half type: a float32 narrowed to sign 15, exponent 10…14, mantissa 0…9.
      let type = H5Tcopy(lethe_h5_f32())
      guard type >= 0, H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0, H5Tset_size(type, 2) >= 0,
        H5Tset_ebias(type, 15) >= 0
      else { return -1 }
      return type
    }
  }

  /// The element type equal to a datatype of a file, whatever its byte order; nil if there is none.
  static func matching(_ type: hid_t) -> HDF5ElementType? {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT:
      return [.float16, .float32, .float64].first { $0.size == size }
    case H5T_INTEGER where H5Tget_sign(type) == H5T_SGN_NONE:
      return size == 1 ? .uint8 : nil
    case H5T_INTEGER:
      return [.int32, .int64].first { $0.size == size }
    default: return nil
    }
  }
}

/// A Swift number that HDF5 reads and writes.
public protocol HDF5Element: BitwiseCopyable, Sendable {
  /// Its type in a file.
  static var elementType: HDF5ElementType { get }
  /// A value to fill a buffer with before it is read into.
  static var zero: Self { get }
}

extension UInt8: HDF5Element {
  /// Unsigned 8-bit integers.
  public static var elementType: HDF5ElementType { .uint8 }
}

extension Int32: HDF5Element {
  /// Signed 32-bit integers.
  public static var elementType: HDF5ElementType { .int32 }
}

extension Int64: HDF5Element {
  /// Signed 64-bit integers.
  public static var elementType: HDF5ElementType { .int64 }
}

extension Float16: HDF5Element {
  /// Half precision.
  public static var elementType: HDF5ElementType { .float16 }
}

extension Float: HDF5Element {
  /// Single precision.
  public static var elementType: HDF5ElementType { .float32 }
}

extension Double: HDF5Element {
  /// Double precision.
  public static var elementType: HDF5ElementType { .float64 }
}
