internal import Compute
import Foundation
internal import Raster

/// The camera: background, exposure, white balance, blur and the sensor's noise.
struct FaceCamera {
  let scene: FaceScene
  let size: Int

  /// sRGB levels by the square root of linear light 0…1.5, bent gently where it would clip.
  private static let curve: [Float] = (0...2048).map { index in
    let root = Float(index) / 2048 * 1.25
    let linear = root * root
    let bent = linear < 0.7 ? linear : 0.7 + 0.3 * (1 - exp(-(linear - 0.7) / 0.3))
    let coded =
      bent <= 0.003_130_8 ? bent * 12.92 : 1.055 * pow(bent, 1 / 2.4) - 0.055
    return min(coded, 1)
  }

  /// The background at a pixel, linear light.
  func backdrop(_ x: Int, _ y: Int) -> SIMD3<Float> {
    let place = SIMD2(Float(x) + 0.5, Float(y) + 0.5) / Float(size)
    let share = (place.x + place.y) / 2
    var colour = scene.backdrop[0] + (scene.backdrop[1] - scene.backdrop[0]) * share
    for (index, spot) in scene.spots.enumerated() {
      let away = (place - SIMD2(spot.x, spot.y)) / spot.z
      let weight = smoothstep(1.1, 0.5, (away * away).sum().squareRoot())
      colour += (scene.backdrop[2 + index] - colour) * (weight * 0.6)
    }
    return colour
  }

  /// Develops linear light, a pixel each, to a picture.
  func develop(_ light: [SIMD3<Float>]) -> Picture {
    var levels = [SIMD3<Float>](repeating: SIMD3(), count: light.count)
    let gain = scene.whiteBalance * scene.exposure
    FaceCamera.curve.withUnsafeBufferPointer { curve in
      for (index, value) in light.enumerated() {
        let root = (value * gain).replacing(with: 0, where: value .< 0).squareRoot() * (2048 / 1.25)
        let at = root.replacing(with: 2048, where: root .> 2048)
        levels[index] = SIMD3(curve[Int(at.x)], curve[Int(at.y)], curve[Int(at.z)])
      }
    }
    if scene.blur > 0 { blur(&levels, radius: scene.blur * (Float(size) / 64).squareRoot()) }
    var random = RandomStream(seed: scene.noiseSeed, RandomStream.key("faces.sensor"))
    var pixels: [UInt8] = []
    pixels.reserveCapacity(levels.count * 3)
    for level in levels {
      let value = ((level - 0.5) * scene.contrast + 0.5) * 255
      for channel in 0..<3 {
        let noisy = value[channel] + scene.noise * FaceCamera.grain(&random)
        pixels.append(UInt8(min(max(noisy.rounded(), 0), 255)))
      }
    }
    return Picture(width: size, height: size, channels: 3, pixels: pixels)
  }

  /// A nearly normal number: four 16-bit uniform numbers, added up and scaled to variance 1.
  private static func grain(_ random: inout RandomStream) -> Float {
    let bits = random.next()
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + bits >> 48
    return (Float(sum) / 65_535 - 2) * 1.732
  }

  private func blur(_ levels: inout [SIMD3<Float>], radius: Float) {
    let reach = max(1, Int((radius * 2.5).rounded(.up)))
    let raw = (-reach...reach).map { exp(-Float($0 * $0) / (2 * radius * radius)) }
    let total = raw.reduce(0, +)
    let weights = raw.map { $0 / total }
    for step in [1, size] {
      var result = levels
      for y in 0..<size {
        for x in 0..<size {
          let along = step == 1 ? x : y
          var sum = SIMD3<Float>()
          for (index, weight) in weights.enumerated() {
            let other = min(max(along + index - reach, 0), size - 1)
            sum += levels[y * size + x + (other - along) * step] * weight
          }
          result[y * size + x] = sum
        }
      }
      levels = result
    }
  }
}
