internal import CReport

/// The report as one HTML page that needs nothing beside itself.
struct ReportPage {
  /// What the page is about, as its script reads it.
  struct About: Encodable {
    let before: String
    let after: String
    let dataset: String
    let split: String
    /// Tells reports of different networks apart, so that marks are not mixed up.
    let digest: String
  }

  let about: About
  let facts: [(name: String, value: String)]
  let points: [VerdictPoint]
  let gallery: ReportGallery
  let aus: [Int]
  let question: ReportQuestion
  let version: String

  /// Writes the page, section by section.
  func write(_ sink: (String) throws -> Void) throws {
    try sink(head)
    try sink(top)
    try sink(navigation)
    try sink("<main id=\"content\">\n")
    for point in points { try sink(section(point)) }
    try sink(hypotheses)
    try sink("</main>\n")
    try sink(foot)
  }

  private var title: String { "What \(about.after) forgot of \(about.before)" }

  private var head: String {
    // Nothing may be fetched from anywhere, whatever a label or a path says.
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
    <meta name="generator" content="lethe \(HTML.escaped(version))">
    <title>\(HTML.escaped(title))</title>
    <link rel="icon" href="data:,">
    <style>
    \(Figure.styleSheet)\(String(cString: lethe_report_css))</style>
    </head>
    <body>
    <a class="skip" href="#content">Skip to the answer</a>

    """
  }

  private var top: String {
    let lead = points.first?.finding ?? ""
    let list = facts.map {
      "<div><dt>\(HTML.escaped($0.name))</dt><dd>\(HTML.escaped($0.value))</dd></div>"
    }
    return """
      <header class="top">
      <h1>\(HTML.escaped(title))</h1>
      <dl class="facts">\(list.joined())</dl>
      <p class="lead">\(HTML.sentence(lead))</p>
      <p class="caveat">Tests by person speak of these two networks on these people, not of every \
      network that the same recipe would give.</p>
      </header>

      """
  }

  private var navigation: String {
    let links = points.map {
      "<li><a href=\"#\($0.topic.rawValue)\">\($0.topic.number) \(HTML.escaped($0.topic.name))</a></li>"
    }
    return """
      <nav class="points" aria-label="The points of the answer"><div><ol>\(links.joined())\
      <li><a href="#hypotheses">Hypotheses</a></li></ol>\
      <button type="button" id="theme">Dark</button></div></nav>

      """
  }

  private func section(_ point: VerdictPoint) -> String {
    let topic = point.topic
    let kind = point.table == nil ? " class=\"missing\"" : ""
    var out = "<section id=\"\(topic.rawValue)\"\(kind) aria-labelledby=\"h-\(topic.rawValue)\">\n"
    out += "<h2 id=\"h-\(topic.rawValue)\"><span class=\"number\">\(topic.number)</span>"
    out += "\(HTML.escaped(topic.title))</h2>\n"
    out += "<p class=\"finding\">\(HTML.sentence(point.finding))</p>\n"
    for figure in point.figures {
      out += "<figure><div class=\"plot\">\(figure.svg)</div>"
      if !figure.caption.isEmpty {
        out += "<figcaption>\(HTML.escaped(figure.caption))</figcaption>"
      }
      out += "</figure>\n"
    }
    if topic == .samples { out += gallery.html + Self.keys }
    if let table = point.table, !table.rows.isEmpty {
      let html = ReportTable(table, caption: topic.title, limit: question.rows).html
      out +=
        topic == .samples
        ? "<details class=\"made\"><summary>As a table</summary>\(html)</details>\n" : html + "\n"
    }
    if !point.notes.isEmpty {
      let notes = point.notes.map { "<li>\(HTML.escaped($0))</li>" }
      out += "<ul class=\"notes\">\(notes.joined())</ul>\n"
    }
    out += "<details class=\"made\"><summary>How this was made</summary>"
    out += "<pre><code>\(HTML.escaped(question.verdict.command(topic)))</code></pre>"
    for statement in point.statements {
      out += "<pre><code>\(HTML.escaped("\(statement)"))</code></pre>"
    }
    return out + "</details>\n</section>\n\n"
  }

  private static let keys = """
    <p class="notes"><kbd>j</kbd> <kbd>k</kbd> and the arrows walk through the pictures, \
    <kbd>m</kbd> marks one.</p>

    """

  private var hypotheses: String {
    let units = aus.map {
      "<label><input type=\"checkbox\" name=\"au\" value=\"\($0)\"> "
        + "\(HTML.escaped(ActionUnitNames.label($0)))</label>"
    }
    return """
      <section id="hypotheses" class="hypotheses" aria-labelledby="h-hypotheses">
      <h2 id="h-hypotheses">Hypotheses</h2>
      <p class="finding">Mark pictures while looking, write down what they seem to share, and save \
      the file: <code>lethe hypothesis add FILE</code> takes it in, and <code>lethe hypothesis \
      test</code> asks concepts, probes and relevance, corrected for how many were written down.</p>
      <form id="hypothesis">
      <label>What do you see? <textarea name="text" required maxlength="500" \
      placeholder="After the fine-tune it attends less to the brow"></textarea></label>
      <div class="row" role="radiogroup" aria-label="Direction">\
      <label><input type="radio" name="direction" value="less" checked> less of</label>\
      <label><input type="radio" name="direction" value="more"> more of</label></div>
      <fieldset><legend>Action units</legend>\(units.joined())</fieldset>
      <div class="row"><button type="submit">Write down</button>\
      <span><span id="marked-count">0</span> pictures are marked</span>\
      <span id="problem" role="alert"></span></div>
      </form>
      <ol class="saved" id="hypotheses-saved"></ol>
      <p><button type="button" class="quiet" id="save-hypotheses">Save as a file</button></p>
      <p class="notes" id="storage" hidden>This browser keeps nothing for this page: save the file \
      before you leave it.</p>
      </section>

      """
  }

  private var foot: String {
    """
    <footer>Made by <code>\(HTML.escaped(question.command))</code>, lethe \
    \(HTML.escaped(version)). This file asks nothing of any network.</footer>
    <script type="application/json" id="about">\(aboutJSON)</script>
    <script>
    \(String(cString: lethe_report_js))</script>
    </body>
    </html>

    """
  }
}
