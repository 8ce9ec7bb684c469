internal import Compute
import Foundation
internal import Raster
internal import Warehouse

/// The forgotten pictures of a report, with the choices that its filters offer.
struct ReportGallery {
  let cards: [ReportCard]
  /// Forgotten pictures in all.
  let all: Int
  /// What the relevance maps show, if there are any.
  let relevance: String?
  /// Why there is no picture, if inputs are not stored.
  let problem: String?

  /// Reads the forgotten pictures, the surest before first, and their stored inputs.
  init(
    _ question: ReportQuestion, of store: Store, in session: ReadOnlySession
  ) throws {
    var forgotten = ForgottenQuestion(
      before: question.verdict.before, after: question.verdict.after)
    forgotten.selection = question.verdict.selection
    let rows = try session.table(session.forgotten(forgotten)).named
    all = rows.count
    let chosen = Array(rows.prefix(question.pictures))
    var inputs: [Int: [UInt8]] = [:]
    var problem: String?
    var side = 0
    if !chosen.isEmpty {
      do {
        (inputs, side) = try ReportGallery.inputs(
          of: chosen.map { $0.count("sample_id") }, model: question.verdict.before, store, session)
      } catch let error as WarehouseError where error.cause == .notStored {
        problem = error.description
      }
    }
    let heat =
      question.withRelevance && !inputs.isEmpty
      ? try ReportRelevance(chosen, question, of: store, in: session) : nil
    relevance = heat?.note
    self.problem = problem
    cards = chosen.map { row in
      let sample = row.count("sample_id")
      let label = row.text("label")
      let address = inputs[sample].map { ReportGallery.address(of: $0, side: side) }
      let maps = address == nil ? [] : heat?.pictures(of: Int64(sample), side: side) ?? []
      return ReportCard(
        sample: sample, path: row.text("path"), subject: row.text("subject"), label: label,
        predicted: row.text("predicted_after"),
        confidenceBefore: row.number("confidence_before") ?? 0,
        confidenceAfter: row.number("confidence_after") ?? 0,
        aus: row.text("aus").split(separator: ";").compactMap { Int($0) },
        pictures: address.map {
          [.init(address: $0, caption: "picture", text: "The picture, \(label)")]
        }.map { $0 + maps } ?? [])
    }
  }

  /// The pictures, and the controls that narrow them down.
  var html: String {
    guard !cards.isEmpty else { return "<p class=\"empty\">No picture was forgotten.</p>" }
    var out = "<form id=\"filters\" class=\"filters\" aria-label=\"Which pictures are shown\">"
    out += select("label", "Label", Set(cards.map(\.label)).sorted())
    out += select("predicted", "Taken for", Set(cards.map(\.predicted)).sorted())
    let units = Set(cards.flatMap(\.aus)).sorted().map(String.init)
    out += select("au", "Action unit", units) { "AU\($0)" }
    out += select("subject", "Person", Set(cards.map(\.subject)).sorted())
    out += """
      <label>Confidence before, at least <output id="confidence-shown">0.00</output>\
      <input type="range" name="confidence" min="0" max="1" step="0.05" value="0"></label>\
      <label>Marked <input type="checkbox" name="marked" value="1"></label>\
      <button type="reset">All</button><span class="shown" id="shown" aria-live="polite"></span></form>
      """
    let wide = relevance == nil ? "" : " style=\"--card: 21rem\""
    if let relevance { out += "<p class=\"notes\">\(HTML.escaped(relevance))</p>" }
    out += "<div class=\"gallery\"\(wide)>\n" + cards.map(\.html).joined() + "</div>"
    out += "<p class=\"empty\" id=\"none\" hidden>No picture is left by these choices.</p>"
    if cards.count < all {
      out += "<p class=\"notes\">The surest \(cards.count) of \(all) forgotten pictures.</p>"
    }
    if let problem { out += "<p class=\"notes\">\(HTML.escaped(problem))</p>" }
    return out
  }

  private func select(
    _ name: String, _ title: String, _ values: [String], _ shown: (String) -> String = { $0 }
  ) -> String {
    let options = values.map { value in
      "<option value=\"\(HTML.escaped(value))\">\(HTML.escaped(shown(value)))</option>"
    }
    return "<label>\(title)<select name=\"\(name)\"><option value=\"\">any</option>"
      + options.joined() + "</select></label>"
  }

  /// The stored inputs of samples, by sample, and pixels a side.
  private static func inputs(
    of samples: [Int], model: String, _ store: Store, _ session: ReadOnlySession
  ) throws -> (pixels: [Int: [UInt8]], side: Int) {
    let statement = SQLStatement(
      """
      SELECT s.id, s.position, s.dataset FROM json_each(:ids) j JOIN sample s ON s.id = j.value
      ORDER BY s.position
      """,
      [.init("ids", .text("[" + samples.map(String.init).joined(separator: ",") + "]"))])
    let places = try session.table(statement).rows.map {
      (sample: $0[0].int ?? 0, position: $0[1].int ?? 0, dataset: $0[2].int ?? 0)
    }
    guard let dataset = places.first?.dataset else { return ([:], 0) }
    let rows = try store.readBytes(
      key: try store.model(named: model).record.inputKey, tier: .inputs, dataset: Int64(dataset),
      positions: places.map(\.position))
    let length = rows.rowShape.reduce(1, *)
    let side = rows.rowShape.first ?? 0
    var pixels: [Int: [UInt8]] = [:]
    for (index, place) in places.enumerated() {
      pixels[place.sample] = Array(rows.values[index * length..<(index + 1) * length])
    }
    return (pixels, side)
  }

  /// A picture as a JPEG inside an address, at most 160 pixels a side.
  private static func address(of pixels: [UInt8], side: Int) -> String {
    address(of: Picture(width: side, height: side, channels: 3, pixels: pixels))
  }

  /// A picture as a JPEG inside an address, at most 160 pixels a side.
  static func address(of picture: Picture) -> String {
    var picture = picture
    if picture.width > 160 { picture = picture.resized(width: 160, height: 160, filter: .bilinear) }
    return "data:image/jpeg;base64," + Data(picture.jpegData(quality: 88)).base64EncodedString()
  }
}
