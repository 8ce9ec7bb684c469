import Compute

extension GraphDraft {
  /// Steps that make one layer: a convolution, dense layer or sum, its batch norm and activation.
  struct Chain {
    /// Numbers of the steps; the last one's output is the layer.
    var members: [Int]
    /// Whether it is what analyses ask for.
    let isLayer: Bool
  }

  /// The steps that the output depends on, as chains in an order in which they can run.
  ///
  /// The steps of a chain follow each other: what comes behind a convolution reads nothing else.
  ///
  /// - Parameter output: The last step.
  /// - Returns: Every needed step in one chain.
  func chains(output: Int) -> [Chain] {
    let readers = neededReaders(output: output)
    var isPlaced = Set<Int>()
    var chains: [Chain] = []
    for step in steps.indices where readers[step] != nil && !isPlaced.contains(step) {
      let chain = chain(from: step, readers: readers, output: output)
      isPlaced.formUnion(chain.members)
      chains.append(chain)
    }
    return chains
  }

  /// For each step that the output depends on, the needed steps that read it.
  private func neededReaders(output: Int) -> [Int: [Int]] {
    var readers: [Int: [Int]] = [output: []]
    for step in steps.indices.reversed() where readers[step] != nil {
      for input in steps[step].inputs where input >= 0 { readers[input, default: []].append(step) }
    }
    return readers
  }

  private func chain(from head: Int, readers: [Int: [Int]], output: Int) -> Chain {
    var members = [head]
    switch steps[head].operation {
    case .convolution, .dense, .add: break
    case .maxPool, .averagePool, .averagePoolExcludingPadding, .globalAveragePool, .concat:
      return Chain(members: members, isLayer: true)
    default: return Chain(members: members, isLayer: head == output)
    }
    var last = head
    while last != output, let next = readers[last], let first = next.first {
      // x · sigmoid(x) reads x twice.
      if next.count == 2, case .sigmoid = steps[first].operation,
        case .multiply = steps[next[1]].operation, readers[first] == [next[1]],
        steps[next[1]].inputs.allSatisfy({ [last, first].contains($0) }), first != output
      {
        members += next
        break
      }
      guard next.count == 1 else { break }
      switch steps[first].operation {
      case .batchNorm, .scale: members.append(first)
      case .relu, .sigmoid, .clip, .leakyRelu, .activation:
        return Chain(members: members + [first], isLayer: true)
      default: return Chain(members: members, isLayer: true)
      }
      last = first
    }
    return Chain(members: members, isLayer: true)
  }
}
