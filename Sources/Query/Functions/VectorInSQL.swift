internal import Foundation
internal import SQLite

/// Vectors as statements hold them: a JSON array of numbers, or a blob of float32, little-endian.
enum VectorInSQL {
  /// The numbers of a vector; nil for NULL.
  static func numbers(_ value: SQLiteValue, _ function: String, _ argument: String) throws
    -> [Double]?
  {
    switch value {
    case .null: return nil
    case .text(let text):
      if let numbers = try? JSONDecoder().decode([Double].self, from: Data(text.utf8)) {
        return numbers
      }
    case .blob(let bytes) where bytes.count % 4 == 0:
      return stride(from: 0, to: bytes.count, by: 4).map { start in
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
        return Double(Float(bitPattern: bits))
      }
    default: break
    }
    throw QueryError.usage(
      "\(function): \(argument) must be a JSON array of numbers or a blob of float32")
  }

  /// The cosine of the angle between two vectors, −1 to 1; nil if one has no length or no finite one.
  static func cosine(_ x: [Double], _ y: [Double]) throws -> Double? {
    guard x.count == y.count else {
      throw QueryError.usage(
        "cosine: x has \(x.count) numbers and y has \(y.count): they must have as many")
    }
    let scale = { (v: [Double]) in v.reduce(0) { max($0, abs($1)) } }
    let (a, b) = (scale(x), scale(y))
    guard a > 0, b > 0, a.isFinite, b.isFinite else { return nil }
    // Scaled by the largest element, for squares must not overflow.
    var (product, xx, yy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      product += (x / a) * (y / b)
      xx += (x / a) * (x / a)
      yy += (y / b) * (y / b)
    }
    let cosine = product / (xx * yy).squareRoot()
    return cosine.isFinite ? min(1, max(-1, cosine)) : nil
  }
}
