import Testing

@testable import Query

@Suite("Tokens and near names")
struct TokenTests {
  @Test("strings, names, comments and parameters are told apart")
  func tokens() {
    let sql = "SELECT \"a \"\"b\", 'it''s :x' /* ? */ -- ?\n, [c d], x.y1 + 2.5 > ?1 AND :p"
    let tokens = SQLToken.tokens(of: sql)
    #expect(
      tokens.map(\.text) == [
        "SELECT", "\"a \"\"b\"", ",", "'it''s :x'", ",", "[c d]", ",", "x", ".", "y1", "+", "2",
        ".", "5", ">", "?1", "AND", ":p",
      ])
    #expect(tokens.filter { $0.kind == .parameter }.map(\.text) == ["?1", ":p"])
    #expect(tokens.filter { $0.kind == .quotedName }.count == 2)
    let bytes = Array(sql.utf8)
    for token in tokens {
      let end = token.offset + token.text.utf8.count
      #expect(String(decoding: bytes[token.offset..<end], as: UTF8.self) == token.text)
    }
  }

  @Test(
    "unfinished text ends the tokens", arguments: ["'abc", "/* x", "\"", "-- x", "[", ":", "'a''"])
  func unfinished(sql: String) { #expect(SQLToken.tokens(of: sql).count <= 1) }

  @Test(
    "near names",
    arguments: [
      ("emotoin", ["emotion"]), ("pain-b", ["pain-b1", "pain-b2"]), ("xyz", []),
      ("EMOTION", ["emotion"]),
      ("emo", ["emotion"]), ("p", []),
    ])
  func near(word: String, names: [String]) {
    #expect(NearNames.of(word, among: ["emotion", "pain-b1", "pain-b2", "identity"]) == names)
  }
}
