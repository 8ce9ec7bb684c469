extension UnitRows {
  /// Adds the slopes, taken back to the units of a sample, to the gradient.
  func collect(_ sample: SampleUnits, _ gradient: UnsafeMutableBufferPointer<Double>) {
    for index in 0..<sample.count {
      let position = sample.positions[index]
      let slope = readers.sum(
        Int(position.column), of: slopes.start + Int(position.row) * stride)
      for channel in sample.units(index) { gradient[Int(channel)] += slope }
    }
  }

  /// Adds the curvatures, taken back to pairs of units of a sample, to a matrix.
  ///
  /// Each pair is added in one order only: the Hessian is the sum with the transpose.
  func couple(_ sample: SampleUnits, _ matrix: UnsafeMutableBufferPointer<Double>) {
    var below = 0
    for index in 0..<sample.count {
      let position = sample.positions[index]
      let (row, column) = (Int(position.row), Int(position.column))
      let same = curvatures.start + 2 * row * stride
      let units = sample.units(index)
      // Units of one position meet in both orders.
      add(products.sum(2 * column, of: same) / 2, units, units, matrix)
      if index + 1 < sample.count {
        let next = sample.positions[index + 1]
        if next.row == position.row, next.column == position.column + 1 {
          add(
            products.sum(2 * column + 1, of: same), units, sample.units(index + 1), matrix)
        }
      }
      while below < sample.count, sample.positions[below].isBefore(row + 1, column - 1) {
        below += 1
      }
      var other = below
      while other < sample.count, sample.positions[other].isBefore(row + 1, column + 2) {
        add(
          products.sum(column + Int(sample.positions[other].column), of: same + stride), units,
          sample.units(other), matrix)
        other += 1
      }
    }
  }

  @inline(__always)
  private func add(
    _ value: Double, _ left: UnsafeBufferPointer<UInt32>, _ right: UnsafeBufferPointer<UInt32>,
    _ matrix: UnsafeMutableBufferPointer<Double>
  ) {
    // Cells that no one reads leave many pairs at 0 where the grid is smaller than the layer.
    guard value != 0 else { return }
    for a in left {
      let start = Int(a) * channels
      for b in right { matrix[start + Int(b)] += value }
    }
  }
}

extension ConceptLayer.Position {
  /// Whether it comes before a place in the order of rows, then columns.
  fileprivate func isBefore(_ row: Int, _ column: Int) -> Bool {
    Int(self.row) < row || Int(self.row) == row && Int(self.column) < column
  }
}
