internal import Raster

/// DISFA: a file of whole-number intensities an action unit and person, and landmarks a frame.
struct DISFAFaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []
  /// The action units that DISFA and DISFA+ code.
  static let coded: [ActionUnit] = [
    .innerBrowRaiser, .outerBrowRaiser, .browLowerer, .upperLidRaiser, .cheekRaiser, .noseWrinkler,
    .lipCornerPuller, .lipCornerDepressor, .chinRaiser, .lipStretcher, .lipsPart, .jawDrop,
  ]

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let person = "SN" + padded(sample.person + 1, to: 3)
    let points = drawn.image.landmarks.enumerated().filter { $0.offset != 60 && $0.offset != 64 }
    let rows = points.map { [Double($0.element.x), Double($0.element.y)] }
    let frame = sample.index + 1
    return FaceRecord(
      files: [
        ("Frames/\(person)/\(padded(frame, to: 5)).png", drawn.image.picture.pngData()),
        (
          "Landmark_Points/\(person)/frame_lm/l\(padded(sample.index, to: 5))_lm.mat",
          FaceArrayFile.mat("pts", rows)
        ),
      ],
      lines: DISFAFaceWriter.coded.map { unit in
        (
          "ActionUnit_Labels/\(person)/\(person)_au\(unit.number).txt",
          "\(frame),\(DISFAFaceWriter.grade(sample.face[unit]))"
        )
      })
  }

  /// The whole-number intensity; what is weaker than a half is still a trace.
  static func grade(_ intensity: Double) -> Int {
    intensity > 0 ? max(1, Int(intensity.rounded())) : 0
  }
}

/// DISFA+: a trial a person, with a file of whole-number intensities an action unit.
struct DISFAPlusFaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let trial = "SN" + padded(sample.person + 1, to: 3) + "/A1_AU1_TrailNo_1"
    let name = padded(sample.index, to: 3) + ".jpg"
    return FaceRecord(
      files: [("Images/\(trial)/\(name)", drawn.image.picture.jpegData())],
      lines: DISFAFaceWriter.coded.map { unit in
        (
          "Labels/\(trial)/AU\(unit.number).txt",
          "\(name) \(DISFAFaceWriter.grade(sample.face[unit]))"
        )
      })
  }
}
