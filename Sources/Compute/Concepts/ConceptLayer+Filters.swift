extension ConceptLayer {
  /// The single channel that fits best: the greatest set IoU of up(1[a_k > T_k]) > ½.
  ///
  /// - Parameters:
  ///   - masks: One a sample of `samples`, in that order, on the layer's grid.
  ///   - samples: Samples of the layer.
  /// - Returns: The first of the best channels; nil where neither a mask nor a channel has a cell.
  public func bestFilter(masks: GridMasks, samples: [Int]) -> (channel: Int, setIoU: Double)? {
    check(masks, samples)
    var intersection = [Int](repeating: 0, count: channels)
    var predicted = intersection
    var concept = 0
    let size = layout.words
    for (row, sample) in samples.enumerated() {
      concept += masks.count(row)
      for index in filters.starts[sample]..<filters.starts[sample + 1] {
        let channel = Int(filters.channels[index])
        for word in 0..<size {
          let map = filters.words[index * size + word]
          predicted[channel] += map.nonzeroBitCount
          intersection[channel] += (map & masks.words[row * size + word]).nonzeroBitCount
        }
      }
    }
    var best: (channel: Int, setIoU: Double)?
    for channel in 0..<channels {
      let union = predicted[channel] + concept - intersection[channel]
      guard union > 0 else { continue }
      let share = Double(intersection[channel]) / Double(union)
      if best.map({ share > $0.setIoU }) ?? true { best = (channel, share) }
    }
    return best
  }

  /// How well a single channel fits each sample: up(1[a_k > T_k]) > ½.
  ///
  /// - Parameters:
  ///   - filter: The channel.
  ///   - masks: One a sample of `samples`, in that order, on the layer's grid.
  ///   - samples: Samples of the layer.
  /// - Returns: In the order of `samples`; their peaks are those of the weight 1.
  public func scores(filter: Int, masks: GridMasks, samples: [Int]) -> [ConceptScore] {
    precondition((0..<channels).contains(filter), "no channel \(filter)")
    check(masks, samples)
    var weights = [Double](repeating: 0, count: channels)
    weights[filter] = 1
    let size = layout.words
    let peaks = scores(weights: weights, masks: masks, samples: samples).map(\.peak)
    return samples.enumerated().map { row, sample in
      let mask = masks.words[row * size..<(row + 1) * size]
      let map = filters.start(sample, filter).map { filters.words[$0..<$0 + size] }
      return ConceptScore(
        predicted: map ?? ArraySlice(repeating: 0, count: size), mask: mask, peak: peaks[row])
    }
  }

  /// Traps on masks that are not of these samples.
  func check(_ masks: GridMasks, _ samples: [Int]) {
    precondition(masks.layout == layout, "masks on another grid than the layer's")
    precondition(masks.samples == samples.count, "as many masks as samples")
    precondition(samples.allSatisfy { (0..<self.samples).contains($0) }, "samples of the layer")
  }
}

extension ConceptScore {
  init(predicted: ArraySlice<UInt64>, mask: ArraySlice<UInt64>, peak: Float) {
    var (intersection, union) = (0, 0)
    for (a, b) in zip(predicted, mask) {
      intersection += (a & b).nonzeroBitCount
      union += (a | b).nonzeroBitCount
    }
    self.init(
      intersection: intersection, union: union,
      predicted: predicted.reduce(0) { $0 + $1.nonzeroBitCount },
      concept: mask.reduce(0) { $0 + $1.nonzeroBitCount }, peak: peak)
  }
}
