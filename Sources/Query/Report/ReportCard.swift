/// A forgotten picture in the gallery.
struct ReportCard {
  /// One of its pictures, as an address that holds its bytes.
  struct Picture {
    let address: String
    let caption: String
    /// What it shows, for those who do not see it.
    let text: String
  }

  let sample: Int
  let path: String
  let subject: String
  let label: String
  let predicted: String
  let confidenceBefore: Double
  let confidenceAfter: Double
  let aus: [Int]
  let pictures: [Picture]

  /// The card; it can be reached by keyboard and marked.
  var html: String {
    let units = aus.map(String.init).joined(separator: " ")
    let place = HTML.escaped(path)
    var out = "<article class=\"card\" tabindex=\"0\" id=\"sample-\(sample)\" data-id=\"\(sample)\""
    out += " data-label=\"\(HTML.escaped(label))\" data-predicted=\"\(HTML.escaped(predicted))\""
    out += " data-subject=\"\(HTML.escaped(subject))\" data-aus=\"\(units)\""
    out += " data-confidence=\"\(confidenceBefore)\" aria-label=\"Sample \(sample): "
    out += "\(HTML.escaped(label)), taken for \(HTML.escaped(predicted))\">\n"
    if !pictures.isEmpty {
      out += "<div class=\"pictures\">"
      for picture in pictures {
        out += "<figure><img alt=\"\(HTML.escaped(picture.text))\" loading=\"lazy\" "
        out += "decoding=\"async\" src=\"\(picture.address)\">"
        if pictures.count > 1 { out += "<figcaption>\(HTML.escaped(picture.caption))</figcaption>" }
        out += "</figure>"
      }
      out += "</div>"
    }
    out += "<p class=\"turn\"><b>\(HTML.escaped(label))</b> \(percent(confidenceBefore)) → "
    out += "<i>\(HTML.escaped(predicted))</i> \(percent(confidenceAfter))</p>"
    out += "<p class=\"who\" title=\"\(place)\">#\(sample) · \(HTML.escaped(subject))"
    if !aus.isEmpty { out += " · AU " + aus.map(String.init).joined(separator: ", ") }
    out +=
      "</p><button type=\"button\" class=\"mark\" aria-pressed=\"false\">Mark</button></article>\n"
    return out
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
