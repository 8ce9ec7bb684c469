import Archive
import Compute
import Foundation
import HDF5
import Testing

@testable import Ingest

@Suite("Hostile Keras files end in one error")
struct HostileKerasTests {
  @Test(
    "Damaged files end in a result or an error",
    arguments: [
      "keras3_vgg.keras", "keras3_vgg.h5", "keras2_mixed.h5", "keras3_vgg.weights.h5",
      "keras2_mixed.keras", "keras3_packed.h5",
    ])
  func damaged(_ name: String) throws {
    let counts = try damage(networkFixture(name), in: TemporaryFolder(), mutations: 300, seed: 7)
    #expect(counts.refused >= 45)
  }

  /// What is said of a model of one configuration whose file holds a kernel of [3, 3, 1, 2].
  private func problem(_ config: String) throws -> String {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.h5")
    let file = try HDF5File.create(url)
    let root = try file.root()
    try root.attributes.set(.text(config), for: "model_config")
    let group = try root.createGroup("model_weights/conv")
    try group.attributes.set(.texts(["conv/kernel:0", "conv/bias:0"]), for: "weight_names")
    try group.createDataset("conv/kernel:0", of: .float32, shape: [3, 3, 1, 2])
      .write([Float](repeating: 1, count: 18))
    try group.createDataset("conv/bias:0", of: .float32, shape: [2]).write([Float(1), 2])
    try file.close()
    return failure(url) ?? "no error"
  }

  private func sequential(_ layers: String) -> String {
    #"{"class_name":"Sequential","config":{"layers":[\#(layers)]}}"#
  }

  private func conv(_ more: String, shape: String = "[null,5,5,1]") -> String {
    sequential(
      #"{"class_name":"Conv2D","config":{"name":"conv","batch_input_shape":\#(shape),"#
        + #""filters":2,"kernel_size":[3,3]\#(more)}}"#)
  }

  @Test("The plain configuration is read")
  func wellFormed() throws {
    #expect(try problem(conv("")) == "no error")
    #expect(
      try problem(conv(#","padding":"same","strides":[2,2],"activation":"relu""#)) == "no error")
  }

  @Test("Configurations that make no sense or cannot be run")
  func configurations() throws {
    let cases: [(String, String)] = [
      ("", "no JSON object"), ("[]", "no JSON object"), ("{}", "names no class"),
      (#"{"class_name":"Sequential"}"#, "lists no layers"), (sequential(""), "no layers"),
      (sequential("3"), "is no object"),
      (sequential(#"{"class_name":"Lambda"}"#), "what its input"),
      (conv("", shape: "[null,5,5]"), "no picture"),
      (conv("", shape: "[null,5,5,null]"), "channels"),
      (conv("", shape: "[null,2,2,1]"), "smaller than its kernel"),
      (conv("", shape: "[null,9e18,9e18,1]"), "not between 1 and"),
      (conv("", shape: "[null,5,5,3]"), "shape [3, 3, 1, 2], not [3, 3, 3, 2]"),
      (conv(#","filters":3"#), "not [3, 3, 1, 3]"), (conv(#","filters":-1"#), "make no sense"),
      (conv(#","filters":1e300"#), "make no sense"), (conv(#","groups":0"#), "make no sense"),
      (conv(#","strides":[0,1]"#), "make no sense"),
      (conv(#","dilation_rate":[2,3]"#), "smaller than its kernel"),
      (conv(#","dilation_rate":[0,1]"#), "its dilation makes no sense"),
      (conv(#","dilation_rate":[1,2048]"#), "its dilation makes no sense"),
      (conv(#","dilation_rate":[1e300,1]"#), "its dilation makes no sense"),
      (conv(#","padding":"causal""#), "causal"), (conv(#","activation":"mine""#), "'mine'"),
      (conv(#","kernel_size":[3]"#), "make no sense"),
      (
        #"{"class_name":"Model","config":{"layers":[],"output_layers":[["a",0,0]]}}"#,
        "does not have"
      ),
      (
        #"{"class_name":"Model","config":{"layers":[{"class_name":"ReLU","name":"a","config":{},"#
          + #""inbound_nodes":[[["a",0,0,{}]]]}],"output_layers":[["a",0,0]]}}"#, "come before"
      ),
      (String(repeating: #"{"config":["#, count: 100_000), "no JSON object"),
    ]
    for (config, expected) in cases {
      let message = try problem(config)
      #expect(message.contains(expected), "\(config.prefix(120)): \(message)")
    }
  }

  @Test("Models within models without end")
  func nesting() throws {
    var config = #"{"class_name":"ReLU","config":{"batch_input_shape":[null,5,5,1]}}"#
    for _ in 0..<40 { config = sequential(config) }
    #expect(try problem(config).contains("nested too deep"))
  }

  @Test("A dataset that claims more than the file holds is not allocated")
  func unwritten() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.h5")
    let file = try HDF5File.create(url)
    let group = try file.root().createGroup("layers/dense/vars")
    _ = try group.createDataset("0", of: .float32, shape: [30_000, 30_000])
    try file.close()
    #expect(failure(url)?.contains("claims 900000000 elements") == true)
  }

  @Test("HDF5 files and zip archives of other contents")
  func others() throws {
    let folder = try TemporaryFolder()
    let empty = folder.url.appending(path: "a.h5")
    try HDF5File.create(empty).close()
    #expect(failure(empty)?.contains("neither a Keras model nor its weights") == true)
    let archive = folder.url.appending(path: "a.zip")
    let writer = try ZipWriter(archive)
    try writer.add("config.json", Array("{}".utf8))
    try writer.add("model.weights.h5", Array("nothing".utf8))
    try writer.finish()
    #expect(failure(archive) != nil)
  }
}
