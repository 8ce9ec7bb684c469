import Compute
import Foundation
import Hashing
import Raster
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Preprocessing of networks from elsewhere") struct PreprocessingTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  private func source() throws -> Picture {
    try Picture.read(Self.fixtures.appending(path: "raster/source.png"))
  }

  private func expected(_ name: String) throws -> [UInt8] {
    let url = Self.fixtures.appending(path: "preprocessing/\(name).raw")
    return [UInt8](try Data(contentsOf: url).dropFirst(12))
  }

  /// The largest difference in grey levels; nil for other sizes.
  private func difference(_ a: [UInt8], _ b: [UInt8]) -> Int? {
    guard a.count == b.count else { return nil }
    return zip(a, b).map { abs(Int($0) - Int($1)) }.max()
  }

  private func transposed(_ picture: Picture) -> Picture {
    var pixels: [UInt8] = []
    for x in 0..<picture.width {
      for y in 0..<picture.height {
        let at = (y * picture.width + x) * 3
        pixels += picture.pixels[at..<at + 3]
      }
    }
    return Picture(width: picture.height, height: picture.width, channels: 3, pixels: pixels)
  }

  @Test("inputs of geometries that warehouses hold already have the keys and bytes they had")
  func unchanged() throws {
    let plain = Preprocessing.Geometry(size: 64)
    #expect(plain.key == "32f53feb4f6f4533e0e8408646b417fb21cd7a1f46e71a08b33658be5fa03cfa")
    let picture = try source()
    for fit in [Preprocessing.Geometry.Fit.stretch, .centreSquare] {
      for (filter, raster) in [
        (Preprocessing.Geometry.Filter.bilinear, ResizeFilter.bilinear), (.nearest, .nearest),
        (.area, .box),
      ] {
        let transform = InputTransform(
          geometry: .init(size: 64, fit: fit, filter: filter), width: 61, height: 47)
        let part =
          fit == .stretch ? picture : picture.cropped(x: 7, y: 0, width: 47, height: 47)
        let direct = part.resized(width: 64, height: 64, filter: raster)
        #expect(transform.input(of: picture) == direct.pixels)
      }
    }
  }

  @Test("the shorter side and the centre cut equal torchvision's within one grey level")
  func shorterSide() throws {
    let picture = try source()
    let wide = Preprocessing.Geometry(size: 27, fit: .shorterSide, resize: 32)
    let found = InputTransform(geometry: wide, width: 61, height: 47).input(of: picture)
    #expect(try #require(difference(found, try expected("shorter-side-32-27"))) <= 1)
    let tall = Preprocessing.Geometry(size: 28, fit: .shorterSide, resize: 32)
    let turned = InputTransform(geometry: tall, width: 47, height: 61)
      .input(of: transposed(picture))
    #expect(try #require(difference(turned, try expected("shorter-side-tall-32-28"))) <= 1)
    // A strip is 8 : 1 at most before it is scaled; its middle stays its middle.
    let strip = InputTransform(geometry: tall, width: 47, height: 100_000)
    #expect(abs(strip(.init(x: 23.5, y: 50_000)).y - 14) <= 1)
  }

  @Test("a face box with a margin is cut as Pillow cuts it, black outside the picture")
  func faceBox() throws {
    let geometry = Preprocessing.Geometry(size: 24, crop: .faceBox, margin: 0.2)
    let anchors = FaceAnchors(box: .init(left: 40, top: 30, width: 30, height: 20))
    let transform = InputTransform(geometry: geometry, width: 61, height: 47, anchors: anchors)
    #expect(!transform.isFallback)
    let found = transform.input(of: try source())
    #expect(try #require(difference(found, try expected("face-box"))) <= 1)
    let corner = transform(.init(x: 76, y: 54))
    #expect(abs(corner.x - 24) < 1e-9 && abs(corner.y - 24) < 1e-9)
  }

  @Test("landmarks are cut out in the square around them")
  func landmarks() {
    let points = [(10.0, 10.0), (30, 14), (20, 20)].map { PictureRecord.Point(x: $0.0, y: $0.1) }
    let geometry = Preprocessing.Geometry(size: 40, crop: .landmarks, margin: 0.5)
    let transform = InputTransform(
      geometry: geometry, width: 100, height: 100, anchors: .init(landmarks: points))
    // x 10…30 is 20 wide; the square is y 5…25; the margin makes it x 0…40, y −5…35.
    #expect(transform(.init(x: 0, y: -5)) == .init(x: 0, y: 0))
    #expect(transform(.init(x: 40, y: 35)) == .init(x: 40, y: 40))
    #expect(transform(.init(x: 20, y: 15)) == .init(x: 20, y: 20))
  }

  /// 68 points, all in one place but the eyes.
  private func eyes(_ left: (Double, Double), _ right: (Double, Double)) -> FaceAnchors {
    FaceAnchors(
      landmarks: (0..<68).map {
        let place = (36..<42).contains($0) ? left : (42..<48).contains($0) ? right : (30, 40)
        return .init(x: place.0, y: place.1)
      })
  }

  @Test("eyes come to lie level at their places, and the picture turns as Pillow turns it")
  func alignment() throws {
    let anchors = eyes((20, 20), (44, 26))
    let geometry = Preprocessing.Geometry(size: 96, align: .eyes)
    let transform = InputTransform(geometry: geometry, width: 61, height: 47, anchors: anchors)
    let (left, right) = (transform(.init(x: 20, y: 20)), transform(.init(x: 44, y: 26)))
    for (found, wanted) in [(left.x, 33.6), (left.y, 38.4), (right.x, 62.4), (right.y, 38.4)] {
      #expect(abs(found - wanted) < 1e-9)
    }
    // A similarity: the point right-angled to the eyes' line stays right-angled.
    let below = transform(.init(x: 20 - 6, y: 20 + 24))
    #expect(abs(below.x - 33.6) < 1e-9 && abs(below.y - (38.4 + 28.8)) < 1e-9)
    let found = transform.input(of: try source())
    let reference = try expected("eyes")
    // At the picture's edge Pillow leaves a black seam where we blend: compare inside of it.
    for row in 20..<55 {
      let inside = (row * 96 + 20) * 3..<(row * 96 + 70) * 3
      #expect(try #require(difference(Array(found[inside]), Array(reference[inside]))) <= 1)
    }
  }

  @Test("a picture that shrinks is aligned without skipping pixels, and masks follow")
  func shrinkingAlignment() {
    // Stripes one pixel wide: skipping would give black or white, averaging gives grey.
    let side = 200
    let stripes = Picture(
      width: side, height: side, channels: 1,
      pixels: (0..<side * side).map { $0 % 2 == 0 ? 0 : 255 })
    let transform = InputTransform(
      geometry: .init(size: 16, align: .eyes), width: side, height: side,
      anchors: eyes((70, 80), (130, 80)))
    let inside = transform.input(of: stripes)[(8 * 16 + 8) * 3]
    #expect((118...138).contains(inside))
    var mask = BitMask(width: side, height: side)
    for y in 0..<side { for x in 0..<100 { mask[x, y] = true } }
    // x = 100 is the middle between the eyes: column 8 of 16.
    let row = transform.mask(of: mask)[8 * 16..<9 * 16]
    #expect(row.prefix(8).suffix(6).allSatisfy { $0 == 1 } && row.suffix(8).allSatisfy { $0 == 0 })
  }

  @Test("a picture without the face that is asked for gives its centred square")
  func fallback() {
    for geometry in [
      Preprocessing.Geometry(size: 10, crop: .faceBox, margin: 1),
      .init(size: 10, crop: .landmarks), .init(size: 10, align: .eyes),
    ] {
      for anchors in [FaceAnchors.none, .init(landmarks: [.init(x: 1, y: 1), .init(x: 1, y: 1)])] {
        let transform = InputTransform(geometry: geometry, width: 40, height: 20, anchors: anchors)
        #expect(transform.isFallback)
        #expect(transform(.init(x: 10, y: 0)) == .init(x: 0, y: 0))
      }
    }
    #expect(!InputTransform(geometry: .init(size: 10), width: 40, height: 20).isFallback)
  }

  @Test("grey inputs have Pillow's luma, once or three times")
  func luma() throws {
    let picture = try source()
    let one = PixelNormalisation(order: .grey, divisor: 1, mean: [0], deviation: [1])
    let side = 47
    let square = picture.cropped(x: 0, y: 0, width: side, height: side)
    let found = one.activation(square.pixels, samples: 1, side: side)
    #expect(found.shape == Shape(channels: 1, height: side, width: side))
    let luma = try expected("luma")
    for y in 0..<side {
      for x in 0..<side { #expect(found.values[y * side + x] == Float(luma[y * 61 + x])) }
    }
    #expect(one.pixels(of: [7, 300]) == [7, 7, 7, 255, 255, 255])
  }

  @Test("presets by hand, and what a network sees turned back into a picture")
  func presets() {
    let pixel: [UInt8] = [200, 100, 50]
    func values(_ preset: PreprocessingPreset) -> [Float] {
      preset.normalisation().activation(pixel, samples: 1, side: 1).values
    }
    let expected: [(PreprocessingPreset, [Float])] = [
      // 50 − 103.939, 100 − 116.779, 200 − 123.68.
      (.imagenetCaffe, [-53.939, -16.779, 76.32]),
      // 200, 100 and 50 over 255; and over 127.5, less 1.
      (.unit, [0.784_313_7, 0.392_156_9, 0.196_078_4]),
      (.signed, [0.568_627_5, -0.215_686_3, -0.607_843_1]),
      // (200 / 255 − 0.485) / 0.229, (100 / 255 − 0.456) / 0.224, (50 / 255 − 0.406) / 0.225.
      (.imagenetTorch, [1.307_046_8, -0.285_014_0, -0.932_984_7]),
    ]
    for (preset, wanted) in expected {
      for (found, wanted) in zip(values(preset), wanted) { #expect(abs(found - wanted) < 1e-5) }
    }
    for preset in PreprocessingPreset.allCases {
      #expect(PreprocessingPreset(preset.normalisation()) == preset)
      let shown = preset.normalisation().pixels(of: values(preset))
      // The first channel is shown as red, so that a network of BGR sees blue faces.
      #expect(shown == (preset == .imagenetCaffe ? pixel.reversed() : pixel))
      #expect(preset.normalisation(channels: 1).channels == 1)
    }
    #expect(PreprocessingPreset(Preprocessing.builtIn(size: 1).normalisation) == nil)
  }

  @Test("impossible geometries are named, others survive JSON and have keys of their own")
  func geometries() throws {
    let impossible: [Preprocessing.Geometry] = [
      .init(size: 0), .init(size: 4097), .init(size: 32, fit: .shorterSide),
      .init(size: 32, fit: .shorterSide, resize: 31), .init(size: 32, resize: 40),
      .init(size: 32, margin: 0.1), .init(size: 32, crop: .landmarks, margin: -0.1),
      .init(size: 32, crop: .landmarks, margin: .nan),
      .init(size: 32, crop: .faceBox, align: .eyes),
      .init(size: 32, fit: .centreSquare, align: .eyes),
    ]
    for geometry in impossible { #expect(geometry.problem != nil) }
    let possible: [Preprocessing.Geometry] = [
      .init(size: 32), .init(size: 32, fit: .shorterSide, resize: 40),
      .init(size: 32, fit: .shorterSide, resize: 41), .init(size: 32, crop: .landmarks),
      .init(size: 32, crop: .landmarks, margin: 0.25), .init(size: 32, crop: .faceBox),
      .init(size: 32, align: .eyes),
    ]
    #expect(Set(possible.map(\.key)).count == possible.count)
    #expect(Set(possible.map(\.words)).count == possible.count)
    for geometry in possible {
      #expect(geometry.problem == nil)
      let made = Preprocessing(
        geometry: geometry, normalisation: PreprocessingPreset.unit.normalisation(channels: 1))
      #expect(try Preprocessing(json: made.json()) == made)
    }
    let words = Preprocessing(
      geometry: possible[4], normalisation: PreprocessingPreset.imagenetCaffe.normalisation()
    ).words
    #expect(
      words == "square around the landmarks, 25.0 % larger on each side, stretched to 32×32"
        + " (bilinear, antialiased); BGR − (103.939 116.779 123.68)")
  }

  @Test("an ingest takes faces by landmarks, falls back where there are none, and says so")
  func ingest() throws {
    let small = try SmallWarehouse(samples: 12, models: false)
    let store = try small.open()
    let dataset = try store.dataset(named: "noise")
    try store.catalogue.run(
      "DELETE FROM landmark_set WHERE sample IN (SELECT id FROM sample WHERE position < 3)")
    let said = Messages()
    func ingest(_ geometry: Preprocessing.Geometry) throws {
      try InputIngest(
        store: store, geometry: geometry, dataset: dataset, threads: 2,
        monitor: Monitor(message: { said.add($0) })
      ).run()
    }
    let geometry = Preprocessing.Geometry(size: 16, crop: .landmarks, margin: 0.25)
    try ingest(geometry)
    #expect(
      said.all == [
        "3 of 12 pictures of `noise` have no landmarks: their largest centred square was taken"
      ])
    let rows = try store.readBytes(
      key: geometry.key, tier: .inputs, dataset: dataset.id, positions: 0..<12)
    let samples = try store.samples(of: dataset.id, positions: 0..<12)
    let anchors = FaceAnchorReader(store: store, dataset: dataset)
    for (sample, anchor) in zip(samples, try anchors.anchors(at: 0..<12, for: geometry)) {
      #expect((anchor == .none) == (sample.position < 3))
      let picture = try Picture.read(
        small.folder.url.appending(path: "pictures/\(sample.path)"))
      let transform = InputTransform(geometry: geometry, width: 32, height: 32, anchors: anchor)
      let size = 16 * 16 * 3
      #expect(
        Array(rows.values[sample.position * size..<(sample.position + 1) * size])
          == transform.input(of: picture))
    }
    // Nobody has a face box here: that is refused rather than done to nobody's good.
    let error = #expect(throws: IngestError.self) { try ingest(.init(size: 16, crop: .faceBox)) }
    #expect(error?.problem.contains("face_x") == true)
  }
}
