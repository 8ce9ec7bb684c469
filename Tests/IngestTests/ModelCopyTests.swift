import Testing
import Warehouse

@testable import Ingest

@Suite("Copies of models")
struct ModelCopyTests {
  @Test("a copy shares what it computes, a changed one up to the change")
  func keys() throws {
    let warehouse = try SmallWarehouse(samples: 4, subjects: 2)
    defer { withExtendedLifetime(warehouse) {} }
    let store = try warehouse.open()
    try ModelCopy.save(of: "base", as: "copy", in: store)
    try ModelCopy.save(of: "base", as: "changed", in: store) { weights in
      weights["conv3_1.weight"]?.values[0] += 1
    }
    let base = try store.model(named: "base").record
    let copy = try store.model(named: "copy").record
    #expect(copy.parent == "base")
    #expect(copy.layers == base.layers)
    let changed = try store.model(named: "changed").record.layers
    let first = try #require(base.layers.firstIndex { $0.name == "conv3_1" })
    #expect(Array(changed[..<first]) == Array(base.layers[..<first]))
    for place in first..<base.layers.count {
      #expect(changed[place].prefix != base.layers[place].prefix)
    }
  }

  @Test("what is not a change of values is refused")
  func refused() throws {
    let warehouse = try SmallWarehouse(samples: 4, subjects: 2)
    defer { withExtendedLifetime(warehouse) {} }
    let store = try warehouse.open()
    #expect(throws: IngestError.self) {
      try ModelCopy.save(of: "base", as: "a", in: store) { $0["conv1_1.weight"] = nil }
    }
    #expect(throws: IngestError.self) {
      try ModelCopy.save(of: "base", as: "b", in: store) { weights in
        weights["conv1_1.weight"]?.shape = [1]
        weights["conv1_1.weight"]?.values = [0]
      }
    }
    #expect(throws: WarehouseError.self) {
      try ModelCopy.save(of: "nobody", as: "c", in: store)
    }
    #expect(try store.models().allSatisfy { !["a", "b", "c"].contains($0.record.name) })
  }
}
