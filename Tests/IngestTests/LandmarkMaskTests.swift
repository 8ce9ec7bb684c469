import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Masks of action units from landmarks") struct LandmarkMaskTests {
  /// A face whose outer eye corners are 100 pixels apart, at (50, 100) and (150, 100).
  private var face: [PictureRecord.Point] {
    var points = [PictureRecord.Point](repeating: .init(x: 100, y: 130), count: 68)
    points[36] = .init(x: 50, y: 100)
    points[45] = .init(x: 150, y: 100)
    points[21] = .init(x: 90, y: 80)
    points[22] = .init(x: 110, y: 80)
    points[48] = .init(x: 70, y: 180)
    points[54] = .init(x: 130, y: 180)
    points[57] = .init(x: 100, y: 190)
    points[8] = .init(x: 100, y: 230)
    return points
  }

  private func centre(_ polygon: [PictureRecord.Point]) -> (x: Double, y: Double) {
    let count = Double(polygon.count)
    return (polygon.reduce(0) { $0 + $1.x } / count, polygon.reduce(0) { $0 + $1.y } / count)
  }

  private func expect(
    _ au: Int, _ landmarks: [PictureRecord.Point], at wanted: [(Double, Double)]
  ) throws {
    let region = try #require(LandmarkRegion(au: au, landmarks: landmarks))
    #expect(region.polygons.count == wanted.count)
    for (polygon, point) in zip(region.polygons, wanted) {
      let middle = centre(polygon)
      #expect(abs(middle.x - point.0) < 1e-9 && abs(middle.y - point.1) < 1e-9, "AU\(au)")
    }
  }

  @Test("centres by hand: raised, below, midway, outward")
  func centres() throws {
    try expect(1, face, at: [(90, 55), (110, 55)])
    try expect(6, face, at: [(60, 140), (140, 140)])
    try expect(14, face, at: [(70, 180), (130, 180)])
    try expect(15, face, at: [(70, 195), (130, 195)])
    try expect(17, face, at: [(100, 210)])
    try expect(20, face, at: [(55, 180), (145, 180)])
  }

  @Test("a disc has the radius 0.15 of the eyes' distance, whatever the face's size and turn")
  func radius() throws {
    for (scale, degrees) in [(1.0, 0.0), (0.3, 25.0), (2.0, -90.0), (1.0, 180.0)] {
      let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
      let turned = face.map {
        PictureRecord.Point(
          x: scale * ($0.x * cosine - $0.y * sine), y: scale * ($0.x * sine + $0.y * cosine))
      }
      let region = try #require(LandmarkRegion(au: 1, landmarks: turned))
      // (90, 55), turned and scaled with the face.
      let wanted = (
        x: scale * (90 * cosine - 55 * sine), y: scale * (90 * sine + 55 * cosine)
      )
      let middle = centre(region.polygons[0])
      #expect(abs(middle.x - wanted.x) < 1e-9 && abs(middle.y - wanted.y) < 1e-9)
      for corner in region.polygons[0] {
        let (x, y) = (corner.x - middle.x, corner.y - middle.y)
        #expect(abs((x * x + y * y).squareRoot() - 15 * scale) < 1e-9)
      }
    }
  }

  @Test("a hull is widened by 0.05 of the eyes' distance")
  func hull() throws {
    var points = face
    for index in 36...41 { points[index] = .init(x: 50 + Double(index - 36) * 6, y: 100) }
    let region = try #require(LandmarkRegion(au: 43, landmarks: points))
    let xs = region.polygons[0].map(\.x)
    let ys = region.polygons[0].map(\.y)
    #expect(abs((xs.min() ?? 0) - 45) < 1e-9 && abs((xs.max() ?? 0) - 85) < 1e-9)
    #expect(abs((ys.min() ?? 0) - 95) < 1e-9 && abs((ys.max() ?? 0) - 105) < 1e-9)
    // Corners of the hull alone: both half circles.
    #expect(region.polygons[0].count == 34)
  }

  @Test("66 points say the same as the 68 that they were taken from, where 60 and 64 add nothing")
  func fewer() throws {
    var points = face
    (points[60], points[64]) = (points[48], points[54])
    let fewer = points.enumerated().filter { ![60, 64].contains($0.offset) }.map(\.element)
    for au in [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 24, 25, 26, 43] {
      let all = try #require(LandmarkRegion(au: au, landmarks: points))
      #expect(LandmarkRegion(au: au, landmarks: fewer)?.polygons == all.polygons, "AU\(au)")
    }
  }

  @Test("no rule, no landmarks, or eyes in one place: no region")
  func none() {
    for au in [11, 16, 18, 27, 28, 45, 0, -1] {
      #expect(LandmarkRegion(au: au, landmarks: face) == nil)
    }
    #expect(LandmarkRegion(au: 1, landmarks: []) == nil)
    #expect(LandmarkRegion(au: 1, landmarks: Array(face.prefix(67))) == nil)
    var blind = face
    blind[45] = blind[36]
    #expect(LandmarkRegion(au: 1, landmarks: blind) == nil)
  }

  @Test("pixels whose centres lie in a polygon")
  func fill() {
    let square: [PictureRecord.Point] = [
      .init(x: 1, y: 1), .init(x: 3, y: 1), .init(x: 3, y: 3), .init(x: 1, y: 3),
    ]
    #expect(
      PolygonFill.mask([square], side: 4) == [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    let outside = square.map { PictureRecord.Point(x: $0.x - 2, y: $0.y + 2) }
    #expect(
      PolygonFill.mask([outside], side: 4) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    let far = square.map { PictureRecord.Point(x: $0.x * 1e12, y: .infinity) }
    #expect(PolygonFill.mask([far, []], side: 2) == [0, 0, 0, 0])
    let circle = (0..<200).map { corner in
      let angle = Double(corner) / 100 * .pi
      return PictureRecord.Point(x: 50 + 30 * cos(angle), y: 50 + 30 * sin(angle))
    }
    let count = PolygonFill.mask([circle], side: 100).reduce(0) { $0 + Int($1) }
    #expect(abs(Double(count) - .pi * 900) < 30)
  }

  @Test("ingest stores them beside the inputs, for units that are present and have a rule")
  func ingest() throws {
    let folder = try TemporaryFolder()
    let options = FaceSetOptions(people: 1, perPerson: 3, size: 48, seed: 2, set: .pain)
    let root = folder.url.appendingPathComponent("set")
    _ = try Faces.write(to: root, options: options, layout: .unbc)
    let store = try Store.open(
      folder.url.appendingPathComponent("warehouse"), for: .writing(create: true))
    _ = try DatasetImport.run(
      path: root.path, as: "set", options: DatasetImportOptions(), into: store)
    let dataset = try store.dataset(named: "set")
    let geometry = Preprocessing.Geometry(size: 64)
    _ = try InputIngest(
      store: store, geometry: geometry, dataset: dataset, threads: 2, monitor: Monitor()
    ).run()
    let rows = try store.catalogue.rows(
      """
      SELECT m.au, s.position, m.pixels, m.source FROM au_masks m
      JOIN sample s ON s.id = m.sample_id ORDER BY 1, 2
      """)
    let wanted = try store.presentActionUnits(of: dataset.id, positions: 0..<3)
      .filter { MaskRule.rules(for: $0.au) != nil }
      .flatMap { unit in unit.positions.map { [unit.au, $0] } }
    #expect(!wanted.isEmpty && rows.map { [$0[0].int ?? 0, $0[1].int ?? 0] } == wanted)
    let sets = try store.landmarks(of: dataset.id, positions: 0..<3)[0].sets
    for row in rows {
      #expect(row[3].string == "landmarks")
      let set = try #require(sets.first { $0.position == row[1].int })
      // 48 pixels stretched to 64.
      let points = set.points.map { PictureRecord.Point(x: $0.x * 64 / 48, y: $0.y * 64 / 48) }
      let region = try #require(LandmarkRegion(au: row[0].int ?? 0, landmarks: points))
      let mask = PolygonFill.mask(region.polygons, side: 64)
      let difference = (row[2].int ?? 0) - mask.reduce(0) { $0 + Int($1) }
      #expect(abs(difference) <= 2, "AU\(row[0])")
    }
    let sheet = folder.url.appendingPathComponent("sheet.png")
    let summary = try MaskSheet.write([0, 1, 2], of: dataset, in: store, to: sheet)
    #expect(summary.masks == wanted.count)
  }
}
