internal import Compute
import Foundation

/// Colours of skin, lips, hair and eyes, in linear light.
enum FaceSkin {
  /// Linear light of sRGB values 0…255.
  static func linear(_ red: Float, _ green: Float, _ blue: Float) -> SIMD3<Float> {
    let one = { (value: Float) -> Float in
      let part = value / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return SIMD3(one(red), one(green), one(blue))
  }

  /// Skin of a tone 0…1 from light to dark.
  static func colour(tone: Float, warmth: Float) -> SIMD3<Float> {
    let scale = [
      linear(246, 218, 202), linear(237, 200, 178), linear(219, 177, 150), linear(191, 144, 114),
      linear(152, 107, 82), linear(112, 77, 60), linear(80, 55, 45),
    ]
    let place = min(max(tone, 0), 0.999) * Float(scale.count - 1)
    let low = Int(place)
    let mixed = scale[low] + (scale[low + 1] - scale[low]) * (place - Float(low))
    let tint = SIMD3<Float>(1 + 0.03 * warmth, 1, 1 - 0.04 * warmth)
    return mixed * tint
  }

  /// Lips on a skin; `painted` 0…1 brings them from their own colour towards lipstick.
  static func lips(on skin: SIMD3<Float>, painted: Float) -> SIMD3<Float> {
    let own = skin * SIMD3(0.78, 0.50, 0.52) + SIMD3(0.03, 0.006, 0.010)
    let stick = skin * SIMD3(0.75, 0.22, 0.28) + SIMD3(0.06, 0.004, 0.012)
    return own + (stick - own) * painted
  }

  /// Hair; darker skins have dark hair, and it turns grey with age.
  ///
  /// - Returns: The hair, and the brows, which turn grey later.
  static func hair(
    tone: Float, age: Float, random: inout RandomStream
  ) -> (hair: SIMD3<Float>, brows: SIMD3<Float>) {
    let dark = [linear(22, 17, 15), linear(34, 25, 20), linear(46, 32, 24)]
    let light = [
      linear(60, 40, 27), linear(88, 60, 38), linear(122, 86, 52), linear(168, 128, 82),
      linear(196, 160, 108), linear(120, 58, 30),
    ]
    let choice = tone < 0.42 && random.chance(0.8) ? light : dark
    let own = choice[random.below(choice.count)]
    let grey = linear(176, 172, 168)
    let share = smoothstep(0.45, 0.95, age + Float(random.normal(0, 0.12)))
    let brows = own * 0.8 + linear(30, 22, 18) * 0.2
    return (own + (grey - own) * share, brows + (grey - brows) * (share * 0.35))
  }

  /// The iris; darker skins have brown eyes.
  static func iris(tone: Float, random: inout RandomStream) -> SIMD3<Float> {
    let brown = [linear(88, 56, 34), linear(112, 72, 42), linear(66, 42, 28)]
    let light = [
      linear(84, 116, 146), linear(104, 140, 160), linear(92, 112, 76), linear(112, 104, 60),
      linear(120, 128, 132),
    ]
    let choice = tone < 0.4 && random.chance(0.65) ? light : brown
    return choice[random.below(choice.count)]
  }

  /// Skin over the face: ruddier at cheeks, nose and ears, darker around the eyes, unevenly so,
  /// and lashes of a strength 0…1.
  static func vertexColours(
    head: FaceHead, skin: SIMD3<Float>, tone: Float, age: Float, noise: FaceNoise, shift: Float,
    lashes: Float
  ) -> [SIMD3<Float>] {
    let blush = 0.10 + 0.12 * (1 - tone)
    return head.pack.positions.map { place in
      let x = abs(place.x)
      let spot = { (cx: Float, cy: Float, rx: Float, ry: Float) -> Float in
        let dx = (x - cx) / rx
        let dy = (place.y - cy) / ry
        return exp(-(dx * dx + dy * dy))
      }
      guard place.y > 6 else { return skin }
      let front = smoothstep(0.4, 0.9, place.z)
      let red =
        (spot(0.36, 6.95, 0.17, 0.15) + spot(0, 6.90, 0.14, 0.12) + 0.4 * spot(0, 6.28, 0.2, 0.12))
        * front + 0.8 * spot(0.82, 7.1, 0.12, 0.3) * (1 - front)
      let dusk =
        (spot(0.30, 7.16, 0.17, 0.07) * (0.5 + 0.5 * age) + 0.8 * spot(0.3, 7.38, 0.19, 0.06))
        * front
      let mottle =
        noise(place.x * 3 + shift, place.y * 3 + place.z * 2)
        + 0.6 * noise(place.x * 8 + shift, place.y * 8 - place.z * 5)
      let ruddy = SIMD3<Float>(1 + 0.25 * blush * red, 1 - blush * red * 1.1, 1 - blush * red)
      let shaded = SIMD3<Float>(1 - 0.16 * dusk, 1 - 0.24 * dusk, 1 - 0.2 * dusk)
      let colour = skin * ruddy * shaded * (1 + 0.045 * mottle)
      // The lids' rims, at the ball of the eye, are dark with lashes.
      let eye = place.x > 0 ? head.eyeCentres.left : head.eyeCentres.right
      let away = dot(place - eye, place - eye).squareRoot()
      let rim = smoothstep(0.174, 0.155, away) * (place.y > eye.y - 0.012 ? 0.9 : 0.4) * lashes
      return colour + (SIMD3<Float>(0.012, 0.009, 0.008) - colour) * rim
    }
  }
}

extension FaceHairStyle {
  /// Draws a hairdress.
  static func draw(
    female: Bool, age: Float, tone: Float, random: inout RandomStream
  ) -> FaceHairStyle {
    var style = FaceHairStyle()
    let draw = random.uniform()
    let vary = { (value: Float, random: inout RandomStream) -> Float in
      value * Float(random.uniform(0.75, 1.3))
    }
    style.parting = random.chance(0.4) ? Float(random.uniform(-0.28, 0.28)) : nil
    style.receded = Float(random.uniform(-0.03, 0.05))
    let afro = tone > 0.62 && random.chance(0.6)
    if !female {
      style.recededTemples = Float(random.uniform(0, 0.12)) + 0.22 * max(0, age - 0.4)
      if age > 0.4 && draw < 0.30 || draw < 0.04 {
        // Bald on top, a wreath or nothing at the sides.
        style.shell = false
        style.receded = 0.9
        style.recededTemples = 0.5
        style.density = random.chance(0.6) ? 0.8 : 0.05
      } else if draw < 0.24 {
        style.shell = false
        style.density = Float(random.uniform(0.75, 0.95))
      } else if afro {
        style.top = vary(0.12, &random)
        style.side = vary(0.07, &random)
        style.back = vary(0.09, &random)
        style.curl = 0.022
        style.parting = nil
      } else if draw < 0.62 {
        style.top = vary(0.075, &random)
        style.side = vary(0.03, &random)
        style.back = vary(0.035, &random)
      } else if draw < 0.86 {
        style.top = vary(0.17, &random)
        style.side = vary(0.06, &random)
        style.back = vary(0.08, &random)
        style.curl = random.chance(0.5) ? 0.03 : 0.006
        style.fringe = random.chance(0.35) ? Float(random.uniform(0.05, 0.2)) : 0
      } else {
        style.top = vary(0.10, &random)
        style.side = vary(0.10, &random)
        style.drop = Float(random.uniform(0.4, 0.9))
        style.wave = 0.03
      }
    } else if draw < 0.12 {
      style.top = vary(0.12, &random)
      style.side = vary(0.06, &random)
      style.back = vary(0.07, &random)
      style.fringe = random.chance(0.5) ? 0.16 : 0
    } else if afro && draw < 0.6 {
      let size = Float(random.uniform(0.13, 0.34))
      style.top = size
      style.side = size * 0.95
      style.back = size
      style.curl = 0.04
      style.parting = nil
      style.drop = random.chance(0.4) ? 0.4 : 0.1
      style.flare = 0.12
    } else if draw < 0.34 {
      // Drawn back tightly.
      style.top = vary(0.05, &random)
      style.side = vary(0.03, &random)
      style.back = vary(0.05, &random)
      style.ragged = 0.08
      style.parting = random.chance(0.5) ? 0 : nil
    } else {
      style.top = vary(0.11, &random)
      style.side = vary(0.10, &random)
      style.back = vary(0.11, &random)
      style.drop = draw < 0.6 ? Float(random.uniform(0.45, 0.75)) : Float(random.uniform(0.9, 1.5))
      style.flare = Float(random.uniform(0.0, 0.14))
      style.wave = random.chance(0.5) ? Float(random.uniform(0.02, 0.05)) : 0.004
      style.curl = random.chance(0.3) ? 0.015 : 0
      style.fringe = random.chance(0.3) ? Float(random.uniform(0.14, 0.28)) : 0
    }
    return style
  }
}
