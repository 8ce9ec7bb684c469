import Compute

/// The network as it is, with or without keeping what its convolutions say.
final class ForwardSide: Side {
  private let pass: ForwardPass
  private let pictures: Activation
  private let keepsLayers: Bool
  private var kept: [Activation] = []

  init(_ arguments: Arguments) throws {
    pictures = try arguments.pictures()
    keepsLayers = arguments.kind == .layers
    pass = try ForwardPass(
      graph: arguments.graph, parameters: try arguments.parameters(), numerics: arguments.numerics,
      threads: arguments.threads)
    // Only now: what reading the weights took goes back to the system.
  }

  func run() throws -> Double? {
    kept = []
    if keepsLayers {
      let last = pass.graph.layers.last?.name
      try pass.run(pictures) { layer in
        if layer.name.hasPrefix("conv") || layer.name == last { kept.append(layer.activation) }
      }
    } else {
      kept = [try pass.output(pictures)]
    }
    return nil
  }

  var firstSample: [Float] { kept.flatMap { $0.selecting([0]).channelsFirst() } }
}
