import Foundation
internal import Raster

/// UNBC-McMaster Shoulder Pain: a sequence a person, and small text files a frame.
///
/// The labels that stand for a whole sequence (self-report, observer) are not known.
struct UNBCFaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    // Letters twice, as in 042-ll042.
    let letter = sample.set == .emotion ? "e" : "p"
    let number = padded(sample.person + 1, to: 3)
    let person = "\(letter)\(letter)\(number)"
    let sequence = "\(person)t1aaaff"
    let frame = "\(sequence)\(padded(sample.index + 1, to: 3))"
    let place = "\(number)-\(person)/\(sequence)/\(frame)"
    let units = sample.face.ordered.map { unit, strength in
      scientific(Double(unit.number)) + scientific(strength.intensity) + scientific(0)
        + scientific(0) + "\n"
    }
    // The 68 landmarks without the inner corners of the mouth.
    let points = drawn.image.landmarks.enumerated().filter { $0.offset != 60 && $0.offset != 64 }
    let lines = points.map { scientific(Double($0.element.x)) + scientific(Double($0.element.y)) }
    return FaceRecord(files: [
      ("Images/\(place).png", drawn.image.picture.pngData()),
      ("Frame_Labels/PSPI/\(place)_facs.txt", Array((scientific(sample.face.pspi) + "\n").utf8)),
      ("Frame_Labels/FACS/\(place)_facs.txt", Array(units.joined().utf8)),
      ("AAM_landmarks/\(place)_aam.txt", Array((lines.joined(separator: "\n") + "\n").utf8)),
    ])
  }
}

/// DISFA: a file of whole-number intensities an action unit and person, and landmarks a frame.
struct DISFAFaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []
  private static let coded: [ActionUnit] = [
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
        // Weaker than a half is still a trace.
        let drawn = sample.face[unit]
        let grade = drawn > 0 ? max(1, Int(drawn.rounded())) : 0
        return (
          "ActionUnit_Labels/\(person)/\(person)_au\(unit.number).txt", "\(frame),\(grade)"
        )
      })
  }
}

/// Extended Cohn-Kanade: a sequence of one frame a picture, with emotion, units and landmarks.
struct CKPlusFaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []
  /// The data set's own order of emotions.
  private static let emotions: [FaceRecipe.Expression] = [
    .neutral, .anger, .contempt, .disgust, .fear, .happiness, .sadness, .surprise,
  ]

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let person = "S" + padded(sample.person + 1, to: 3)
    let sequence = padded(sample.index + 1, to: 3)
    let place = "\(person)/\(sequence)/\(person)_\(sequence)_00000001"
    let units = sample.face.ordered.map { unit, strength in
      scientific(Double(unit.number)) + scientific(strength.intensity) + "\n"
    }
    let points = drawn.image.landmarks.map {
      scientific(Double($0.x)) + scientific(Double($0.y)) + "\n"
    }
    var record = FaceRecord(files: [
      ("cohn-kanade-images/\(place).png", drawn.image.picture.pngData()),
      ("FACS/\(place)_facs.txt", Array(units.joined().utf8)),
      ("Landmarks/\(place)_landmarks.txt", Array(points.joined().utf8)),
    ])
    let emotion = CKPlusFaceWriter.emotions.firstIndex { $0.rawValue == sample.label }
    if let emotion {
      record.files.append(
        ("Emotion/\(place)_emotion.txt", Array((scientific(Double(emotion)) + "\n").utf8)))
    }
    return record
  }
}

/// A number as these data sets write it, for example `   1.2000000e+01`.
private func scientific(_ value: Double) -> String { String(format: "%16.7e", value) }
