import Testing

@testable import Ingest

@Suite("What the built-in faces show")
struct FaceRecipeTests {
  @Test("PSPI is AU4 + max(AU6, AU7) + max(AU9, AU10) + (AU43 > 0)")
  func pspi() {
    #expect(FaceExpression([:]).pspi == 0)
    let some: [ActionUnit: Double] = [
      .browLowerer: 2, .cheekRaiser: 3, .lidTightener: 1, .noseWrinkler: 1.5, .upperLipRaiser: 4,
    ]
    #expect(FaceExpression(some).pspi == 9)
    #expect(FaceExpression([.eyesClosed: 5, .lipCornerPuller: 5]).pspi == 1)
    let all: [ActionUnit: Double] = [
      .browLowerer: 5, .lidTightener: 5, .upperLipRaiser: 5, .eyesClosed: 0.5,
    ]
    #expect(FaceExpression(all).pspi == 16)
  }

  @Test("Emotions are balanced over the people and within each")
  func balance() {
    let options = FaceSetOptions(people: 6, perPerson: 24, set: .emotion)
    for person in 0..<6 {
      let labels = FaceSample.draw(options, person: person).map(\.label)
      let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
      #expect(counts.count == 8 && counts.values.allSatisfy { $0 == 3 })
    }
  }

  @Test("Half of a pain set is pain")
  func painBalance() {
    let options = FaceSetOptions(people: 10, perPerson: 13, set: .pain)
    let labels = (0..<10).flatMap { FaceSample.draw(options, person: $0).map(\.label) }
    #expect(labels.filter { $0 == "pain" }.count == 65)
    #expect(Set(labels) == ["pain", "no_pain"])
  }

  @Test("Intensities are multiples of 0.1 up to 5, and nothing impossible shows")
  func intensities() {
    for set in FaceSet.allCases {
      for sample in FaceRecipeTests.samples(set, people: 20) {
        for (_, strength) in sample.face.strengths {
          let tenths = strength.intensity * 10
          #expect(abs(tenths - tenths.rounded()) < 1e-9)
          #expect(strength.intensity >= 0.3 && strength.intensity <= 5)
        }
        let face = sample.face
        #expect(face[.eyesClosed] == 0 || face[.upperLidRaiser] == 0)
        #expect(face[.lipPressor] == 0 || face[.lipsPart] == 0)
        #expect(face[.jawDrop] == 0 || face[.lipsPart] > 0)
      }
    }
  }

  @Test("An action unit and an emotion are not the same thing")
  func decorrelated() {
    let samples = FaceRecipeTests.samples(.emotion, people: 60)
    let share = { (label: String, unit: ActionUnit) -> Double in
      let own = samples.filter { $0.label == label }
      return Double(own.filter { $0.face[unit] > 0 }.count) / Double(own.count)
    }
    #expect((0.4...0.75).contains(share("happiness", .lipsPart)))
    #expect((0.65...0.95).contains(share("happiness", .cheekRaiser)))
    #expect((0.4...0.85).contains(share("disgust", .upperLipRaiser)))
    // Strays: every action unit shows somewhere outside the expressions that it belongs to.
    for unit in ActionUnit.allCases {
      let outside = samples.filter { sample in
        let expression = FaceRecipe.Expression(rawValue: sample.label)
        let own = expression.map(FaceRecipe.parts(of:)) ?? []
        return !own.contains { $0.unit == unit } && sample.label != "contempt"
      }
      let rate = Double(outside.filter { $0.face[unit] > 0 }.count) / Double(outside.count)
      #expect(rate > 0.005 && rate < 0.5, "AU\(unit.number) \(rate)")
    }
    // No action unit alone tells an emotion for certain.
    for expression in FaceRecipe.Expression.emotions where expression != .neutral {
      for unit in ActionUnit.allCases {
        let shows = samples.filter { $0.face[unit] > 0 }
        let own = shows.filter { $0.label == expression.rawValue }
        #expect(Double(own.count) / Double(max(shows.count, 1)) < 0.97)
      }
    }
  }

  @Test("Pain comes with and without smiles and open mouths; what is none has PSPI too")
  func pain() {
    let samples = FaceRecipeTests.samples(.pain, people: 60)
    let pain = samples.filter { $0.label == "pain" }
    let other = samples.filter { $0.label == "no_pain" }
    for unit in [ActionUnit.lipCornerPuller, .lipsPart, .jawDrop, .eyesClosed] {
      let share = Double(pain.filter { $0.face[unit] > 0 }.count) / Double(pain.count)
      #expect((0.1...0.8).contains(share), "AU\(unit.number) \(share)")
    }
    #expect(pain.allSatisfy { $0.face.pspi > 0 })
    #expect(other.filter { $0.face.pspi >= 4 }.count > other.count / 10)
    #expect(other.filter { $0.face.pspi == 0 }.count > other.count / 5)
    let values = samples.map(\.face.pspi)
    #expect((values.max() ?? 0) > 12 && values.allSatisfy { $0 <= 16 })
  }

  @Test("Contempt is one-sided, on either side")
  func contempt() {
    let faces = FaceRecipeTests.samples(.emotion, people: 40).filter { $0.label == "contempt" }
    let sided = faces.filter { sample in
      [ActionUnit.dimpler, .lipCornerPuller].contains { unit in
        guard let strength = sample.face.strengths[unit] else { return false }
        return (strength.left == 0) != (strength.right == 0)
      }
    }
    #expect(sided.count == faces.count)
    let left = sided.filter { sample in
      sample.face.strengths.values.contains { $0.left > 0 && $0.right == 0 }
    }
    #expect(left.count > faces.count / 5 && left.count < faces.count * 4 / 5)
  }

  @Test("The same options draw the same, another seed draws other faces")
  func seeds() {
    let options = FaceSetOptions(people: 2, perPerson: 8)
    var other = options
    other.seed = 2
    let faces = { (options: FaceSetOptions) in
      FaceSample.draw(options, person: 1).map(\.face)
    }
    #expect(faces(options) == faces(options))
    #expect(faces(options) != faces(other))
  }

  private static func samples(_ set: FaceSet, people: Int) -> [FaceSample] {
    let options = FaceSetOptions(people: people, perPerson: 24, seed: 11, set: set)
    return (0..<people).flatMap { FaceSample.draw(options, person: $0) }
  }
}
