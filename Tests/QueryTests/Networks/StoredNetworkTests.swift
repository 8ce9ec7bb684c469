import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Networks of the warehouse, run again") struct StoredNetworkTests {
  @Test("inputs are normalised as the model says, and its weights are whole")
  func logits() throws {
    let noise = try NoiseStore(samples: 5)
    let (graph, parameters, bytes) = (noise.graph, noise.parameters, noise.bytes)
    let store = try noise.open()
    let network = try StoredNetwork(store.model(named: "net"), in: store)
    #expect(network.graph == graph)
    #expect(network.parameters.selecting(parameters.names) == parameters)
    let inputs = try network.inputs(of: [3, 1], dataset: 1, in: store)
    let row = NoiseStore.side * NoiseStore.side * 3
    // Pixel 7 of sample 3, blue first: (value / 255 − mean) / deviation.
    let pixel = Array(bytes[3 * row + 21..<3 * row + 24])
    #expect(inputs.values[21] == (Float(pixel[2]) / 255 - 0.5) / 0.25)
    #expect(inputs.values[22] == (Float(pixel[1]) / 255 - 0.25) / 0.5)
    #expect(inputs.values[23] == (Float(pixel[0]) / 255 - 0.5) / 1)
    #expect(inputs.samples == 2 && inputs.shape == graph.input)
  }

  @Test("a preprocessing that cannot be read is refused, as is one with a deviation of 0")
  func damaged() throws {
    for text in [
      "{}", #"{"order":"rgb","divisor":255,"mean":[0,0,0],"deviation":[1,0,1]}"#,
      #"{"order":"rgb","divisor":255,"mean":[0,0],"deviation":[1,1,1]}"#,
    ] {
      let store = try NoiseStore(samples: 5, preprocessing: text).open()
      #expect(throws: QueryError.self) {
        try StoredNetwork(store.model(named: "net"), in: store)
      }
    }
  }
}
