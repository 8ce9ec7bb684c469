import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Indexes of units")
struct NeuronIndexTests {
  private func make(
    _ place: NeuronStore, _ layers: [String], positions: Bool = false
  ) throws -> Table {
    var question = NeuronIndexQuestion()
    question.layers = layers
    question.hasPositions = positions
    return try place.ask { session, store in
      try session.table(try session.neuronIndexes(question, of: store))
    }
  }

  private func files(_ place: NeuronStore) -> [URL] {
    let folder = place.noise.folder.appending(path: "index/noise")
    let found = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).filter { $0.pathExtension == "h5" }.sorted { $0.path < $1.path }
  }

  @Test("hold what is stored, to the bit, and are made once")
  func contents() throws {
    let place = try NeuronStore()
    let made = try make(place, ["conv2_1", "fc6", "conv4_1"], positions: true)
    #expect(
      made["index"]
        == ["channels", "positions", "channels", "channels", "positions"].map(Cell.text))
    #expect(made["state"] == [Cell](repeating: .text("made"), count: 5))
    #expect(made["maps_bytes"][0] == .integer(4 * 41 * 8 * 256))
    let again = try make(place, ["conv2_1", "fc6", "conv4_1"], positions: true)
    #expect(again["state"] == [Cell](repeating: .text("present"), count: 5))
    #expect(again["bytes"] == made["bytes"])
    try place.ask { _, store in
      for layer in ["conv2_1", "fc6", "conv4_1"] {
        let index = try #require(
          try store.channelIndex(key: NeuronStore.key(layer), dataset: 1))
        for pool in ChannelIndex.Pool.allCases {
          #expect(
            index.column(3, pool)
              == (0..<41).map {
                place.activation(layer, NeuronUnit(channel: 3, place: nil), pool, $0)
              })
        }
        #expect(index.column(index.channels, .max) == nil)
      }
      let lists = try #require(try store.positionIndex(key: NeuronStore.key("conv2_1"), dataset: 1))
      #expect(lists.origin == .maps)
      for (pixel, list) in try #require(lists.lists(of: 5)).enumerated() {
        let values = (0..<41).map {
          place.activation("conv2_1", NeuronUnit(channel: 5, place: pixel), .max, $0)
        }
        #expect(
          RankList.decode(list.bytes, count: 41)
            == values.indices.filter { values[$0] > list.threshold })
      }
    }
  }

  @Test("are set aside when what is stored has changed")
  func staleness() throws {
    let place = try NeuronStore()
    _ = try make(place, ["conv3_1"])
    let key = NeuronStore.key("conv3_1")
    let store = try place.noise.open(writing: true)
    #expect(try store.channelIndex(key: key, dataset: 1) != nil)
    try store.catalogue.run("UPDATE segment SET sha256 = ? WHERE first = 17", key)
    #expect(try store.channelIndex(key: key, dataset: 1) == nil)
    try store.close()
    #expect(try make(place, ["conv3_1"])["state"] == [.text("made")])
  }

  @Test("that are damaged are not believed")
  func damage() throws {
    let place = try NeuronStore()
    _ = try make(place, ["conv2_1"], positions: true)
    let key = NeuronStore.key("conv2_1")
    let whole = try files(place).map { try Data(contentsOf: $0) }
    #expect(whole.count == 2)
    let values = (0..<41).map {
      place.activation("conv2_1", NeuronUnit(channel: 6, place: nil), .max, $0)
    }
    let column = Data(values.withUnsafeBytes { Array($0) })
    for (number, file) in files(place).enumerated() {
      var bytes = whole[number]
      if number == 0 {
        let at = try #require(bytes.firstRange(of: column))
        bytes[at.lowerBound + 40] ^= 1
        try bytes.write(to: file)
        try place.ask { _, store in
          let index = try #require(try store.channelIndex(key: key, dataset: 1))
          #expect(index.column(6, .max) == nil)
          #expect(index.column(5, .max) != nil)
        }
      }
      try Data(bytes.prefix(1_000)).write(to: file)
    }
    try place.ask { session, store in
      #expect(try store.channelIndex(key: key, dataset: 1) == nil)
      #expect(try store.positionIndex(key: key, dataset: 1) == nil)
      var question = NeuronTopQuestion(units: "conv2_1:6")
      question.count = 41
      question.selection.split = .all
      let table = try session.table(try session.neuronsTop(question, of: store))
      #expect(table["activation"].compactMap(\.double) == values.map(Double.init).sorted(by: >))
    }
  }

  @Test("every layer is indexed if none is named; unknown names are refused")
  func names() throws {
    let place = try NeuronStore()
    let table = try make(place, [])
    #expect(table["layer"].map(\.string) == place.noise.graph.layers.map(\.name))
    #expect(files(place).count == table.rows.count)
    #expect(queryError { _ = try make(place, ["conv2_1x"]) }?.exitCode == 2)
  }
}
