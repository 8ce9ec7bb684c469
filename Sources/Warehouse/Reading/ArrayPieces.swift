internal import Foundation
internal import SQLite

/// A stretch of an array: the part of it that lies in one segment.
struct ArrayPiece {
  let positions: Range<Int>
  let node: String
  let type: StoredType
  let file: String
}

/// Rows of one piece that lie one after the other in the file and in the answer.
struct RowRun: Equatable {
  let piece: Int
  /// Rows within the piece.
  let rows: Range<Int>
  /// Where the first of them goes in the answer.
  let target: Int
}

extension Store {
  /// The stretches of an array that touch some positions, ascending.
  func pieces(
    key: String, tier: Tier, dataset: Int64, touching positions: Range<Int>
  ) throws -> [ArrayPiece] {
    try catalogue.rows(
      """
      SELECT a.first, s.count, a.node, a.dtype, s.file
      FROM stored_array a JOIN segment s ON s.id = a.segment
      WHERE a.key = ? AND a.tier = ? AND a.dataset = ? AND a.first < ? AND a.first + s.count > ?
      ORDER BY a.first
      """, key, tier.rawValue, dataset, positions.upperBound, positions.lowerBound
    ).map { row in
      guard let first = row[0].int, let count = row[1].int, first >= 0, count > 0,
        count <= Int.max - first, let node = row[2].string,
        let type = row[3].string.flatMap(StoredType.init), let file = row[4].string,
        SegmentName(recognising: file) != nil
      else {
        throw WarehouseError(
          .damaged, "\(tier.rawValue) of \(key)", "its row in the catalogue makes no sense",
          advice: "run lethe verify")
      }
      return ArrayPiece(positions: first..<first + count, node: node, type: type, file: file)
    }
  }

  /// Sorts positions into runs within pieces.
  ///
  /// - Parameters:
  ///   - positions: In any order.
  ///   - pieces: Ascending.
  /// - Returns: The runs, in the order of the positions, and the positions that no piece has.
  static func runs(
    of positions: [Int], in pieces: [ArrayPiece]
  ) -> (runs: [RowRun], missing: [Int]) {
    var runs: [RowRun] = []
    var missing: [Int] = []
    for (target, position) in positions.enumerated() {
      guard let piece = index(of: position, in: pieces) else {
        missing.append(position)
        continue
      }
      let row = position - pieces[piece].positions.lowerBound
      if let last = runs.last, last.piece == piece, last.rows.upperBound == row,
        last.target + last.rows.count == target
      {
        runs[runs.count - 1] = RowRun(
          piece: piece, rows: last.rows.lowerBound..<row + 1, target: last.target)
      } else {
        runs.append(RowRun(piece: piece, rows: row..<row + 1, target: target))
      }
    }
    return (runs, missing)
  }

  /// The piece that holds a position, by bisection.
  private static func index(of position: Int, in pieces: [ArrayPiece]) -> Int? {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].positions.upperBound <= position {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < pieces.count, pieces[low].positions.contains(position) else { return nil }
    return low
  }

  /// What is missing, and the command that makes it.
  func notStored(
    key: String, tier: Tier, dataset: Int64, missing: [Int]
  ) throws -> WarehouseError {
    let name = try catalogue.value("SELECT name FROM dataset WHERE id = ?", dataset).string
    let layer = try catalogue.row(
      """
      SELECT m.name, l.name FROM layer l JOIN model m ON m.id = l.model
      WHERE l.prefix = ? ORDER BY m.id LIMIT 1
      """, key)
    let place = layer.map { "layer \($0[1].string ?? "") of \($0[0].string ?? "")" }
    let which =
      missing.count == 1
      ? "position \(missing[0])"
      : "\(missing.count) positions from \(missing[0]) on"
    var command = "lethe ingest"
    if let layer { command += " --model \(layer[0].string ?? "")" }
    if let name { command += " --dataset \(name)" }
    if let layer { command += " --layer \(layer[1].string ?? "")" }
    if [.bits, .maps].contains(tier) { command += " --keep pooled,\(tier.rawValue)" }
    return WarehouseError(
      .notStored, "\(tier.rawValue) of \(place ?? "key \(key.prefix(12))")",
      "the data set \(name ?? String(dataset)) has none at \(which)", advice: "run: \(command)")
  }
}
