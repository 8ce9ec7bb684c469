import Foundation
internal import Raster
internal import Warehouse

/// Relevance maps of the pictures of a report, before and after, on one scale.
struct ReportRelevance {
  /// What the maps show.
  let note: String
  private let names: [String]
  private let maps: [HeatMaps]
  private let limit: Float

  /// Reads or computes the maps of forgotten pictures, of their true label.
  init(
    _ rows: [NamedRow], _ question: ReportQuestion, of store: Store, in session: ReadOnlySession
  ) throws {
    let (before, after) = try session.pair(question.verdict.before, question.verdict.after)
    let method = RelevanceQuestion().method
    let ids = "[" + rows.map { String($0.count("sample_id")) }.joined(separator: ",") + "]"
    let statement = SQLStatement(
      """
      SELECT s.id, s.position, s.dataset FROM json_each(:ids) j JOIN sample s ON s.id = j.value
      """, [.init("ids", .text(ids))])
    let places = try session.table(statement).rows
    let position = Dictionary(
      places.map { ($0[0].int ?? 0, $0[1].int ?? 0) }, uniquingKeysWith: { a, _ in a })
    let samples = rows.map { row in
      HeatMaps.Sample(
        id: Int64(row.count("sample_id")), position: position[row.count("sample_id")] ?? 0,
        label: row.text("label"), predicted: nil)
    }
    maps = try [before, after].map { card in
      try HeatMaps(
        of: samples, model: card, method: method, dataset: Int64(places.first?[2].int ?? 0),
        store: store, threads: question.threads, in: session)
    }
    names = [before.name, after.name]
    limit = HeatMaps.limit(of: maps.flatMap { Array($0.shares.values) })
    note = String(
      format:
        "Relevance of the label by %@, before and after: red speaks for it, blue against; full "
        + "colour is ±%.2f %% of a map's relevance a pixel, in all maps.", method.composite,
      Double(limit) * 100)
  }

  /// The two maps of a sample.
  func pictures(of sample: Int64, side: Int) -> [ReportCard.Picture] {
    zip(["before", "after"], maps.indices).compactMap { caption, index in
      maps[index].shares[sample].map { heat in
        let picture = HeatPicture.picture(heat, side: side, limit: limit)
        return ReportCard.Picture(
          address: ReportGallery.address(of: picture), caption: caption,
          text: "Relevance in \(names[index])")
      }
    }
  }
}
