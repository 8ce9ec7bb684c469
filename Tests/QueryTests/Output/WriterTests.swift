import Testing

@testable import Query

@Suite("Formats")
struct WriterTests {
  static let table = Table(
    columns: ["id", "name", "value"],
    rows: [
      [.integer(1), .text("plain"), .real(0.1)],
      [.integer(-20), .text("a,\"b\"\nc"), .null],
      [.integer(3), .text(""), .real(1.0 / 3)],
    ])

  static func text(_ table: Table, _ format: OutputFormat, width: Int? = nil) throws -> String {
    var bytes: [UInt8] = []
    try format.writer(width: width) { bytes += $0 }.write(table)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("CSV quotes after RFC 4180, undefined is empty, empty text is quoted")
  func csv() throws {
    #expect(
      try WriterTests.text(WriterTests.table, .csv)
        == "id,name,value\n1,plain,0.1\n-20,\"a,\"\"b\"\"\nc\",\n3,\"\",0.3333333333333333\n")
  }

  @Test("CSV of one column has no blank line")
  func csvSingleColumn() throws {
    let table = Table(columns: ["a,b"], rows: [[.null], [.text("x\r")]])
    #expect(try WriterTests.text(table, .csv) == "\"a,b\"\n\"\"\n\"x\r\"\n")
  }

  @Test("JSON escapes and keeps types")
  func json() throws {
    let table = Table(
      columns: ["k\"", "v"],
      rows: [
        [.text("a\"\\\n\t\u{1}\u{7f}é😀"), .integer(5)], [.null, .real(1e300)],
        [.blob([0, 255]), .real(.infinity)], [.text("/"), .real(2)],
      ])
    #expect(
      try WriterTests.text(table, .json)
        == "[\n{\"k\\\"\":\"a\\\"\\\\\\n\\t\\u0001\\u007fé😀\",\"v\":5},\n"
        + "{\"k\\\"\":null,\"v\":1e+300},\n{\"k\\\"\":\"00ff\",\"v\":null},\n"
        + "{\"k\\\"\":\"/\",\"v\":2.0}\n]\n")
    #expect(
      try WriterTests.text(WriterTests.table, .jsonl)
        == "{\"id\":1,\"name\":\"plain\",\"value\":0.1}\n"
        + "{\"id\":-20,\"name\":\"a,\\\"b\\\"\\nc\",\"value\":null}\n"
        + "{\"id\":3,\"name\":\"\",\"value\":0.3333333333333333}\n")
  }

  @Test("a table aligns, numbers to the right and rounded")
  func aligned() throws {
    #expect(
      try WriterTests.text(WriterTests.table, .table) == """
         id  name         value
        ───  ────────  ────────
          1  plain          0.1
        -20  a,"b"\\nc
          3            0.333333

        """)
  }

  @Test("wide characters and emoji take two cells")
  func wide() throws {
    let table = Table(
      columns: ["who", "n"],
      rows: [
        [.text("日本"), .integer(1)], [.text("e\u{301}"), .integer(2)], [.text("😀❤️"), .integer(3)],
      ])
    #expect(
      try WriterTests.text(table, .table)
        == "who   n\n────  ─\n日本  1\ne\u{301}     2\n😀❤️  3\n")
    #expect(DisplayText.cut("日本語", to: 4) == "日…")
    #expect(DisplayText.cut("日本", to: 4) == "日本")
    #expect(DisplayText.width("👨‍👩‍👧") == 2)
    #expect(DisplayText.width("ｶﾅ") == 2)
  }

  @Test("a terminal cuts the widest text, never a number")
  func fit() throws {
    let table = Table(
      columns: ["path", "label", "value"],
      rows: [[.text("a/very/long/path/to/a/picture.png"), .text("happiness"), .real(0.123456)]])
    let lines = try WriterTests.text(table, .table, width: 36).split(separator: "\n")
    #expect(lines[0] == "path             label         value")
    #expect(lines.allSatisfy { DisplayText.width(String($0)) <= 36 })
    #expect(lines[2] == "a/very/long/pa…  happiness  0.123456")
    // Too narrow for anything: the lines stay as short as they can.
    let narrow = try WriterTests.text(table, .table, width: 5).split(separator: "\n")
    #expect(narrow[2] == "a/very/…  happine…  0.123456")
  }

  @Test("stored text cannot steer the terminal")
  func control() throws {
    let table = Table(columns: ["x"], rows: [[.text("\u{1b}[2J\u{202e}ab\r")]])
    let text = try WriterTests.text(table, .table)
    #expect(text.hasSuffix("\n\\u{1b}[2J\\u{202e}ab\\r\n"))
  }

  @Test("Markdown escapes bars")
  func markdown() throws {
    let table = Table(columns: ["a|b", "n"], rows: [[.text("x|\\y\nz"), .integer(4)]])
    #expect(
      try WriterTests.text(table, .md)
        == "| a\\|b | n |\n| --- | ---: |\n| x\\|\\\\y\\\\nz | 4 |\n")
  }

  @Test("without a row the header is still there")
  func empty() throws {
    let table = Table(columns: ["a", "b"])
    #expect(try WriterTests.text(table, .csv) == "a,b\n")
    #expect(try WriterTests.text(table, .json) == "[]\n")
    #expect(try WriterTests.text(table, .jsonl) == "")
    #expect(try WriterTests.text(table, .table) == "a  b\n─  ─\n")
    #expect(try WriterTests.text(table, .md) == "| a | b |\n| --- | --- |\n")
  }

  @Test("equal names of columns become keys", arguments: OutputFormat.allCases)
  func equalNames(format: OutputFormat) throws {
    #expect(Table(columns: ["x", "x", "x_2", "x"]).columns == ["x", "x_2", "x_2_2", "x_3"])
    let text = try WriterTests.text(Table(columns: ["x", "x"], rows: [[.null, .null]]), format)
    #expect(text.contains("x_2"))
  }

  @Test("many rows are written in pieces, in order, and a failing sink ends it")
  func pieces() throws {
    struct Closed: Error {}
    let table = Table(
      columns: ["n"], rows: (0..<50_000).map { [.integer(Int64($0))] })
    var pieces: [[UInt8]] = []
    try OutputFormat.csv.writer { pieces.append($0) }.write(table)
    #expect(pieces.count > 2)
    let lines = String(decoding: pieces.joined(), as: UTF8.self).split(separator: "\n")
    #expect(lines.dropFirst().elementsEqual((0..<50_000).map { Substring("\($0)") }))
    for format in OutputFormat.allCases {
      #expect(throws: Closed.self) { try format.writer { _ in throw Closed() }.write(table) }
    }
  }

  @Test("floats are written so that they read back", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var generator = SystemlessGenerator(state: UInt64(seed))
    let value = Double(bitPattern: generator.next())
    guard value.isFinite else { return }
    let text = try WriterTests.text(Table(columns: ["v"], rows: [[.real(value)]]), .csv)
    #expect(Double(text.split(separator: "\n")[1]) == value)
  }
}

/// SplitMix64, so that the cases are the same everywhere.
struct SystemlessGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
