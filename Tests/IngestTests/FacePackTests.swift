import Testing

@testable import Ingest

@Suite("The built-in head")
struct FacePackTests {
  private static let shared = Result { try FaceHead() }

  @Test("The pack holds a head, 52 face units and all that the faces need")
  func content() throws {
    let pack = try FacePack.embedded()
    #expect(pack.positions.count == pack.parts.count)
    #expect(pack.positions.count > 4_000)
    #expect(pack.landmarks.count == 68)
    #expect(pack.targets[.unit]?.count == 52)
    #expect(pack.targets[.macro]?.count == 16)
    for part in [FacePack.Part.innerMouth, .leftEye, .rightEye, .upperTeeth, .tongue] {
      #expect(pack.parts.contains(part))
    }
  }

  @Test("Landmarks of the left and the right mirror each other")
  func landmarks() throws {
    let pack = try FacePack.embedded()
    let at = { (landmark: Int) in pack.positions[Int(pack.landmarks[landmark])] }
    for (right, left) in [(0, 16), (4, 12), (17, 26), (21, 22), (36, 45), (39, 42), (48, 54)] {
      #expect(abs(at(right).x + at(left).x) < 0.01)
      #expect(abs(at(right).y - at(left).y) < 0.01)
      #expect(at(right).x < 0)
    }
    // Brows above eyes above nose above mouth above chin.
    #expect(at(19).y > at(37).y && at(37).y > at(30).y)
    #expect(at(30).y > at(51).y && at(51).y > at(57).y && at(57).y > at(8).y)
  }

  @Test("A pack that is cut, empty or foreign is refused")
  func damage() throws {
    let whole = FacePackTests.bytes()
    for length in [0, 7, 8, 23, 24, 1_000, 50_000, whole.count / 2, whole.count - 1] {
      #expect(throws: FacePackError.self) {
        try Array(whole[..<length]).withUnsafeBytes { try FacePack($0) }
      }
    }
    var foreign = whole
    foreign[0] ^= 1
    #expect(throws: FacePackError.self) { try foreign.withUnsafeBytes { try FacePack($0) } }
    #expect(throws: FacePackError.self) {
      try (whole + [0]).withUnsafeBytes { try FacePack($0) }
    }
  }

  @Test("Corrupt numbers are refused or read, and never crash")
  func corruption() throws {
    let whole = FacePackTests.bytes()
    var state: UInt64 = 3
    for _ in 0..<12 {
      var bytes = whole
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      _ = try? bytes.withUnsafeBytes { try FacePack($0) }
    }
  }

  @Test("Action units that share muscles are told apart")
  func apart() throws {
    let head = try FacePackTests.shared.get()
    for (first, second) in [
      (ActionUnit.lowerLipDepressor, ActionUnit.lipsPart), (.lipTightener, .lipPressor),
      (.lipTightener, .lipsPart), (.cheekRaiser, .lidTightener), (.noseWrinkler, .upperLipRaiser),
    ] {
      let a = try #require(head.motions[first]?.reach)
      let b = try #require(head.motions[second]?.reach)
      let inA = zip(a, b).filter { $0.0 > 0.25 }.count
      let inB = zip(a, b).filter { $0.1 > 0.25 }.count
      let inBoth = zip(a, b).filter { $0.0 > 0.25 && $0.1 > 0.25 }.count
      let overlap = Double(inBoth) / Double(inA + inB - inBoth)
      #expect(overlap < 0.75, "AU\(first.number) and AU\(second.number): \(overlap)")
    }
  }

  @Test("Every action unit moves something, both sides about alike", arguments: ActionUnit.allCases)
  func motion(unit: ActionUnit) throws {
    let head = try FacePackTests.shared.get()
    let motion = try #require(head.motions[unit])
    #expect(motion.reach.max() == 1)
    let left = motion.leftReach.filter { $0 > 0.25 }.count
    let right = motion.rightReach.filter { $0 > 0.25 }.count
    #expect(left > 10 && right > 10)
    #expect(abs(left - right) <= max(left, right) / 5)
  }

  private static func bytes() -> [UInt8] { Array(FacePack.embeddedBytes) }
}
