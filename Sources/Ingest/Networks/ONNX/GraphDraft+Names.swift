import Compute

extension GraphDraft {
  /// A name for each chain, not yet unique.
  ///
  /// A network of VGG's topology gets Lethe's own names, so that variants compare by layer whatever
  /// wrote them; others keep the names of their file. The head is always `logits`.
  func names(of chains: [Chain], output: Int) -> [String] {
    var names = vggNames(of: chains) ?? chains.map { baseName(of: $0) }
    let head = chains.lastIndex { kind(of: $0) == "dense" } ?? chains.count - 1
    if chains.indices.contains(head) { names[head] = "logits" }
    // What only prepares a layer's input is named by that layer.
    for index in chains.indices.dropLast().reversed() where !chains[index].isLayer {
      let kind = kind(of: chains[index])
      guard ["pad", "flatten", "dropout", "scale"].contains(kind) else { continue }
      let layer = chains[index...].firstIndex { $0.isLayer } ?? chains.count - 1
      names[index] = "\(names[layer]).\(kind)"
    }
    return names
  }

  private func kind(of chain: Chain) -> String { steps[chain.members[0]].operation.kind }

  private func baseName(of chain: Chain) -> String {
    let step = steps[chain.members[0]]
    let name = GraphDraft.cleaned(step.hint)
    return name.isEmpty || name.hasSuffix(".") ? name + step.operation.kind : name
  }

  /// `conv1_1`, `pool1`, … `fc6`, `fc7`, `logits`; nil if the network is no VGG.
  ///
  /// That is a line of convolutions 3×3 of stride 1 in blocks closed by max-pools, 8, 10, 13 or 16
  /// of them, and three dense layers (Simonyan & Zisserman 2015, configurations A to E).
  private func vggNames(of chains: [Chain]) -> [String]? {
    guard steps.count <= 256, isLine(chains) else { return nil }
    var names: [String] = []
    var (block, place, convolutions, dense) = (1, 0, 0, 0)
    for chain in chains {
      switch steps[chain.members[0]].operation {
      case .convolution(_, Extent(3), Extent(1), _, 1):
        guard dense == 0, chain.members.count > 1 else { return nil }
        place += 1
        convolutions += 1
        names.append("conv\(block)_\(place)")
      case .maxPool:
        guard place > 0, dense == 0 else { return nil }
        names.append("pool\(block)")
        (block, place) = (block + 1, 0)
      case .dense:
        dense += 1
        names.append("fc\(dense + 5)")
      case .flatten, .dropout, .pad, .scale: names.append("")
      case .averagePool, .averagePoolExcludingPadding, .globalAveragePool:
        guard place == 0, dense == 0 else { return nil }
        names.append("avgpool")
      default: return nil
      }
    }
    guard [8, 10, 13, 16].contains(convolutions), dense == 3, block == 6, place == 0 else {
      return nil
    }
    return names
  }

  /// Whether each step reads just the one before it.
  private func isLine(_ chains: [Chain]) -> Bool {
    var before = GraphDraft.input
    for member in chains.flatMap(\.members) {
      guard steps[member].inputs == [before] else { return false }
      before = member
    }
    return true
  }
}
