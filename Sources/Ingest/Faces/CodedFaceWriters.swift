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
