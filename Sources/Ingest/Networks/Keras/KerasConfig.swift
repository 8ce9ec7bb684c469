import Foundation

/// A JSON object of a Keras configuration, read without trust in its types.
struct KerasConfig {
  private let members: [String: Any]

  /// The longest text that is read.
  private static let sizeLimit = 1 << 25

  /// Reads a JSON object.
  ///
  /// - Throws: `KerasProblem` if the text is too long or no JSON object.
  init(json: Data) throws {
    guard json.count <= Self.sizeLimit else {
      throw KerasProblem(reason: "its configuration has \(json.count) bytes, which is too long")
    }
    guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw KerasProblem(reason: "its configuration is no JSON object")
    }
    members = object
  }

  /// A member of another configuration as a configuration; nil if it is no object.
  init?(_ value: Any?) {
    guard let members = value as? [String: Any] else { return nil }
    self.members = members
  }

  /// The member of a name; nil also for JSON's null.
  func value(_ name: String) -> Any? {
    guard let value = members[name], !(value is NSNull) else { return nil }
    return value
  }

  /// The names of all members, in order.
  var names: [String] { members.keys.sorted() }

  func object(_ name: String) -> KerasConfig? { KerasConfig(value(name)) }

  func list(_ name: String) -> [Any]? { value(name) as? [Any] }

  func text(_ name: String) -> String? { value(name) as? String }

  /// A finite number.
  func number(_ name: String) -> Double? { Self.number(value(name)) }

  func integer(_ name: String) -> Int? { Self.integer(value(name)) }

  func flag(_ name: String) -> Bool? { (value(name) as? NSNumber)?.boolValue }

  /// One or two integers, as Keras writes the sides of a window.
  func pair(_ name: String) -> (Int, Int)? {
    if let side = integer(name) { return (side, side) }
    guard let sides = list(name)?.map(Self.integer), sides.count == 2, let height = sides[0],
      let width = sides[1]
    else { return nil }
    return (height, width)
  }

  static func number(_ value: Any?) -> Double? {
    guard let number = (value as? NSNumber)?.doubleValue, number.isFinite else { return nil }
    return number
  }

  static func integer(_ value: Any?) -> Int? { number(value).flatMap(Int.init(exactly:)) }
}

/// Why a Keras file cannot be read, without the file's name.
struct KerasProblem: Error, Equatable {
  let reason: String
  var advice = "export the network as ONNX, which carries its graph in simpler operations"
}
