internal import Raster

/// FER2013: small grey pictures inside a CSV; with FER+, the votes on them in a second one.
///
/// Every fifth person is in the public test, the person before in the private one. FER2013 has no
/// contempt: such pictures are left out, or stand as neutral where the votes say what they are.
struct FERFaceWriter: FaceLayoutWriter {
  let hasVotes: Bool
  private static let table = "fer2013.csv"
  private static let votes = "fer2013new.csv"
  /// The most votes that a picture gets.
  private static let voters = "10"
  private static let classes: [FaceRecipe.Expression] = [
    .neutral, .happiness, .surprise, .sadness, .anger, .disgust, .fear, .contempt,
  ]

  var labelFiles: [(path: String, header: String?)] {
    let table: (String, String?) = (FERFaceWriter.table, "emotion,pixels,Usage")
    let names = FERFaceWriter.classes.map(\.rawValue).joined(separator: ",")
    return hasVotes
      ? [table, (FERFaceWriter.votes, "Usage,Image name,\(names),unknown,NF")] : [table]
  }

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let known = FERTable.emotions.firstIndex(of: sample.label)
    guard known != nil || hasVotes else { return FaceRecord() }
    let usage =
      switch sample.person % 5 {
      case 4: "PublicTest"
      case 3: "PrivateTest"
      default: "Training"
      }
    let pixels = FERFaceWriter.grey(drawn.image.picture).map(String.init).joined(separator: " ")
    let neutral = FERTable.emotions.count - 1
    var record = FaceRecord(
      lines: [(FERFaceWriter.table, "\(known ?? neutral),\(pixels),\(usage)")])
    if hasVotes {
      let votes = FERFaceWriter.classes.map {
        $0.rawValue == sample.label ? FERFaceWriter.voters : "0"
      }
      let unknown = votes.contains(FERFaceWriter.voters) ? "0" : FERFaceWriter.voters
      record.lines.append(
        (
          FERFaceWriter.votes,
          "\(usage),\(sample.name).png,\(votes.joined(separator: ",")),\(unknown),0"
        ))
    }
    return record
  }

  /// The picture in 48 × 48 grey values: 0.299 red + 0.587 green + 0.114 blue.
  private static func grey(_ picture: Picture) -> [UInt8] {
    let side = FERPicture.side
    let small = picture.resized(width: side, height: side)
    guard small.channels == 3 else { return small.pixels }
    return (0..<side * side).map { index in
      let (red, green, blue) = (
        Int(small.pixels[3 * index]), Int(small.pixels[3 * index + 1]),
        Int(small.pixels[3 * index + 2])
      )
      return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
    }
  }
}
