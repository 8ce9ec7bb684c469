public import CommandLineKit
import Ingest

/// A number of bytes as options take it: `800M`, `1.5G`.
public struct ByteCount: ExpressibleByArgument {
  /// How many.
  public let bytes: Int

  /// What is expected.
  public static var expectation: String { "an amount such as 800M or 4G" }

  private static let units = [Character("K"): 1e3, "M": 1e6, "G": 1e9, "T": 1e12]

  /// Nil if the text is no positive number with one of the units K, M, G or T, which are decimal.
  public init?(argument: String) {
    guard let unit = argument.last, let factor = Self.units[Character(unit.uppercased())],
      let number = Double(argument.dropLast()), number > 0, number * factor <= 1e18,
      number * factor >= 1
    else { return nil }
    bytes = Int(number * factor)
  }

  /// In megabytes, as it could be typed.
  public var defaultValueDescription: String { "\(Double(bytes) / 1e6)M" }
}

/// How much memory weights may take.
enum MemoryOption {
  static let memory = Option<ByteCount?>(
    "memory", value: "BYTES",
    help: """
      What the weights of variants that run together may take, such as 800M or 4G (default: half of \
      this machine's memory); less means more passes over the pictures.
      """)

  static func bytes(_ values: ArgumentValues) -> Int {
    values[memory]?.bytes ?? IngestOptions.defaultMemory
  }
}
