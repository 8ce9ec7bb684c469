/// How the positions of a chunk of samples are cut into tiles of im2col rows.
struct Tiling: Sendable {
  /// The window to gather by.
  let window: Window
  /// Rows of a tile.
  let rows: Int
  /// Positions of a whole chunk.
  let chunkRows: Int
  /// Numbers in one gathered row.
  let rowLength: Int

  /// A tile of about half a megabyte, so that it stays in the second-level cache.
  init(window: Window, groupInputs: Int) {
    self.window = window
    rowLength = window.kernel.area * groupInputs
    chunkRows = Convolution.chunk * window.positions
    let small = (1 << 17) / rowLength / 32 * 32
    // Products of few rows are slow; beyond 64 MB memory counts more.
    let fitting = min(512, max(small, min(128, (1 << 24) / rowLength), 1))
    rows = min(chunkRows, fitting)
  }

  /// Tiles of a chunk; the last one may be shorter than `rows`.
  var count: Int { (chunkRows + rows - 1) / rows }

  /// The positions of a tile.
  func range(_ tile: Int) -> Range<Int> { tile * rows..<min(chunkRows, (tile + 1) * rows) }

  /// Samples of a batch that lie in a chunk.
  func samples(of batch: Int, in chunk: Int) -> Int {
    min(Convolution.chunk, batch - chunk * Convolution.chunk)
  }

  /// y = gathered(x) · weights, tile by tile.
  ///
  /// `finish` gets every written tile while it is in cache: its first row and how many rows.
  func slide(
    over x: UnsafePointer<Float>, inputs: Int, outputs: Int, groups: Int,
    weights: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers, finish: (_ rows: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) {
    let chunks = (samples + Convolution.chunk - 1) / Convolution.chunk
    let channels = groups * outputs
    let workspace = rows * (rowLength + channels)
    workers.forEach(chunks * count, workspace: workspace) { item, scratch in
      let (chunk, tile) = item.quotientAndRemainder(dividingBy: count)
      let present = self.samples(of: samples, in: chunk)
      let range = range(tile)
      let valid = min(range.upperBound, present * window.positions) - range.lowerBound
      guard valid > 0 else { return }
      let image = x + chunk * Convolution.chunk * window.source.count
      let target = y + (chunk * chunkRows + range.lowerBound) * channels
      // A tile that reaches beyond the batch is computed whole, beside the output.
      let product = valid == range.count ? target : scratch + rows * rowLength
      for group in 0..<groups {
        window.gather(
          image, samples: present, rows: range, channels: group * inputs..<(group + 1) * inputs,
          into: scratch)
        BLAS.multiply(
          .plain(scratch, stride: rowLength),
          .plain(weights + group * rowLength * outputs, stride: outputs),
          into: product + group * outputs, stride: channels, m: range.count, n: outputs,
          k: rowLength)
      }
      if product != target { target.update(from: product, count: valid * channels) }
      finish(target, valid)
    }
  }
}
