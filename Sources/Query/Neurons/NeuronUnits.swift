/// A unit of a layer: a whole channel, or one position of it.
struct NeuronUnit: Hashable {
  let channel: Int
  /// `y · width + x`; nil for the channel.
  let place: Int?
}

/// A group of units of one layer, as somebody writes it.
///
/// `37`, `37@2,1` (row 2, column 1 of channel 37), `0-15` (sixteen channels), and several of them
/// after commas.
struct NeuronUnits: Equatable {
  let units: [NeuronUnit]
  /// The group in one spelling.
  let text: String

  /// Every channel of a layer.
  init(all layer: NeuronLayer) {
    units = (0..<layer.channels).map { NeuronUnit(channel: $0, place: nil) }
    text = "all"
  }

  /// Reads a group.
  ///
  /// - Throws: `QueryError` if it makes no sense, or the layer has no such unit.
  init(_ text: String, of layer: NeuronLayer) throws {
    var units: [NeuronUnit] = []
    var words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)[...]
    while let word = words.popFirst() {
      // The layer may stand before each of its units.
      let own = layer.name + ":"
      let unit = word.hasPrefix(own) ? String(word.dropFirst(own.count)) : word
      guard !unit.contains(":") else {
        throw QueryError.usage("units of one layer only: \(word) is not in \(layer.name)")
      }
      let parts = unit.split(separator: "@", omittingEmptySubsequences: false)
      if parts.count == 2 {
        guard let column = words.popFirst() else {
          throw QueryError.usage("\(unit) has no column: write CHANNEL@ROW,COLUMN")
        }
        let channel = try NeuronUnits.number(parts[0], "channel", below: layer.channels, layer)
        let y = try NeuronUnits.number(parts[1], "row (y)", below: layer.height, layer)
        let x = try NeuronUnits.number(column[...], "column (x)", below: layer.width, layer)
        // The one position of a channel is the channel.
        let place = layer.positions == 1 ? nil : y * layer.width + x
        units.append(NeuronUnit(channel: channel, place: place))
      } else {
        let ends = unit.split(separator: "-", omittingEmptySubsequences: false)
        let first = try NeuronUnits.number(ends[0], "channel", below: layer.channels, layer)
        let last =
          ends.count == 2
          ? try NeuronUnits.number(ends[1], "channel", below: layer.channels, layer) : first
        guard ends.count <= 2, first <= last else {
          throw QueryError.usage("\(unit) is no range of channels: write FIRST-LAST")
        }
        units += (first...last).map { NeuronUnit(channel: $0, place: nil) }
      }
    }
    guard Set(units).count == units.count else {
      throw QueryError.usage("\(text) names a unit twice")
    }
    self.units = units
    self.text = units.map { NeuronUnits.text($0, layer) }.joined(separator: ";")
  }

  /// Splits `LAYER:UNITS`, where the name of a layer may hold a colon itself.
  static func split(_ text: String, among layers: [NeuronLayer]) throws -> (String, String) {
    let known = layers.map(\.name).filter { text.hasPrefix($0 + ":") }.max { $0.count < $1.count }
    let name = known ?? String(text.prefix { $0 != ":" })
    guard name.count < text.count else {
      throw QueryError.usage("\(text) names no unit: write LAYER:CHANNEL, for example \(name):0")
    }
    return (name, String(text.dropFirst(name.count + 1)))
  }

  private static func text(_ unit: NeuronUnit, _ layer: NeuronLayer) -> String {
    unit.place.map { "\(unit.channel)@\($0 / layer.width),\($0 % layer.width)" }
      ?? "\(unit.channel)"
  }

  private static func number(
    _ word: Substring, _ what: String, below end: Int, _ layer: NeuronLayer
  ) throws -> Int {
    guard let number = Int(word), (0..<end).contains(number) else {
      throw QueryError.usage(
        "there is no \(what) \(word.isEmpty ? "''" : String(word)) in layer \(layer.name) of "
          + "\(layer.model): 0 to \(end - 1) are there")
    }
    return number
  }
}
