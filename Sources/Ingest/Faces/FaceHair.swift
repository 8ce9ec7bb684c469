internal import Compute
import Foundation

/// A person's hairdress.
struct FaceHairStyle: Sendable, Equatable {
  /// Whether there is a shell of hair above the painted scalp.
  var shell = true
  /// How dense the hair on the scalp is, 0…1.
  var density: Float = 1
  /// How far the hairline has gone back at the forehead, in radians.
  var receded: Float = 0
  /// How far it has gone back at the temples, in radians.
  var recededTemples: Float = 0
  /// Height above the skull at the top, the sides and the back, in rest units.
  var top: Float = 0.08
  var side: Float = 0.05
  var back: Float = 0.06
  /// How far hair hangs below the sides and back.
  var drop: Float = 0
  /// How far hanging hair spreads outwards.
  var flare: Float = 0.05
  /// How far it falls over the forehead, in radians below the hairline.
  var fringe: Float = 0
  /// Sideways waves of hanging hair.
  var wave: Float = 0
  /// Bumps of the surface: curls.
  var curl: Float = 0
  /// Where the parting is, in units from the middle; nil for none.
  var parting: Float?
  /// How uneven the ends are, 0…1.
  var ragged: Float = 0.13
}

/// The grid of hair that stands on a person's head.
struct FaceHairMesh: Sendable {
  /// Rows along the skull and hanging below it.
  static let skullRows = 12
  static let hangingRows = 8
  static var rows: Int { skullRows + hangingRows }

  /// Positions at rest on this person, column by column.
  let positions: [SIMD3<Float>]
  /// Direction of the hair at each position.
  let tangents: [SIMD3<Float>]
  /// For each position: around the head 0…1, from the root 0 to the end 1, distance from the root.
  let places: [SIMD3<Float>]

  /// Two triangles for each cell of the grid; the same for all.
  static let corners: [Int32] = {
    var corners: [Int32] = []
    for column in 0..<Int32(FaceScalp.columns - 1) {
      for row in 0..<Int32(rows - 1) {
        let a = column * Int32(rows) + row
        let b = a + Int32(rows)
        corners += [a, a + 1, b, b, a + 1, b + 1]
      }
    }
    return corners
  }()

  /// Grows hair of a style on a head.
  init(
    _ style: FaceHairStyle, on vertices: [SIMD3<Float>], scalp: FaceScalp, noise: FaceNoise,
    seed: Float
  ) {
    let grid = scalp.grid(on: vertices)
    var positions: [SIMD3<Float>] = []
    var places: [SIMD3<Float>] = []
    for column in 0..<FaceScalp.columns {
      let around = Float(column) / Float(FaceScalp.columns - 1)
      let side = abs(FaceScalp.azimuth(column)) * 180 / Float.pi
      let hangs = style.drop * smoothstep(52, 80, side)
      let end = FaceHairMesh.end(of: column, side: side, style: style, hangs: hangs > 0.05)
      var strand: [SIMD3<Float>] = []
      for row in 0..<FaceHairMesh.skullRows {
        let share = Float(row) / Float(FaceHairMesh.skullRows - 1)
        let angle = max(end * share, 0.02)
        let place = min(angle / FaceScalp.step, Float(FaceScalp.steps) - 1.001)
        let at = column * FaceScalp.steps + Int(place)
        let between = place - place.rounded(.down)
        let skull = grid[at] + (grid[at + 1] - grid[at]) * between
        let out = normalized(
          scalp.directions[at] + (scalp.directions[at + 1] - scalp.directions[at]) * between)
        var height = FaceHairMesh.height(side: side, angle: angle, style: style)
        let loose: Float =
          hangs > 0.05 ? 1 : style.fringe > 0 ? 0.42 * (1 - smoothstep(35, 60, side)) : 0
        let edge = max(smoothstep(1.02, 0.62, share), loose)
        height *= 0.05 + 0.95 * edge
        if let parting = style.parting, skull.z > 0.2 {
          let gap = (skull.x - parting) / 0.05
          height *= 1 - 0.7 * exp(-gap * gap)
        }
        let bumps =
          noise(around * 60 + seed, angle * 9) + 0.6 * noise(around * 110, angle * 17 + seed)
        height += style.curl * bumps * (0.3 + 0.7 * edge)
        strand.append(skull + out * max(height, 0.004))
      }
      let root = strand[FaceHairMesh.skullRows - 1]
      let outwards = normalized(SIMD3(root.x, 0, root.z - 0.25))
      for row in 1...FaceHairMesh.hangingRows {
        let share = Float(row) / Float(FaceHairMesh.hangingRows)
        let swing = style.wave * sin(share * 9 + around * 40 + seed) * share
        let spread = style.flare * sin(share * 2.2) + swing
        strand.append(root + SIMD3(0, -hangs * share, 0) + outwards * spread)
      }
      var length: Float = 0
      for (row, point) in strand.enumerated() {
        if row > 0 {
          let gone = point - strand[row - 1]
          length += dot(gone, gone).squareRoot()
        }
        places.append(SIMD3(around, 0, length))
      }
      for row in 0..<FaceHairMesh.rows {
        places[column * FaceHairMesh.rows + row].y =
          places[column * FaceHairMesh.rows + row].z / max(length, 1e-3)
      }
      positions += strand
    }
    self.positions = positions
    self.places = places
    tangents = positions.indices.map { index in
      let row = index % FaceHairMesh.rows
      let next = row < FaceHairMesh.rows - 1 ? positions[index + 1] : positions[index]
      let last = row > 0 ? positions[index - 1] : positions[index]
      return normalized(next - last)
    }
  }

  /// The angle from the crown at which a column leaves the skull.
  private static func end(
    of column: Int, side: Float, style: FaceHairStyle, hangs: Bool
  ) -> Float {
    var angle: Float = 0.3
    let front = 1 - smoothstep(25, 45, side)
    let temples = smoothstep(20, 38, side) * (1 - smoothstep(55, 70, side))
    let back = style.receded * (1 - smoothstep(50, 75, side)) + style.recededTemples * temples
    let margin = back - style.fringe * front
    while angle < 2.5 {
      let direction = FaceScalp.direction(column: column, angle: angle)
      if FaceScalp.depth(direction) < margin { break }
      // Hanging hair leaves the skull where it turns inwards.
      if hangs, direction.y < -0.12 { break }
      angle += 0.02
    }
    return angle
  }

  private static func height(side: Float, angle: Float, style: FaceHairStyle) -> Float {
    let low = smoothstep(0.5, 1.3, angle)
    let behind = smoothstep(95, 150, side)
    let flank = style.side + (style.back - style.side) * behind
    // The front of the top stands a little higher than the crown.
    let crest =
      style.top * (1 + 0.25 * smoothstep(0.2, 0.9, angle) * (1 - smoothstep(20, 50, side)))
    let lower = side < 45 ? crest : flank
    let blend = smoothstep(30, 60, side)
    let sides = crest + (lower - crest) * blend
    return style.top + (sides - style.top) * low
  }
}
