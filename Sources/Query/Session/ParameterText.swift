/// Values of parameters as they are typed: `name=value`.
public enum ParameterText {
  /// Reads `name=value`: an integer, a float, or text; `name='value'` is text in any case.
  ///
  /// What does not write like a number of its own accord stays text, so that `007` keeps its zeros.
  public static func parse(_ argument: String) throws -> SQLStatement.Parameter {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
      throw QueryError.usage("parameter \"\(argument)\" is not name=value")
    }
    var name = argument[..<equals]
    if let first = name.first, ":@$".contains(first) { name = name.dropFirst() }
    let isName =
      !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0 == "_" || $0.properties.isAlphabetic
          || ("0"..."9").contains($0)
      }
    guard isName else {
      throw QueryError.usage(
        "parameter \"\(argument)\" has no usable name: take letters, digits and _")
    }
    return SQLStatement.Parameter(
      String(name), value(of: String(argument[argument.index(after: equals)...])))
  }

  static func value(of text: String) -> Cell {
    if text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") {
      return .text(String(text.dropFirst().dropLast()))
    }
    if let integer = Int64(text), String(integer) == text { return .integer(integer) }
    let looksReal =
      text.utf8.contains { $0 == 0x2e || $0 == 0x65 || $0 == 0x45 }
      && text.utf8.allSatisfy {
        (48...57).contains($0) || [0x2b, 0x2d, 0x2e, 0x65, 0x45].contains($0)
      }
    if looksReal, let real = Double(text), real.isFinite { return .real(real) }
    return .text(text)
  }
}
