import Compute
import Foundation
import Testing

@Suite("Graph")
struct GraphTests {
  @Test("VGG16 has the published layers, shapes and number of parameters")
  func vgg16() throws {
    let graph = try Graph.vgg16(VGGOptions())
    #expect(
      graph.layers.map(\.name) == [
        "conv1_1", "conv1_2", "pool1", "conv2_1", "conv2_2", "pool2", "conv3_1", "conv3_2",
        "conv3_3", "pool3", "conv4_1", "conv4_2", "conv4_3", "pool4", "conv5_1", "conv5_2",
        "conv5_3", "pool5", "fc6", "fc7", "logits",
      ])
    #expect(graph.layers.map(\.ordinal) == Array(0..<21))
    let numbers = try graph.parameterNames().count
    #expect(numbers == 32)
    let shape = try #require(graph.shape(of: "conv4_2"))
    #expect(shape == Shape(channels: 512, height: 28, width: 28))
    #expect(try graph.layer(named: "pool5").shape == Shape(channels: 512, height: 7, width: 7))
    #expect(try graph.layer(named: "pool5").kind == "max_pool")
    #expect(try graph.layer(named: "conv4_2").kind == "convolution")
    #expect(try graph.layer(named: "fc7").kind == "dense")
    let narrow = try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 0.125, classes: 8, denseWidth: 128))
    let expected = try Golden.parameters().count
    #expect(narrow.initialParameters(seed: 1).count == expected)
  }

  @Test("Layers know their neighbours and their parameters")
  func queries() throws {
    let graph = try Graph.vgg16(VGGOptions(inputSize: 64, width: 0.25, batchNorm: true))
    #expect(graph.firstLayer(ofBlock: 5) == "conv5_1")
    #expect(graph.firstLayer(ofBlock: 6) == nil)
    #expect(graph.firstDenseLayer == "fc6")
    #expect(try graph.layer(before: "conv5_1")?.name == "pool4")
    #expect(try graph.layer(before: "conv1_1") == nil)
    #expect(throws: NetworkError.self) { try graph.layer(before: "conv6_1") }
    #expect(
      try graph.parameterNames(ofLayer: "conv1_2") == [
        "conv1_2.weight", "conv1_2.bias", "conv1_2.norm.weight", "conv1_2.norm.bias",
        "conv1_2.norm.running_mean", "conv1_2.norm.running_var",
      ])
    #expect(try graph.parameterNames(ofLayer: "pool1").isEmpty)
    #expect(
      try graph.parameterNames(from: "fc7") == [
        "fc7.weight", "fc7.bias", "logits.weight", "logits.bias",
      ])
    let first = try graph.firstNode(ofLayer: "fc7")
    #expect(graph.nodes[first].name == "fc7.dropout")
    let prefix = try graph.prefix(upTo: "pool2")
    #expect(prefix.nodes.last?.name == "pool2")
    #expect(prefix.layers.count == 6)
  }

  @Test("What cannot be negative is told from the graph")
  func nonNegativeLayers() throws {
    let residual = try SmallGraphs.residual()
    #expect(residual.nonNegativeLayers == ["stem", "inner", "sum"])
    let vgg = try Graph.vgg16(VGGOptions(inputSize: 32, batchNorm: true))
    #expect(vgg.nonNegativeLayers == Set(vgg.layers.map(\.name)).subtracting(["logits"]))
    let joined = try RelevanceGraphs.joined()
    #expect(joined.nonNegativeLayers == ["a", "b", "m", "c", "d"])
  }

  @Test("A graph survives its JSON form")
  func roundTrip() throws {
    for graph in [
      try SmallGraphs.residual(), try Graph.vgg16(VGGOptions(inputSize: 64, batchNorm: true)),
    ] {
      let data = try JSONEncoder().encode(graph)
      #expect(try JSONDecoder().decode(Graph.self, from: data) == graph)
    }
  }

  @Test("The JSON form is the one that earlier builds wrote")
  func contract() throws {
    let json = """
      {"version":1,"input":{"channels":3,"height":8,"width":8},"nodes":[
      {"name":"a.conv","inputs":["input"],"isLayer":false,"operation":{"convolution":{"outputs":4,
        "kernel":{"height":3,"width":3},"stride":{"height":1,"width":1},
        "padding":{"height":1,"width":1},"groups":1}}},
      {"name":"a.norm","inputs":["a.conv"],"isLayer":false,
        "operation":{"batchNorm":{"epsilon":0.001}}},
      {"name":"a","inputs":["a.norm"],"isLayer":true,"operation":{"relu":{}}},
      {"name":"p","inputs":["a"],"isLayer":true,"operation":{"maxPool":{
        "kernel":{"height":2,"width":2},"stride":{"height":2,"width":2},
        "padding":{"height":0,"width":0}}}},
      {"name":"v","inputs":["p"],"isLayer":true,"operation":{"averagePool":{
        "kernel":{"height":2,"width":2},"stride":{"height":2,"width":2},
        "padding":{"height":0,"width":0}}}},
      {"name":"s","inputs":["v","v"],"isLayer":true,"operation":{"add":{}}},
      {"name":"b.flatten","inputs":["s"],"isLayer":false,"operation":{"flatten":{}}},
      {"name":"b.dropout","inputs":["b.flatten"],"isLayer":false,
        "operation":{"dropout":{"probability":0.5}}},
      {"name":"b","inputs":["b.dropout"],"isLayer":true,"operation":{"dense":{"outputs":2}}},
      {"name":"g","inputs":["b"],"isLayer":true,"operation":{"globalAveragePool":{}}},
      {"name":"probabilities","inputs":["g"],"isLayer":true,"operation":{"softmax":{}}}]}
      """
    let graph = try JSONDecoder().decode(Graph.self, from: Data(json.utf8))
    #expect(
      graph.nodes.map(\.operation.kind) == [
        "convolution", "batch_norm", "relu", "max_pool", "average_pool", "add", "flatten",
        "dropout", "dense", "global_average_pool", "softmax",
      ])
    #expect(graph.shapes.last == Shape(channels: 2))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let written = try JSONSerialization.jsonObject(with: encoder.encode(graph)) as? NSDictionary
    let expected = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
    #expect(written == expected)
  }

  @Test("The JSON form of the operations beyond VGG's")
  func furtherOperations() throws {
    let json = """
      {"version":1,"input":{"channels":3,"height":8,"width":8},"nodes":[
      {"name":"p","inputs":["input"],"isLayer":false,"operation":{"pad":{"value":"lowest",
        "padding":{"top":0,"left":1,"bottom":2,"right":3}}}},
      {"name":"v","inputs":["p"],"isLayer":true,"operation":{"averagePoolExcludingPadding":{
        "kernel":{"height":2,"width":2},"stride":{"height":2,"width":2},
        "padding":{"top":0,"left":0,"bottom":1,"right":1}}}},
      {"name":"c","inputs":["v","v"],"isLayer":true,"operation":{"concat":{}}},
      {"name":"s","inputs":["c"],"isLayer":true,"operation":{"scale":{}}},
      {"name":"g","inputs":["s"],"isLayer":true,"operation":{"sigmoid":{}}},
      {"name":"m","inputs":["s","g"],"isLayer":true,"operation":{"multiply":{}}},
      {"name":"r","inputs":["m"],"isLayer":true,"operation":{"clip":{"low":0,"high":6}}},
      {"name":"h","inputs":["r"],"isLayer":true,"operation":{"clip":{"high":1}}},
      {"name":"l","inputs":["h"],"isLayer":true,"operation":{"leakyRelu":{"slope":0.25}}},
      {"name":"a","inputs":["l"],"isLayer":true,"operation":{"activation":{"kind":"gelu_tanh"}}}]}
      """
    let graph = try JSONDecoder().decode(Graph.self, from: Data(json.utf8))
    #expect(
      graph.nodes.map(\.operation.kind) == [
        "pad", "average_pool", "concat", "scale", "sigmoid", "multiply", "clip", "clip",
        "leaky_relu", "gelu_tanh",
      ])
    #expect(graph.shapes.last == Shape(channels: 6, height: 5, width: 6))
    #expect(try graph.parameterNames() == ["s.weight", "s.bias"])
    let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(graph))
    let expected = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
    #expect(written as? NSDictionary == expected)
  }

  @Test("Another head keeps everything else")
  func head() throws {
    let graph = try Golden.graph()
    let parameters = try Golden.parameters()
    let changed = try graph.replacingHead(classes: 2, seed: 5, parameters: parameters)
    #expect(try changed.graph.layer(named: "logits").shape == Shape(channels: 2))
    try changed.graph.check(changed.parameters)
    for name in parameters.names where !name.hasPrefix("logits.") {
      #expect(changed.parameters[name] == parameters[name])
    }
    let again = try graph.replacingHead(classes: 2, seed: 5, parameters: parameters)
    let other = try graph.replacingHead(classes: 2, seed: 6, parameters: parameters)
    #expect(again.parameters == changed.parameters)
    #expect(other.parameters != changed.parameters)
    #expect(throws: NetworkError.self) {
      try graph.replacingHead(classes: 1, seed: 5, parameters: parameters)
    }
  }

  @Test("He's initialisation has mean 0 and variance 2 / fan-in")
  func initialisation() throws {
    let graph = try Golden.graph()
    let parameters = graph.initialParameters(seed: 1)
    #expect(parameters == graph.initialParameters(seed: 1))
    #expect(parameters != graph.initialParameters(seed: 2))
    let values = try #require(parameters["conv5_2.weight"]).values.map { Double($0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    // 36,864 draws of variance 2 / 576: five standard errors.
    #expect(abs(mean) < 5 * (2.0 / 576 / 36_864).squareRoot())
    #expect(abs(variance * 576 / 2 - 1) < 5 * (2.0 / 36_864).squareRoot())
    #expect(parameters["conv5_2.bias"]?.values.allSatisfy { $0 == 0 } == true)
  }
}
