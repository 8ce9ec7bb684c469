import SQLite
import Warehouse

@testable import Ingest

extension Store {
  /// Everything that an ingest stores, by key and position.
  func storedContents() throws -> [String] {
    let dataset = try self.dataset(named: "noise")
    var lines: [String] = []
    for row in try catalogue.rows(
      "SELECT DISTINCT key, tier FROM stored_array ORDER BY key, tier")
    {
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init) else { continue }
      switch tier {
      case .pooled, .maps:
        let rows = try read(
          key: key, tier: tier, dataset: dataset.id, positions: 0..<dataset.count)
        lines.append("\(key) \(tier) \(rows.values.map(\.bitPattern))")
      case .bits, .inputs:
        let rows = try readBytes(
          key: key, tier: tier, dataset: dataset.id, positions: 0..<dataset.count)
        lines.append("\(key) \(tier) \(rows.values)")
      default: lines.append("\(key) \(tier)")
      }
    }
    for view in ["samples", "predictions", "probabilities", "layers", "au_masks"] {
      lines += try catalogue.rows("SELECT * FROM \(view) ORDER BY 1, 2, 3").map { "\($0)" }
    }
    return lines
  }
}
