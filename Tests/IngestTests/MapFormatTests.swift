import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Ingest of maps: formats and codecs") struct MapFormatTests {
  /// An open warehouse; its folder lasts as long as this.
  private struct Ingested {
    let folder: SmallWarehouse
    let store: Store
  }

  private func ingest(_ keep: KeepOptions) throws -> Ingested {
    let small = try SmallWarehouse(samples: 40)
    let store = try small.open()
    _ = try ActivationIngest(
      store: store, options: IngestOptions(models: ["base"], keep: keep, threads: 2)
    ).run()
    return Ingested(folder: small, store: store)
  }

  private func maps(_ store: Store, _ layer: String, channels: Range<Int>? = nil) throws
    -> StoredRows
  {
    let variant = try Variant(store.model(named: "base"))
    let ordinal = try #require(variant.ordinal(of: layer))
    return try store.read(
      key: variant.layers[ordinal].key, tier: .maps,
      dataset: store.dataset(named: "noise").id, positions: 0..<40, channels: channels)
  }

  @Test("8-bit maps are within half a step of each channel's range of the exact ones")
  func codes() throws {
    let layers = ["conv1_2", "conv3_2", "logits"]
    let exactly = try ingest(KeepOptions(bits: false, maps: .f32, layers: layers))
    let asCodes = try ingest(KeepOptions(tiers: ["pooled", "maps:u8"], layers: layers))
    defer { withExtendedLifetime((exactly, asCodes)) {} }
    let store = asCodes.store
    #expect(
      try store.catalogue.rows("SELECT DISTINCT dtype, codec FROM stored_array WHERE tier = 'maps'")
        .map { [$0[0].string, $0[1].string] } == [["u8", "deflate"]])
    for layer in layers {
      let exact = try maps(exactly.store, layer)
      let coded = try maps(store, layer)
      #expect(exact.rowShape == coded.rowShape)
      let positions = exact.rowShape.dropFirst().reduce(1, *)
      for start in stride(from: 0, to: exact.values.count, by: positions) {
        let values = exact.values[start..<start + positions]
        let low = values.min() ?? 0
        let high = values.max() ?? 0
        // Half a step, and what rounding to float32 may add on the way there and back.
        let most = (high - low) / 510 + 4 * max(abs(low), abs(high)).ulp
        let codes = coded.values[start..<start + positions]
        let worst = zip(values, codes).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= most, "\(layer), values \(start)…")
      }
      // A channel alone is read as with the others.
      let channels = exact.rowShape[0]
      let last = try maps(store, layer, channels: channels - 1..<channels)
      for sample in 0..<40 {
        let end = (sample + 1) * channels * positions
        #expect(
          Array(last.values[sample * positions..<(sample + 1) * positions])
            == Array(coded.values[end - positions..<end]))
      }
    }
  }

  @Test("maps by either codec are the same numbers, bit for bit", arguments: ["f32", "f16"])
  func codecs(format: String) throws {
    let plain = try ingest(
      KeepOptions(tiers: ["pooled", "maps:\(format)"], layers: ["conv1_1", "fc6"]))
    let packed = try ingest(
      KeepOptions(tiers: ["pooled", "maps:\(format)"], layers: ["conv1_1", "fc6"], codec: .relu))
    defer { withExtendedLifetime((plain, packed)) {} }
    #expect(
      try packed.store.catalogue.rows(
        """
        SELECT tier, codec FROM stored_array WHERE tier IN ('inputs', 'maps', 'pooled')
        GROUP BY 1, 2 ORDER BY 1
        """
      )
      .map { [$0[0].string, $0[1].string] } == [
        ["inputs", "deflate"], ["maps", "relu"], ["pooled", "deflate"],
      ])
    for layer in ["conv1_1", "fc6"] {
      let (one, other) = (try maps(plain.store, layer), try maps(packed.store, layer))
      #expect(one.values.map(\.bitPattern) == other.values.map(\.bitPattern))
    }
    #expect(try packed.store.verify() == [])
  }

  @Test("a dry run knows the bytes of 8-bit maps")
  func estimate() throws {
    let small = try SmallWarehouse(samples: 40)
    let store = try small.open()
    func bytes(_ tiers: [String]) throws -> Int {
      let keep = try KeepOptions(tiers: tiers, layers: ["conv1_1"])
      let estimates = try ActivationIngest(
        store: store, options: IngestOptions(models: ["base"], keep: keep)
      ).estimates(measuresSpeed: false)
      return estimates[0].bytes
    }
    let layer = try Variant(store.model(named: "base")).layers[0]
    let pooled = try bytes(["pooled"])
    #expect(try bytes(["maps:f32"]) - pooled == 40 * 4 * layer.shape.count)
    #expect(
      try bytes(["maps:u8"]) - pooled == 40 * (layer.shape.count + 8 * layer.shape.channels))
  }

  @Test("a codec that does not take what is kept is refused")
  func refusals() {
    for tiers in [["maps:u8"], ["pooled", "bits"]] {
      #expect(throws: IngestError.self) {
        try KeepOptions(tiers: tiers, layers: nil, codec: .relu)
      }
    }
    #expect(throws: IngestError.self) { try KeepOptions(tiers: ["maps:u4"], layers: nil) }
  }

  @Test("shards of one plan pack their maps alike")
  func shards() throws {
    let small = try SmallWarehouse(samples: 40)
    let store = try small.open()
    func plan(_ codec: ArrayCodec) throws -> ShardPlan {
      let keep = try KeepOptions(tiers: ["maps:f16"], layers: nil, codec: codec)
      return ShardPlan(
        try ActivationIngest(store: store, options: IngestOptions(keep: keep)), count: 2)
    }
    let text = try plan(.relu).text()
    #expect(ShardPlan(text: text)?.options(threads: 1).keep.codec == .relu)
    // A plan by deflate reads as plans did before there was another codec.
    #expect(try !plan(.deflate).text().contains("codec"))
    #expect(ShardPlan(text: try plan(.deflate).text())?.options(threads: 1).keep.codec == .deflate)
    #expect(ShardPlan(text: text.replacing("\"relu\"", with: "\"zip\"")) == nil)
  }
}
