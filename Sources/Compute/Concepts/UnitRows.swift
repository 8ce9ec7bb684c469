/// What lies between the units of a sample and the cells of the grid: numbers for each row of units.
final class UnitRows {
  let layout: GridRows
  let channels: Int
  private let vertical: Resampling
  let readers: RunTable
  let products: RunTable
  /// Numbers of a row: a cell each, padded to whole vectors.
  let stride: Int
  /// z's part by row of units, and the gradient by it.
  let shares: DoubleBuffer
  let slopes: DoubleBuffer
  /// Two rows of second derivatives for each row of units: with itself and with the row below.
  let curvatures: DoubleBuffer
  /// A row of zeros, and one into which goes what nobody reads.
  private let spare: DoubleBuffer
  /// Which rows have a unit above its threshold in the present sample; one more that is never.
  private var isActive: [Bool]
  /// Whether a |z| of the present sample may be above 700.
  private var isWide = false
  /// Whether z is 0 in all cells of the present sample.
  private var isZero = true
  /// t of four cells, for each pattern of four bits.
  private let patterns: DoubleBuffer

  init(_ layer: ConceptLayer) {
    layout = layer.layout
    channels = layer.channels
    vertical = layer.rows
    readers = RunTable(layer.columns.readers)
    products = RunTable(layer.columns.products)
    stride = layer.layout.stride
    shares = DoubleBuffer(count: vertical.units * stride)
    slopes = DoubleBuffer(count: vertical.units * stride)
    curvatures = DoubleBuffer(count: 2 * vertical.units * stride)
    spare = DoubleBuffer(count: 2 * stride)
    isActive = [Bool](repeating: false, count: vertical.units + 1)
    patterns = DoubleBuffer(count: 64)
    for entry in 0..<64 { patterns.start[entry] = Double((entry / 4) >> (entry % 4) & 1) }
  }

  /// Sets the shares of a sample, and all else to 0.
  func spread(_ sample: SampleUnits, _ weights: UnsafeBufferPointer<Double>) {
    for row in isActive.indices { isActive[row] = false }
    isWide = false
    isZero = true
    var last = -1
    for index in 0..<sample.count {
      let row = Int(sample.positions[index].row)
      if row != last {
        last = row
        isActive[row] = true
        (shares.start + row * stride).update(repeating: 0, count: stride)
        (slopes.start + row * stride).update(repeating: 0, count: stride)
        (curvatures.start + 2 * row * stride).update(repeating: 0, count: 2 * stride)
      }
      var weight = 0.0
      for channel in sample.units(index) { weight += weights[Int(channel)] }
      if abs(weight) > 700 { isWide = true }
      if weight != 0 { isZero = false }
      readers.add(weight, Int(sample.positions[index].column), to: shares.start + row * stride)
    }
  }

  /// The rows that a row of cells lies between; nil if no unit of them is above its threshold.
  func lines(_ y: Int) -> CellLines? {
    let (upper, fraction) = (vertical.first[y], vertical.fraction[y])
    let hasUpper = isActive[upper]
    let hasLower = fraction > 0 && isActive[upper + 1]
    guard hasUpper || hasLower else { return nil }
    let (zeros, waste) = (spare.start, spare.start + stride)
    return CellLines(
      upper: hasUpper ? shares.start + upper * stride : zeros,
      lower: hasLower ? shares.start + (upper + 1) * stride : zeros,
      upperSlope: hasUpper ? slopes.start + upper * stride : waste,
      lowerSlope: hasLower ? slopes.start + (upper + 1) * stride : waste,
      upperCurvature: hasUpper ? curvatures.start + 2 * upper * stride : waste,
      mixedCurvature: hasUpper ? curvatures.start + (2 * upper + 1) * stride : waste,
      lowerCurvature: hasLower ? curvatures.start + 2 * (upper + 1) * stride : waste,
      patterns: patterns.start, fraction: fraction, isWide: isWide,
      isZero: isZero)
  }

  /// Goes over the cells of a sample: returns their loss, adds to the slopes and curvatures.
  ///
  /// - Parameters:
  ///   - mask: The words of the sample.
  ///   - loss: Of a cell; drained before and after.
  ///   - curvature: Whether second derivatives are wanted.
  /// - Returns: The sum over the grid.
  func cross<Loss: CellLoss>(
    _ mask: UnsafeBufferPointer<UInt64>, _ loss: inout Loss, curvature: Bool
  ) -> Double {
    guard let words = mask.baseAddress else { return 0 }
    // The bytes of a word stand in ascending order on all processors that Swift runs on.
    let bytes = UnsafeRawPointer(words).assumingMemoryBound(to: UInt8.self)
    var total = 0.0
    // Cells with z = 0 are counted, all others visited; what pads a row is counted off.
    var (concept, other, added) = (0, 0, 0)
    for y in 0..<layout.height {
      let line = y * layout.rowBytes
      guard let lines = lines(y) else {
        var count = 0
        for byte in line..<line + layout.rowBytes {
          count += bytes[byte].nonzeroBitCount
        }
        concept += count
        other += layout.width - count
        continue
      }
      loss.add(lines, concept: bytes + line, bytes: layout.rowBytes, curvature: curvature)
      other -= stride - layout.width
      added += stride / 4
      if added > 400 {
        total += loss.drain()
        added = 0
      }
    }
    return total + loss.drain() + loss.atZero(concept: concept, other: other)
  }
}

extension UnitRows {
  /// Sets the bits of the cells in which z > 0, and returns the largest z.
  func map(_ cells: inout [UInt64]) -> Double {
    var largest = -Double.infinity
    for word in cells.indices { cells[word] = 0 }
    for y in 0..<layout.height {
      guard let lines = lines(y) else {
        largest = max(largest, 0)
        continue
      }
      for x in 0..<layout.width {
        let z = (1 - lines.fraction) * lines.upper[x] + lines.fraction * lines.lower[x]
        largest = max(largest, z)
        let bit = layout.bit(y, x)
        cells[bit >> 6] |= (z > 0 ? 1 : 0) << UInt64(bit & 63)
      }
    }
    return largest
  }
}
