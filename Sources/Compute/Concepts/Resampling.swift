/// Linear interpolation along one axis, from the units of a layer to the cells of the grid.
///
/// Cell o reads unit `first[o]` and the one after it, with the weights 1 − f and f where
/// f = `fraction[o]`: what PyTorch's `interpolate` (bilinear, without antialias) does along each
/// axis, but with exact fractions. Going to fewer cells than units skips units.
struct Resampling: Sendable {
  let units: Int
  let cells: Int
  /// The unit that each cell reads first.
  let first: [Int]
  /// The weight of the unit after it; 0 at the last unit.
  let fraction: [Double]
  /// For each unit, the cells that read it, with the weights of the unit.
  let readers: CellRanges
  /// For units i and j with i + j = s and |i − j| ≤ 1, the cells that read both, with the products
  /// of both weights; 2·units − 1 runs.
  let products: CellRanges

  init(units: Int, cells: Int, alignCorners: Bool) {
    self.units = units
    self.cells = cells
    let denominator = alignCorners ? max(1, cells - 1) : 2 * cells
    var first: [Int] = []
    var numerator: [Int] = []
    for cell in 0..<cells {
      let position =
        alignCorners ? (cells == 1 ? 0 : cell * (units - 1)) : (2 * cell + 1) * units - cells
      let (unit, rest) = max(0, position).quotientAndRemainder(dividingBy: denominator)
      first.append(min(unit, units - 1))
      numerator.append(unit >= units - 1 ? 0 : rest)
    }
    self.first = first
    fraction = numerator.map { Double($0) / Double(denominator) }
    // `first` never falls, so the cells that read a unit are consecutive.
    var starts = [Int](repeating: cells, count: units + 1)
    for cell in (0..<cells).reversed() { starts[first[cell]] = cell }
    for unit in (0..<units).reversed() { starts[unit] = min(starts[unit], starts[unit + 1]) }
    var readers = CellRanges(scale: denominator)
    var products = CellRanges(scale: denominator * denominator)
    for unit in 0..<units {
      func weight(_ cell: Int) -> Int {
        first[cell] == unit ? denominator - numerator[cell] : numerator[cell]
      }
      let cells = starts[max(0, unit - 1)]..<starts[unit + 1]
      readers.append(cells, weight)
      products.append(cells) { weight($0) * weight($0) }
      guard unit + 1 < units else { break }
      products.append(starts[unit]..<starts[unit + 1]) {
        numerator[$0] * (denominator - numerator[$0])
      }
    }
    self.readers = readers
    self.products = products
  }
}
