extension ConceptPass {
  /// Sets the shares of a sample's rows of units, and which rows have one.
  func spread(_ weights: [Double], _ sample: Int) {
    let readers = layer.columns.readers
    for row in isActive.indices { isActive[row] = false }
    for index in layer.starts[sample]..<layer.starts[sample + 1] {
      let position = layer.positions[index]
      let (row, column) = (Int(position.row), Int(position.column))
      if !isActive[row] {
        isActive[row] = true
        (shares.start + row * stride).update(repeating: 0, count: stride)
        (slopes.start + row * stride).update(repeating: 0, count: stride)
        (curvatures.start + 2 * row * stride).update(repeating: 0, count: 2 * stride)
      }
      var weight = 0.0
      for unit in position.firstUnit..<layer.positions[index + 1].firstUnit {
        weight += weights[Int(layer.units[unit])]
      }
      let target = shares.start + row * stride + readers.first[column]
      let offset = readers.offsets[column]
      for cell in 0..<readers.offsets[column + 1] - offset {
        target[cell] += weight * readers.weights[offset + cell]
      }
    }
  }

  /// Goes over the cells of a sample: returns their loss, sets the slopes and curvatures.
  func cross<Loss: CellLoss>(_ row: Int, _ loss: inout Loss, curvature: Bool) -> Double {
    let layout = layer.layout
    let mask = row * layout.words
    var total = 0.0
    var (concept, other, added) = (0, 0, 0)
    for y in 0..<layout.height {
      let (upper, fraction) = (layer.rows.first[y], layer.rows.fraction[y])
      let hasUpper = isActive[upper]
      let hasLower = fraction > 0 && isActive[upper + 1]
      guard hasUpper || hasLower else {
        let count = masks.count(row, line: y)
        concept += count
        other += layout.width - count
        continue
      }
      let waste = spare.start + stride
      let lines = CellLines(
        upper: hasUpper ? shares.start + upper * stride : spare.start,
        lower: hasLower ? shares.start + (upper + 1) * stride : spare.start,
        upperSlope: hasUpper ? slopes.start + upper * stride : waste,
        lowerSlope: hasLower ? slopes.start + (upper + 1) * stride : waste,
        upperCurvature: hasUpper ? curvatures.start + 2 * upper * stride : waste,
        mixedCurvature: hasUpper ? curvatures.start + (2 * upper + 1) * stride : waste,
        lowerCurvature: hasLower ? curvatures.start + 2 * (upper + 1) * stride : waste,
        fraction: fraction)
      masks.words.withUnsafeBufferPointer { words in
        for chunk in 0..<stride / 4 {
          let bit = layout.bit(y, 4 * chunk)
          let nibble = words[mask + bit >> 6] >> UInt64(bit & 63) & 15
          lines.step(chunk, concept: nibble, &loss, curvature: curvature)
        }
      }
      other -= stride - layout.width
      added += stride / 4
      if added > 400 {
        total += loss.drain()
        added = 0
      }
    }
    return total + loss.drain() + loss.atZero(concept: concept, other: other)
  }

  /// Takes the slopes and curvatures back to the units of a sample.
  func collect(
    _ sample: Int, _ gradient: UnsafeMutableBufferPointer<Double>,
    _ hessian: UnsafeMutableBufferPointer<Double>?
  ) {
    let (readers, products) = (layer.columns.readers, layer.columns.products)
    let end = layer.starts[sample + 1]
    var below = layer.starts[sample]
    for index in layer.starts[sample]..<end {
      let position = layer.positions[index]
      let (row, column) = (Int(position.row), Int(position.column))
      let units = position.firstUnit..<layer.positions[index + 1].firstUnit
      let slope = readers.sum(column, of: slopes.start + row * stride)
      for unit in units { gradient[Int(layer.units[unit])] += slope }
      guard let hessian else { continue }
      let same = curvatures.start + 2 * row * stride
      // Half of what a position has with itself, since the sum with the transpose is taken.
      couple(hessian, units, units, products.sum(2 * column, of: same) / 2)
      let next = layer.positions[index + 1]
      if index + 1 < end, next.row == position.row, next.column == position.column + 1 {
        couple(
          hessian, units, next.firstUnit..<layer.positions[index + 2].firstUnit,
          products.sum(2 * column + 1, of: same))
      }
      while below < end, layer.positions[below].isBefore(row + 1, column - 1) { below += 1 }
      var other = below
      while other < end, !layer.positions[other].isBefore(row + 1, 0),
        layer.positions[other].isBefore(row + 1, column + 2)
      {
        let position = layer.positions[other]
        couple(
          hessian, units, position.firstUnit..<layer.positions[other + 1].firstUnit,
          products.sum(column + Int(position.column), of: same + stride))
        other += 1
      }
    }
  }

  private func couple(
    _ hessian: UnsafeMutableBufferPointer<Double>, _ left: Range<Int>, _ right: Range<Int>,
    _ value: Double
  ) {
    for a in left {
      let start = Int(layer.units[a]) * layer.channels
      for b in right { hessian[start + Int(layer.units[b])] += value }
    }
  }
}

/// The rows of numbers that a row of cells reads and writes.
private struct CellLines {
  let upper: UnsafeMutablePointer<Double>
  let lower: UnsafeMutablePointer<Double>
  let upperSlope: UnsafeMutablePointer<Double>
  let lowerSlope: UnsafeMutablePointer<Double>
  let upperCurvature: UnsafeMutablePointer<Double>
  let mixedCurvature: UnsafeMutablePointer<Double>
  let lowerCurvature: UnsafeMutablePointer<Double>
  let fraction: Double

  /// Goes over four cells; bit i of `concept` says whether the i-th belongs to the concept.
  @inline(__always)
  func step<Loss: CellLoss>(
    _ chunk: Int, concept: UInt64, _ loss: inout Loss, curvature: Bool
  ) {
    let (one, two) = (1 - fraction, fraction)
    let z = one * upper[vector: chunk] + two * lower[vector: chunk]
    let t = SIMD4<Double>(
      Double(concept & 1), Double(concept >> 1 & 1), Double(concept >> 2 & 1),
      Double(concept >> 3))
    let slopes = loss.add(z: z, t: t)
    upperSlope[vector: chunk] += one * slopes.first
    lowerSlope[vector: chunk] += two * slopes.first
    guard curvature else { return }
    upperCurvature[vector: chunk] += (one * one) * slopes.second
    mixedCurvature[vector: chunk] += (one * two) * slopes.second
    lowerCurvature[vector: chunk] += (two * two) * slopes.second
  }
}

extension ConceptLayer.Position {
  /// Whether it comes before a place in the order of rows, then columns.
  fileprivate func isBefore(_ row: Int, _ column: Int) -> Bool {
    Int(self.row) < row || Int(self.row) == row && Int(self.column) < column
  }
}

extension CellRanges {
  /// Σ weight · value over the cells of a run.
  @inline(__always)
  fileprivate func sum(_ run: Int, of values: UnsafeMutablePointer<Double>) -> Double {
    var sum = 0.0
    let offset = offsets[run]
    let values = values + first[run]
    for cell in 0..<offsets[run + 1] - offset { sum += weights[offset + cell] * values[cell] }
    return sum
  }
}
