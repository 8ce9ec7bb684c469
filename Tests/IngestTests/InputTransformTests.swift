import Compute
import Raster
import Testing

@testable import Ingest

@Suite("From pictures to inputs") struct InputTransformTests {
  @Test("landmarks follow the pixels, stretched or from the centred square")
  func points() {
    let stretch = InputTransform(geometry: .init(size: 10), width: 40, height: 20)
    #expect(stretch(.init(x: 40, y: 20)) == .init(x: 10, y: 10))
    #expect(stretch(.init(x: 4, y: 4)) == .init(x: 1, y: 2))
    let square = InputTransform(
      geometry: .init(size: 10, fit: .centreSquare), width: 40, height: 20)
    // The square is x 10…30, y 0…20.
    #expect(square(.init(x: 10, y: 0)) == .init(x: 0, y: 0))
    #expect(square(.init(x: 20, y: 10)) == .init(x: 5, y: 5))
    #expect(square(.init(x: 30, y: 20)) == .init(x: 10, y: 10))
  }

  @Test("a mask belongs to a pixel that it covers at least by half")
  func masks() {
    var mask = BitMask(width: 4, height: 4)
    // The left upper 2×2 has two of four set, the right upper one, the right lower all.
    for (x, y) in [(0, 0), (1, 1), (2, 0), (2, 2), (3, 2), (2, 3), (3, 3)] { mask[x, y] = true }
    let transform = InputTransform(geometry: .init(size: 2), width: 4, height: 4)
    #expect(transform.mask(of: mask) == [1, 0, 0, 1])
  }

  @Test("equal sizes leave pictures as they are; grey ones come three times")
  func identity() {
    let transform = InputTransform(geometry: .init(size: 2), width: 2, height: 2)
    let colour = Picture(width: 2, height: 2, channels: 3, pixels: (0..<12).map { UInt8($0) })
    #expect(transform.input(of: colour) == colour.pixels)
    let grey = Picture(width: 2, height: 2, channels: 1, pixels: [1, 2, 3, 4])
    #expect(transform.input(of: grey) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
  }

  @Test("normalisation by hand: order, divisor, mean and deviation")
  func normalise() {
    let bgr = Preprocessing(
      geometry: .init(size: 1), order: .bgr, divisor: 1, mean: [1, 2, 3], deviation: [1, 2, 4])
    #expect(bgr.normalise([10, 20, 30], samples: 1).values == [29, 9, 1.75])
    let grey = Preprocessing(
      geometry: .init(size: 1), order: .grey, divisor: 1, mean: [0, 0, 0], deviation: [1, 1, 1])
    // 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15.
    #expect(grey.normalise([10, 20, 30], samples: 1).values == [18, 18, 18])
    let unit = Preprocessing.builtIn(size: 1)
    #expect(unit.normalise([0, 255, 0], samples: 1).values == [-2, 2, -2])
  }

  @Test("the key tells geometries apart, and JSON brings a preprocessing back")
  func keys() throws {
    let geometry = Preprocessing.Geometry(size: 64)
    #expect(geometry.key != Preprocessing.Geometry(size: 65).key)
    #expect(geometry.key != Preprocessing.Geometry(size: 64, fit: .centreSquare).key)
    #expect(geometry.key != Preprocessing.Geometry(size: 64, filter: .area).key)
    let preprocessing = Preprocessing.builtIn(size: 64)
    #expect(try Preprocessing(json: preprocessing.json()) == preprocessing)
    // Stored warehouses hold this text, and keys are made of it.
    let text =
      #"{"deviation":[0.25,0.25,0.25],"divisor":255,"geometry":{"filter":"bilinear","#
      + #""fit":"stretch","size":64},"mean":[0.5,0.5,0.5],"order":"rgb"}"#
    #expect(try preprocessing.json() == text)
    for json in ["", "{}", try preprocessing.json().replacing("0.25", with: "0")] {
      #expect(throws: IngestError.self) { try Preprocessing(json: json) }
    }
  }
}
