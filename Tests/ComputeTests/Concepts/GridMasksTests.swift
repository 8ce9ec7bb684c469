import Testing

@testable import Compute

@Suite("Masks on the concept grid")
struct GridMasksTests {
  @Test("a cell belongs to the concept when half of it is covered")
  func halves() throws {
    // 4×4 pixels on 2×2 cells: 2, 1, 4 and 0 of four pixels.
    let pixels: [UInt8] = [
      1, 1, 0, 1,
      0, 0, 0, 0,
      9, 1, 0, 0,
      1, 1, 0, 0,
    ]
    let masks = try #require(
      GridMasks.reducing(
        pixels, samples: 1, pixelHeight: 4, pixelWidth: 4, toHeight: 2, width: 2))
    #expect(masks[0, 0, 0] && !masks[0, 0, 1] && masks[0, 1, 0] && !masks[0, 1, 1])
    #expect(masks.count(0) == 2)
  }

  @Test("cells that are not whole pixels: the shares of a fine raster, exactly")
  func fractions() throws {
    var random = RandomStream(seed: 5)
    for (height, width, rows, columns) in [(7, 5, 3, 4), (2, 3, 5, 4), (9, 9, 9, 9), (1, 1, 3, 2)] {
      let pixels = (0..<2 * height * width).map { _ in UInt8(random.below(2)) }
      let masks = try #require(
        GridMasks.reducing(
          pixels, samples: 2, pixelHeight: height, pixelWidth: width, toHeight: rows,
          width: columns))
      for sample in 0..<2 {
        for y in 0..<rows {
          for x in 0..<columns {
            // height × width points of a raster fall into each cell.
            var covered = 0
            for i in 0..<height {
              for j in 0..<width {
                let (line, place) = ((y * height + i) / rows, (x * width + j) / columns)
                covered += Int(pixels[(sample * height + line) * width + place])
              }
            }
            #expect(masks[sample, y, x] == (2 * covered >= height * width))
          }
        }
      }
    }
  }

  @Test("masks that are not as large as said are refused")
  func sizes() {
    func reduce(_ count: Int, _ samples: Int, _ height: Int, _ width: Int) -> GridMasks? {
      GridMasks.reducing(
        [UInt8](repeating: 1, count: count), samples: samples, pixelHeight: height,
        pixelWidth: width, toHeight: 2, width: 2)
    }
    #expect(reduce(15, 1, 4, 4) == nil && reduce(16, -1, 4, 4) == nil)
    #expect(reduce(0, 1, 0, 4) == nil && reduce(0, .max, 65_536, 65_536) == nil)
    #expect(reduce(0, 0, 4, 4)?.samples == 0 && reduce(16, 1, 4, 4)?.count(0) == 4)
  }

  @Test("moving wraps around and keeps the area; overlaps and choices are of the cells")
  func moving() {
    let cells: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    let masks = GridMasks(cells: cells, samples: 1, height: 3, width: 4)
    let moved = masks.shifted(down: -4, right: 7)
    let expected: [UInt8] = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1]
    #expect(moved == GridMasks(cells: expected, samples: 1, height: 3, width: 4))
    #expect(masks.overlap(with: moved, 0) == 1 && masks.overlap(with: masks, 0) == 3)
    #expect(moved.shifted(down: 4, right: -7) == masks)
    let twice = masks.selecting([0, 0])
    #expect(twice.samples == 2 && twice[1, 2, 3] && !twice[1, 2, 2])
    #expect(masks.selecting([]).samples == 0)
  }
}
