internal import CKernels

/// How the positions of a batch are cut into tiles of im2col rows.
///
/// A number of a product depends on its own row alone, so tiles may hold any rows.
struct Tiling: Sendable {
  /// The window to gather by.
  let window: Window
  /// Rows of a tile.
  let rows: Int
  /// Numbers in one gathered row.
  let rowLength: Int

  /// A tile of about half a megabyte, so that it stays in the second-level cache.
  init(window: Window, groupInputs: Int) {
    self.window = window
    rowLength = window.kernel.area * groupInputs
    let small = (1 << 17) / rowLength / 24 * 24
    // Products of few rows are slow; beyond 64 MB memory counts more.
    rows = min(480, max(small, min(96, (1 << 24) / rowLength), 1))
  }

  /// Tiles of a batch.
  func count(samples: Int) -> Int { (samples * window.positions + rows - 1) / rows }

  /// The positions of a tile, counted over the batch.
  func range(_ tile: Int, samples: Int) -> Range<Int> {
    tile * rows..<min(samples * window.positions, (tile + 1) * rows)
  }

  // Whether a gathered row is a pixel as it lies in the image.
  private var isPointwise: Bool {
    window.kernel == Extent(1) && window.stride == Extent(1) && window.padding == Extent(0)
      && window.spread == Extent(1)
  }

  /// y = gathered(x) · weights, tile by tile.
  ///
  /// - Parameters:
  ///   - x: [samples, source of the window].
  ///   - inputs: Channels of one group.
  ///   - outputs: Output channels of one group.
  ///   - groups: Groups that do not see each other's channels.
  ///   - weights: For every group, packed by `lethe_pack`.
  ///   - y: [samples, positions, groups · outputs], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  ///   - finish: Gets every written tile while it is in cache: its first row and how many rows.
  func slide(
    over x: UnsafePointer<Float>, inputs: Int, outputs: Int, groups: Int,
    weights: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers, finish: (_ rows: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) {
    let channels = groups * outputs
    let packed = lethe_packed_count(rowLength, outputs)
    let workspace = isPointwise ? 0 : rows * rowLength
    workers.forEach(count(samples: samples), workspace: workspace) { tile, scratch in
      let range = range(tile, samples: samples)
      let target = y + range.lowerBound * channels
      for group in 0..<groups {
        var (left, row) = (UnsafePointer(scratch), rowLength)
        if isPointwise {
          row = window.source.channels
          left = x + range.lowerBound * row + group * inputs
        } else {
          window.gather(
            x, samples: samples, rows: range, channels: group * inputs..<(group + 1) * inputs,
            into: scratch)
        }
        lethe_multiply_packed(
          left, row, weights + group * packed, rowLength, outputs, range.count,
          target + group * outputs, channels)
      }
      finish(target, range.count)
    }
  }
}
