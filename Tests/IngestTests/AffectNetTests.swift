import Foundation
import Testing

@testable import Ingest

@Suite("AffectNet, both releases") struct AffectNetTests {
  private static let header =
    "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,"
    + "valence,arousal\n"
  private static let points = (0..<136).map { String($0) }.joined(separator: ";")

  private func first(_ training: String, validation: String? = nil) throws -> AdapterOutput {
    let folder = try TemporaryFolder()
    try folder.write(training, to: "Manually_Annotated_file_lists/training.csv")
    if let validation {
      try folder.write(validation, to: "Manually_Annotated_file_lists/validation.csv")
    }
    return try AdapterOutput(AffectNet1Adapter.self, folder)
  }

  @Test("a row with everything; split by list")
  func whole() throws {
    let output = try first(
      Self.header + "1/a.jpg,10,20,100,110,\(Self.points),1,0.5,-0.25\n",
      validation: Self.header + "2/b.jpg,0,0,5,5,\(Self.points),7,-1,1\n")
    let sample = try #require(output["1/a.jpg"])
    #expect(sample.path == "Manually_Annotated_Images/1/a.jpg" && sample.split == "train")
    #expect(sample.labels == ["emotion": "happiness"] && sample.subject == nil)
    #expect(
      sample.scores == [
        "valence": 0.5, "arousal": -0.25, "face_x": 10, "face_y": 20, "face_width": 100,
        "face_height": 110,
      ])
    #expect(sample.landmarks?.count == 68 && sample.landmarks?[1] == .init(x: 2, y: 3))
    #expect(output["2/b.jpg"]?.split == "val")
    #expect(output["2/b.jpg"]?.labels == ["emotion": "contempt"])
    #expect(output.rejected.isEmpty && output.notes.isEmpty)
  }

  @Test("expressions 8 to 10 are samples without a label", arguments: [8, 9, 10])
  func noEmotion(number: Int) throws {
    let output = try first(Self.header + "1/a.jpg,1,1,9,9,\(Self.points),\(number),-2,-2\n")
    #expect(output.samples.count == 1 && output.samples[0].labels.isEmpty)
    #expect(output.notes.count == 1 && output.rejected.isEmpty)
  }

  @Test("no header: the usual columns, and the import says so")
  func noHeader() throws {
    let output = try first("1/a.jpg,1,1,9,9,\(Self.points),3,-2,-2\n")
    #expect(output.samples.map(\.labels) == [["emotion": "surprise"]])
    #expect(output.notes.contains { $0.contains("no header") })
  }

  @Test("another order of columns")
  func order() throws {
    let output = try first("expression,subDirectory_filePath,valence\n4,1/a.jpg,0.1\n")
    #expect(output.samples.map(\.labels) == [["emotion": "fear"]])
    #expect(output.samples[0].scores == ["valence": 0.1])
  }

  @Test("landmarks over many columns, with header and without")
  func spread() throws {
    let points = (0..<136).map { "\($0).5" }.joined(separator: ",")
    let row = "1/a.jpg,1,1,9,9,\(points),6,-0.5,0.5\n"
    for text in [Self.header + row, row] {
      let output = try first(text)
      #expect(output.samples.map(\.labels) == [["emotion": "anger"]])
      #expect(output.samples.first?.landmarks?.last == .init(x: 134.5, y: 135.5))
      #expect(output.samples.first?.scores["arousal"] == 0.5)
    }
  }

  @Test("an expression that is no number: a name is understood, else the record is left out")
  func words() throws {
    let output = try first(
      Self.header + "1/a.jpg,1,1,9,9,\(Self.points),Happy,-2,-2\n"
        + "1/b.jpg,1,1,9,9,\(Self.points),smug,-2,-2\n1/c.jpg,1,1,9,9,\(Self.points),11,-2,-2\n"
        + "1/d.jpg,1,1,9,9,\(Self.points),,-2,-2\n1/e.jpg,1,1\n")
    #expect(output.samples.map(\.labels) == [["emotion": "happiness"]])
    let file = "Manually_Annotated_file_lists/training.csv"
    #expect(output.rejects(file, line: 3, "smug") && output.rejects(file, line: 4, "11"))
    #expect(output.rejects(file, line: 5, "none of 0–10"))
    #expect(output.rejects(file, line: 6, "3 fields where 9"))
  }

  @Test("a face width below 0 is no face box; −2 is no valence")
  func missing() throws {
    let output = try first(Self.header + "1/a.jpg,-1,-1,-1,-1,\(Self.points),0,-2,-2\n")
    #expect(output.samples.map(\.scores) == [[:]])
    #expect(output.samples[0].labels == ["emotion": "neutral"])
    #expect(output.notes == ["no face box is given"])
  }

  @Test("landmarks that cannot be used are left out of a sample that stays")
  func badLandmarks() throws {
    let output = try first(
      Self.header + "1/a.jpg,1,1,9,9,1;2;3,0,-2,-2\n1/b.jpg,1,1,9,9,1;x,0,5,-2\n")
    #expect(output.samples.count == 2 && output.samples.allSatisfy { $0.landmarks == nil })
    let file = "Manually_Annotated_file_lists/training.csv"
    #expect(output.rejects(file, line: 2, "3 numbers where 136"))
    #expect(output.rejects(file, line: 3, "“x” is not a number"))
    #expect(output.rejects(file, line: 3, "valence"))
  }

  @Test("paths that leave the pictures' folder, and pictures on no list")
  func paths() throws {
    let folder = try TemporaryFolder()
    let rest = "1,1,9,9,\(Self.points),0,-2,-2\n"
    try folder.write(
      Self.header + "../../x.jpg,\(rest)1/a.jpg,\(rest)",
      to: "Manually_Annotated_file_lists/training.csv")
    for name in ["a.jpg", "more.jpg", ".DS_Store", "Thumbs.db", "._a.jpg"] {
      try folder.write("", to: "Manually_Annotated_Images/1/\(name)")
    }
    let output = try AdapterOutput(AffectNet1Adapter.self, folder)
    #expect(output.samples.map(\.path) == ["Manually_Annotated_Images/1/a.jpg"])
    #expect(output.rejects("Manually_Annotated_file_lists/training.csv", line: 2, "no path"))
    #expect(output.rejects("Manually_Annotated_Images/1/more.jpg", "on no list"))
    #expect(output.rejected.count == 2)
  }

  @Test("a quote that never ends loses the rest of its list alone")
  func openQuote() throws {
    let row = "1/a.jpg,1,1,9,9,\(Self.points),0,-2,-2\n"
    let output = try first(Self.header + row + "\"1/b.jpg,1\n", validation: Self.header + row)
    #expect(output.samples.map(\.split) == ["train", "val"])
    #expect(output.rejects("Manually_Annotated_file_lists/training.csv", line: 3, "from here on"))
  }

  @Test("labels made by a program are told apart")
  func automatic() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.header + "1/a.jpg,1,1,9,9,\(Self.points),5,-2,-2\n",
      to: "Automatically_annotated_file_lists/automatically_annotated.csv")
    let output = try AdapterOutput(AffectNet1Adapter.self, folder)
    #expect(output.samples.map(\.path) == ["Automatically_Annotated_Images/1/a.jpg"])
    #expect(output.samples.map(\.split) == ["train"])
    #expect(output.notes.contains { $0.contains("by a program") })
  }

  @Test("the second release: texts and numbers, parts missing, files that are none")
  func second() throws {
    let folder = try TemporaryFolder()
    let notes = "train_set/annotations"
    for name in ["1.jpg", "2.jpg", "3.jpg", "4.jpg", ".DS_Store", "notes.txt"] {
      try folder.write("", to: "train_set/images/\(name)")
    }
    try folder.write(FaceArrayFile.numpy("1"), to: "\(notes)/1_exp.npy")
    try folder.write(FaceArrayFile.numpy("-0.0317"), to: "\(notes)/1_val.npy")
    try folder.write(FaceArrayFile.numpy("-2"), to: "\(notes)/1_aro.npy")
    try folder.write(
      FaceArrayFile.numpy((0..<136).map(Double.init)), to: "\(notes)/1_lnd.npy")
    try folder.write(FaceArrayFile.numpy([8]), to: "\(notes)/2_exp.npy")
    try folder.write(FaceArrayFile.numpy([0.25]), to: "\(notes)/2_val.npy")
    try folder.write(FaceArrayFile.numpy([1, 2]), to: "\(notes)/2_lnd.npy")
    try folder.write("no array", to: "\(notes)/4_exp.npy")
    try folder.write(FaceArrayFile.numpy("1"), to: "\(notes)/9_exp.npy")
    try folder.write(FaceArrayFile.numpy("0"), to: "val_set/annotations/7_exp.npy")
    try folder.write("", to: "val_set/images/7.jpg")
    let output = try AdapterOutput(AffectNet2Adapter.self, folder)
    #expect(output.samples.map(\.split) == ["train", "train", "val"])
    let one = try #require(output["images/1.jpg"])
    #expect(one.labels == ["emotion": "happiness"] && one.scores == ["valence": -0.0317])
    #expect(one.landmarks?.last == .init(x: 134, y: 135))
    let two = try #require(output["images/2.jpg"])
    #expect(two.labels.isEmpty && two.scores == ["valence": 0.25] && two.landmarks == nil)
    #expect(output.notes.contains { $0.contains("8 (none)") })
    #expect(output.rejects("train_set/images/3.jpg", "no expression file"))
    #expect(output.rejects("\(notes)/4_exp.npy", "no NumPy file"))
    #expect(output.rejects("\(notes)/9_exp.npy", "no picture"))
    #expect(output.rejects("\(notes)/2_lnd.npy", "2 numbers where 136"))
    #expect(output.rejects("train_set/images/notes.txt", "neither a PNG nor a JPEG"))
    #expect(output.rejected.count == 5)
  }
}
