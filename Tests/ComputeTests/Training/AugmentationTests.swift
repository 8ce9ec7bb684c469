import Compute
import Testing

@Suite("Augmentation")
struct AugmentationTests {
  private let shape = Shape(channels: 2, height: 5, width: 4)

  private func augmented(
    _ augmentation: Augmentation, _ batch: Activation, indices: [Int], seed: UInt64 = 1,
    epoch: Int = 1
  ) -> Activation {
    var batch = batch
    augmentation.apply(to: &batch, indices: indices, seed: seed, epoch: epoch)
    return batch
  }

  @Test("Nothing asked for changes nothing")
  func identity() {
    let batch = randomActivation(samples: 3, shape: shape, seed: 1)
    #expect(augmented(Augmentation(), batch, indices: [4, 5, 6]) == batch)
  }

  @Test("A sample's change depends on seed, epoch and index, not on its place in the batch")
  func keyed() {
    let all = Augmentation(flips: true, shift: 2, brightness: 0.5)
    let batch = randomActivation(samples: 4, shape: shape, seed: 1)
    let whole = augmented(all, batch, indices: [9, 3, 7, 1])
    let part = augmented(all, batch.selecting([2, 1]), indices: [7, 3])
    #expect(part == whole.selecting([2, 1]))
    #expect(augmented(all, batch, indices: [9, 3, 7, 1], epoch: 2) != whole)
    #expect(augmented(all, batch, indices: [9, 3, 7, 1], seed: 2) != whole)
  }

  @Test("Half of the pictures are mirrored, exactly")
  func flips() {
    let one = randomActivation(samples: 1, shape: shape, seed: 1)
    let batch = one.selecting(Array(repeating: 0, count: 200))
    let mirrored = Activation(
      samples: 1, shape: shape,
      values: one.values.indices.map { index in
        let x = index / 2 % 4
        return one.values[index + (3 - 2 * x) * 2]
      })
    let result = augmented(Augmentation(flips: true), batch, indices: Array(0..<200))
    let flipped = (0..<200).filter { result.selecting([$0]) == mirrored }
    #expect((70...130).contains(flipped.count))
    #expect((0..<200).count { result.selecting([$0]) == one } == 200 - flipped.count)
  }

  @Test(
    "Shifts move every pixel alike and fill as asked", arguments: [Augmentation.Fill.edge, .zero])
  func shifts(fill: Augmentation.Fill) {
    let one = Activation(
      samples: 1, shape: shape, values: (0..<shape.count).map { Float($0 + 1) })
    let indices = Array(0..<150)
    let result = augmented(
      Augmentation(shift: 1, fill: fill), one.selecting(indices.map { _ in 0 }), indices: indices)
    let expected = (-1...1).flatMap { down in
      (-1...1).map { right in moved(one, down: down, right: right, fill: fill) }
    }
    var seen: Set<Int> = []
    for index in indices {
      let match = expected.firstIndex(of: result.selecting([index]).values)
      seen.insert(match ?? -1)
    }
    #expect(seen == Set(0..<9))
  }

  @Test("Brightness adds one number to a whole picture")
  func brightness() {
    let batch = Activation(
      samples: 50, shape: shape, values: Array(repeating: 1, count: 50 * shape.count))
    let result = augmented(Augmentation(brightness: 0.3), batch, indices: Array(0..<50))
    let added = (0..<50).map { result.selecting([$0]).values }
    #expect(added.allSatisfy { Set($0).count == 1 && abs($0[0] - 1) <= 0.3 })
    #expect(Set(added.map { $0[0] }).count == 50)
  }

  private func moved(
    _ picture: Activation, down: Int, right: Int, fill: Augmentation.Fill
  ) -> [Float] {
    (0..<shape.count).map { index in
      let (y, x) = (index / 8 - down, index / 2 % 4 - right)
      let (row, column) = (min(max(y, 0), 4), min(max(x, 0), 3))
      if fill == .zero, row != y || column != x { return 0 }
      return picture.values[(row * 4 + column) * 2 + index % 2]
    }
  }
}
