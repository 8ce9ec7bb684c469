import Foundation
public import Warehouse

/// A file of hypotheses, as the report saves it: `{"format": "lethe-hypotheses-1", "before": …,
/// "after": …, "dataset": …, "split": …, "hypotheses": [{"text", "direction", "aus", "samples"}]}`.
public enum HypothesisFile {
  /// The most bytes of a file.
  public static let limit = 4 << 20

  private struct Content: Decodable {
    struct Item: Decodable {
      let text: String
      let direction: HypothesisRecord.Direction
      let aus: [Int]
      let samples: [Int]?
    }
    let format: String
    let before: String
    let after: String
    let dataset: String
    let split: String
    let hypotheses: [Item]
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - name: Of the file, for errors.
  /// - Returns: The hypotheses, in their order.
  /// - Throws: `QueryError` that says what is wrong and where.
  public static func read(_ bytes: [UInt8], named name: String) throws -> [HypothesisRecord] {
    guard bytes.count <= limit else {
      throw QueryError.failed(
        "\(name) is larger than \(limit >> 20) MiB: no report writes such a file")
    }
    let content: Content
    do {
      content = try JSONDecoder().decode(Content.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw QueryError.failed("\(name) is not a file of hypotheses: \(reason(error))")
    }
    guard content.format == "lethe-hypotheses-1" else {
      throw QueryError.failed(
        "\(name) has the format “\(content.format.prefix(40))”, not lethe-hypotheses-1")
    }
    return try content.hypotheses.enumerated().map { index, item in
      let text = item.text.trimmingCharacters(in: .whitespacesAndNewlines)
      let place = "\(name), hypothesis \(index + 1)"
      guard !text.isEmpty, text.count <= 500 else {
        throw QueryError.failed("\(place) has a text of \(text.count) characters, not of 1 to 500")
      }
      guard !item.aus.isEmpty, item.aus.allSatisfy({ (1...99).contains($0) }) else {
        throw QueryError.failed("\(place) names no action units, or some that are not in 1 to 99")
      }
      return HypothesisRecord(
        before: content.before, after: content.after, dataset: content.dataset,
        split: content.split, text: text, direction: item.direction, aus: item.aus,
        samples: item.samples ?? [])
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
        .joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      let place = path(context)
      return "\(key.stringValue) is missing\(place.isEmpty ? "" : " in \(place)")"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(path(context)) is not what it should be"
    case .dataCorrupted(let context):
      let place = path(context)
      return place.isEmpty ? "it is not JSON" : "\(place) is not what it should be"
    @unknown default: return "it cannot be read"
    }
  }
}

extension ReadOnlySession {
  /// Checks that hypotheses speak of models, data sets and action units that the warehouse has.
  ///
  /// - Throws: `QueryError` that names what is not there.
  public func check(_ records: [HypothesisRecord]) throws {
    for record in records {
      _ = try pair(record.before, record.after)
      _ = try SampleScope.known(record.dataset, in: self)
      let coded = try table(
        SQLStatement(
          """
          SELECT DISTINCT c.au FROM au_coded c JOIN samples s ON s.sample_id = c.sample_id
          WHERE s.dataset = :dataset ORDER BY 1
          """, [.init("dataset", .text(record.dataset))])
      ).rows.compactMap { $0[0].int }
      if let strange = record.aus.first(where: { !coded.contains($0) }) {
        throw QueryError.usage(
          "AU\(strange) is not coded in the data set \(record.dataset): there are "
            + coded.map { "AU\($0)" }.joined(separator: ", "))
      }
    }
  }
}
