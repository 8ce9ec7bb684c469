/// One node, made ready for the forward pass of relevance propagation and for the way back.
enum RelevanceStep {
  /// A convolution or dense layer, with a merged batch norm, and its rule.
  case affine(AffineStep)
  /// A batch norm that follows no layer of its own, or a scale: a diagonal layer under the Epsilon
  /// rule, with or without its shift in the denominators.
  case channelMap(ChannelMap, keepsShift: Bool)
  case pooling(Pooling)
  case relu
  /// The value and its relevance pass: dropout, and batch norm that has been merged.
  case pass
  case flatten
  case add
  /// What lies inside gets its own relevance; that of the border is lost.
  case border(Border)
  case concat(Concatenation)
  /// The relevance passes, whatever the function.
  case function(ScalarFunction)
  /// The signal takes all, the gate nothing (Arras et al. 2017).
  case multiply(Multiplication, signal: Int)
}

/// A convolution or dense layer and its rule.
struct AffineStep {
  let layer: AffineLayer
  let weights: AffineWeights
  let bias: FloatBuffer?
  /// Whether the forward pass takes the ReLU that follows at once.
  let isRectified: Bool
  let rule: any LayerRule
}

/// How the layers of a network are prepared.
struct RelevanceRules {
  let composite: RelevanceComposite
  let bias: RelevanceBias
  let range: InputRange?
  /// Whether terms that the graph proves to vanish are left out.
  var omitsVanishingTerms = true
  /// Whether convolutions may be computed by Winograd's algorithm where that does no harm.
  var allowsFastConvolution = true
  /// Threads that prepare the weights.
  var threads = 1

  /// Whether the quotients of a layer stay bounded when its sums carry an absolute error.
  ///
  /// They do with ZPlus and biases kept where a ReLU follows: an output's relevance is proportional
  /// to its activation, which the denominator P + b⁺ is never below. The other rules divide by
  /// sums that may be small where relevance is not.
  private func isFast(_ index: Int, _ plan: Plan) -> Bool {
    guard allowsFastConvolution, bias == .keep, composite.convolution == .zPlus else {
      return false
    }
    switch composite.dense {
    case .epsilon, .zPlus: return plan.isRectified(after: index)
    default: return false
    }
  }

  /// Prepares all nodes up to the logits.
  ///
  /// - Throws: `NetworkError` if a softmax stands inside the network, or ZBox lacks a range or
  ///   does not see the input itself.
  func steps(of plan: Plan, parameters: Parameters) throws -> [RelevanceStep] {
    let merged = plan.mergedNorms
    let first = plan.firstAffineNodes
    let proved = plan.nonNegativeSlots
    return try plan.nodes[..<plan.logitSlot].enumerated().map { index, planned in
      switch planned.kernel {
      case .convolution, .dense:
        let kind: RelevanceRule =
          if case .dense = planned.kernel { composite.dense } else { composite.convolution }
        let rule = first.contains(index) ? composite.first ?? kind : kind
        let range = rule == .zBox ? try inputRange(at: index, plan) : nil
        let isNonNegative = omitsVanishingTerms && proved[planned.inputs[0]]
        return .affine(
          affine(
            planned, norm: merged[index].map { plan.nodes[$0] }, parameters, rule,
            range: range, isNonNegative: isNonNegative,
            use: .init(isFast: isFast(index, plan), threads: threads)))
      case .batchNorm(let norm), .scale(let norm):
        if merged.values.contains(index) { return .pass }
        return .channelMap(
          ChannelMap(norm, prefix: planned.node.parameterPrefix, parameters: parameters),
          keepsShift: bias == .keep)
      case .pooling(let pooling): return .pooling(pooling)
      case .relu: return .relu
      case .dropout: return .pass
      case .flatten: return .flatten
      case .add: return .add
      case .border(let border): return .border(border)
      case .concat(let concatenation): return .concat(concatenation)
      case .function(let function): return .function(function)
      case .multiply(let product):
        return .multiply(product, signal: try plan.signal(of: planned, product))
      case .softmax:
        throw NetworkError(
          .graph,
          "relevance cannot pass the softmax '\(planned.node.name)' inside the network;"
            + " only a last one is stripped")
      }
    }
  }

  private func affine(
    _ planned: PlannedNode, norm: PlannedNode?, _ parameters: Parameters, _ rule: RelevanceRule,
    range: (low: [Float], high: [Float])?, isNonNegative: Bool, use: AffineWeights.Use
  ) -> AffineStep {
    let layer: AffineLayer =
      switch planned.kernel {
      case .convolution(let convolution): .convolution(convolution)
      default: .dense(Dense(inputs: planned.input.channels, outputs: planned.output.channels))
      }
    let prefix = planned.node.parameterPrefix
    var weight = parameters["\(prefix).weight"]?.values ?? []
    var bias = parameters["\(prefix).bias"]?.values
    if let norm, case .batchNorm(let kernel) = norm.kernel {
      let map = ChannelMap(kernel, prefix: norm.node.parameterPrefix, parameters: parameters)
      (weight, bias) = map.merged(into: weight, bias: bias)
    }
    let seen = LayerWeights(
      layer: layer, weight: weight, bias: self.bias == .keep ? bias : nil, ownBias: bias,
      isInputNonNegative: isNonNegative, use: use)
    return AffineStep(
      layer: layer,
      weights: AffineWeights(
        weight, for: layer, .init(isForwardOnly: true, isFast: use.isFast, threads: threads)),
      bias: bias.map { FloatBuffer($0) }, isRectified: planned.isRectified,
      rule: rule.prepared(for: seen, range: range))
  }

  /// The lowest and highest number at every place of the input of node `index`.
  private func inputRange(
    at index: Int, _ plan: Plan
  ) throws -> (low: [Float], high: [Float]) {
    let channels = plan.graph.input.channels
    guard let range, range.low.count == channels, range.high.count == channels else {
      throw NetworkError(
        .input,
        "the composite '\(composite.name)' needs the range of the input, \(channels) lowest and"
          + " highest values; take it from the preprocessing")
    }
    var slot = plan.nodes[index].inputs[0]
    var isFlattened = false
    while slot > 0 {
      switch plan.nodes[slot - 1].kernel {
      case .flatten: isFlattened = true
      case .dropout: break
      default:
        throw NetworkError(
          .graph,
          "the rule ZBox must see the input itself, but '\(plan.nodes[slot - 1].node.name)' stands"
            + " before the first layer; choose another composite")
      }
      slot = plan.nodes[slot - 1].inputs[0]
    }
    let pixels = plan.graph.input.pixels
    let spread = { (values: [Float]) in
      (0..<channels * pixels).map { values[isFlattened ? $0 / pixels : $0 % channels] }
    }
    return (spread(range.low), spread(range.high))
  }
}
