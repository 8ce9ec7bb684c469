/// Gradients through borders, concatenations and products; each uses up the gradient of the output.
extension TrainingNetwork {
  /// Through a border: what lies inside.
  func crop(
    _ index: Int, _ border: Border, _ dy: FloatBuffer
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    let slot = plan.nodes[index].inputs[0]
    guard slot >= firstGradientSlot else { return drop(dy) }
    let dx = pool.take(batch * border.input.count)
    border.crop(dy.start, into: dx.start, samples: batch, workers: workers)
    pool.giveBack(dy)
    return [(slot, dx)]
  }

  /// Through a concatenation: to each input its channels.
  func part(
    _ index: Int, _ concatenation: Concatenation, _ dy: FloatBuffer
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    var gradients: [(slot: Int, gradient: FloatBuffer)] = []
    for (place, slot) in plan.nodes[index].inputs.enumerated() where slot >= firstGradientSlot {
      let dx = pool.take(batch * concatenation.pixels * concatenation.channels[place])
      concatenation.part(place, of: dy.start, into: dx.start, samples: batch, workers: workers)
      gradients.append((slot, dx))
    }
    pool.giveBack(dy)
    return gradients
  }

  /// Through a product: to each input the gradient times the other one.
  func multiply(
    _ index: Int, _ product: Multiplication, _ dy: FloatBuffer
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    let slots = plan.nodes[index].inputs
    let (signalSlot, gateSlot) = (slots[product.signal], slots[product.gate])
    guard let signal = values[signalSlot], let gate = values[gateSlot] else { return drop(dy) }
    var gradients: [(slot: Int, gradient: FloatBuffer)] = []
    if gateSlot >= firstGradientSlot {
      let factors = product.isChannelwise ? product.output.channels : product.output.count
      let dGate = pool.take(batch * factors)
      product.gateGradient(
        dy.start, signal: signal.start, into: dGate.start, samples: batch, workers: workers)
      gradients.append((gateSlot, dGate))
    }
    guard signalSlot >= firstGradientSlot else {
      pool.giveBack(dy)
      return gradients
    }
    product.forward(
      signal: dy.start, gate: gate.start, into: dy.start, samples: batch, workers: workers)
    return gradients + [(signalSlot, dy)]
  }
}
