import Foundation

/// Numbers of bytes as a person reads them.
enum ByteText {
  /// Three digits and a decimal unit: `1.23 GB`.
  static func of(_ bytes: Int) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard bytes >= 1_000 else { return "\(bytes) bytes" }
    var value = Double(bytes) / 1_000
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return String(format: "%.\(digits)f %@", value, units[unit])
  }
}
