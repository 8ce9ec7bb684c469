import Compute
import Foundation
import Testing
import Warehouse

@testable import Ingest

@Suite("Networks that training starts from")
struct StartingNetworkTests {
  @Test("A model is found by its name, and a file beside it of that name does not matter")
  func model() throws {
    let small = try SmallWarehouse()
    let start = try StartingNetwork("base", store: small.open())
    #expect(start.name == "base")
    #expect(start.notes.isEmpty)
  }

  @Test("A file becomes a model of its stem, and is known again the next time")
  func file() throws {
    let small = try SmallWarehouse(models: false)
    let store = try small.open()
    let path = networkFixture("keras3_vgg.h5").path
    let start = try StartingNetwork(path, store: store)
    #expect(start.name == "keras3_vgg")
    #expect(start.notes[0].contains("is the model `keras3_vgg` from now on (Keras, with its graph"))
    #expect(start.notes.contains { $0.contains("5 outputs are no emotions") })
    #expect(start.notes.contains { $0.contains("preprocessing") && $0.contains("assumed") })
    let record = try store.model(named: "keras3_vgg").record
    #expect(record.task == "pretraining" && record.classes == ["0", "1", "2", "3", "4"])
    let again = try StartingNetwork(path, store: store)
    #expect(again.name == start.name)
    #expect(again.notes == ["\(path) is there already as the model `keras3_vgg`"])
    #expect(try store.models().count == 1)
    // Another network of the same file name is no longer the one that is there.
    let other = small.folder.url.appending(path: "keras3_vgg.h5")
    var changed = try network(networkFixture("keras3_vgg.h5"))
    changed.parameters["conv1_1.bias"]?.values[0] += 1
    try KerasWriter.write(changed.graph, changed.parameters, as: .hdf5, to: other)
    let error = #expect(throws: IngestError.self) {
      try StartingNetwork(other.path, store: store)
    }
    #expect(error?.problem.contains("another network is there as `keras3_vgg`") == true)
  }

  @Test("What is neither, or no VGG, is refused, and nothing is stored")
  func refused() throws {
    let small = try SmallWarehouse(models: false)
    let store = try small.open()
    let cases = [
      (networkFixture("keras3_mixed.h5").path, "`conv1_1`"),
      (small.folder.url.path, "folder"), ("gone/vgg16.pth", "neither such a file"),
      ("vgg16.pth", "neither such a file"),
    ]
    for (text, expected) in cases {
      let error = #expect(throws: IngestError.self) { try StartingNetwork(text, store: store) }
      #expect(error?.problem.contains(expected) == true, "\(String(describing: error))")
    }
    #expect(throws: WarehouseError.self) { try StartingNetwork("nobody", store: store) }
    #expect(try store.models().isEmpty)
  }

  @Test(
    "Names of files become names of models",
    arguments: [
      ("a/vgg16.weights.h5", "vgg16"), ("vgg16-397923af.pth", "vgg16-397923af"),
      ("my net (1).keras", "my-net--1-"), ("emotion.h5", "emotion-initial"),
      ("pain-b5.s2.onnx", "pain-b5.s2-initial"), ("_.pt", "network-initial"),
      ("net.v2.safetensors", "net.v2"), ("all.h5", "all-initial"),
    ])
  func names(path: String, name: String) {
    #expect(StartingNetwork.name(of: URL(filePath: path)) == name)
  }
}
