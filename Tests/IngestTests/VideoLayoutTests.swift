import Foundation
import Raster
import Testing

@testable import Ingest

@Suite("Data sets of videos: UNBC-McMaster, DISFA, DISFA+, CK+") struct VideoLayoutTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func points(_ count: Int) -> String {
    (0..<count).map { String(format: "%16.7e%16.7e\n", Double($0), Double($0) + 0.5) }.joined()
  }

  private func picture(_ grey: UInt8) -> [UInt8] {
    // Noise keeps the file from being small; darkness is what counts.
    Picture(
      width: 16, height: 16, channels: 1,
      pixels: (0..<256).map { UInt8((Int(grey) + $0 * 7 % 5) % 256) }
    ).pngData()
  }

  @Test("UNBC: pain, coded action units, 66 points; sequence labels; odd files")
  func unbc() throws {
    let place = "042-ll042/ll042t1aaaff"
    func frame(_ number: Int) -> String { "\(place)/ll042t1aaaff00\(number)" }
    for number in 1...7 {
      try folder.write(picture(number == 6 ? 1 : 120), to: "Images/\(frame(number)).png")
    }
    try folder.write("", to: "Images/\(place)/.DS_Store")
    let (pain, facs) = ("Frame_Labels/PSPI", "Frame_Labels/FACS")
    try folder.write("   2.0000000e+00\n", to: "\(pain)/\(frame(1))_facs.txt")
    try folder.write("0\n", to: "\(pain)/\(frame(2))_pspi.txt")
    try folder.write("17\n", to: "\(pain)/\(frame(3))_facs.txt")
    for number in [4, 6, 7] { try folder.write("0", to: "\(pain)/\(frame(number))_facs.txt") }
    try folder.write("0\n", to: "\(pain)/\(frame(9))_facs.txt")
    try folder.write(
      "   6.0000000e+00   3.0000000e+00   0.0000000e+00   0.0000000e+00\n"
        + "  15.0000000e+00   0.0000000e+00   0.0000000e+00   0.0000000e+00\n"
        + "   0.0000000e+00   2.0000000e+00   0.0000000e+00   0.0000000e+00\n",
      to: "\(facs)/\(frame(1))_facs.txt")
    try folder.write("", to: "\(facs)/\(frame(2))_facs.txt")
    try folder.write("43 1 x 0\n", to: "\(facs)/\(frame(7))_facs.txt")
    try folder.write(points(66), to: "AAM_landmarks/\(frame(1))_aam.txt")
    try folder.write("", to: "AAM_landmarks/\(frame(2))_aam.txt")
    try folder.write(points(65), to: "AAM_landmarks/\(frame(4))_aam.txt")
    try folder.write("6\n", to: "Sequence_Labels/VAS/\(place).txt")
    try folder.write("much\n", to: "Sequence_Labels/OPR/\(place).txt")

    let output = try AdapterOutput(UNBCAdapter.self, folder)
    #expect(output.samples.map(\.frame) == [1, 2, 4, 6, 7])
    let one = try #require(output["ff001.png"])
    #expect(one.subject == "042-ll042" && one.sequence == "ll042t1aaaff" && one.split == nil)
    #expect(one.labels == ["pain": "pain"] && one.scores == ["pspi": 2, "vas": 6])
    #expect(one.coding?.present[6] == .some(3))
    // Present and not graded; beyond those that every frame was coded for.
    #expect(one.coding?.present[15] == .some(nil))
    #expect(one.coding?.coded == [4, 6, 7, 9, 10, 12, 15, 20, 25, 26, 27, 43])
    #expect(one.landmarks?.count == 66 && one.landmarks?[3] == .init(x: 3, y: 3.5))
    #expect(output.rejects("\(facs)/\(frame(1))_facs.txt", line: 3, "AU 0 is none"))
    // An empty file is a frame that was coded and shows nothing; no file: unknown.
    let two = try #require(output["ff002.png"])
    #expect(two.labels == ["pain": "no_pain"] && two.coding?.present.isEmpty == true)
    #expect(two.coding?.coded.count == 11 && two.landmarks == nil)
    #expect(output["ff004.png"]?.coding == nil && output["ff004.png"]?.landmarks == nil)
    #expect(output["ff007.png"]?.coding == nil)
    #expect(output.rejects("\(facs)/\(frame(7))_facs.txt", line: 1, "“x” is not a number"))
    #expect(output.rejects("AAM_landmarks/\(frame(2))_aam.txt", "empty"))
    #expect(output.rejects("AAM_landmarks/\(frame(4))_aam.txt", "65 landmarks"))
    #expect(output.rejects("\(pain)/\(frame(3))_facs.txt", line: 1, "17.0 is not a PSPI"))
    #expect(output.rejects("Images/\(frame(5)).png", "no PSPI file"))
    #expect(output.rejects("\(pain)/\(frame(9))_facs.txt", "no picture"))
    #expect(output.rejects("Sequence_Labels/OPR/\(place).txt", line: 1, "“much”"))
    #expect(output.rejected.count == 8)
    #expect(output.notes.filter { $0 == "a frame is nearly black" }.count == 1)
    #expect(output.notes.contains { $0.contains("_pspi") })
    #expect(output.notes.filter { $0.contains("no FACS file") }.count == 2)
  }

  @Test("UNBC: labels of a sequence without pictures are listed")
  func unbcWithoutPictures() throws {
    try folder.write(picture(100), to: "Images/s/a/a001.png")
    try folder.write("0", to: "Frame_Labels/PSPI/s/a/a001_facs.txt")
    try folder.write("0", to: "Frame_Labels/PSPI/s/b/b001_facs.txt")
    let output = try AdapterOutput(UNBCAdapter.self, folder)
    #expect(output.samples.count == 1)
    #expect(output.rejects("Frame_Labels/PSPI/s/b/b001_facs.txt", "no picture"))
  }

  @Test("DISFA: grades by frame, pictures from 1, landmarks from 0, bad lines")
  func disfa() throws {
    let labels = "ActionUnit_Labels/SN001/SN001"
    try folder.write("1,0\n2,3\n3,9\n4,1\n", to: "\(labels)_au1.txt")
    try folder.write("1,2\r\n2,0\r\n\r\n4,0\r\n", to: "\(labels)_au12.txt")
    for number in [1, 2, 3, 5] {
      try folder.write("", to: "Frames/SN001/0000\(number).png")
    }
    try folder.write("", to: "Frames/SN999/00001.png")
    let rows = (0..<66).map { [Double($0), Double($0) + 0.25] }
    let place = "Landmark_Points/SN001/tmp_frame_lm"
    try folder.write(FaceArrayFile.mat("pts", rows), to: "\(place)/SN001_0000_lm.mat")
    try folder.write(FaceArrayFile.mat("other", rows), to: "\(place)/SN001_0001_lm.mat")
    let output = try AdapterOutput(DISFAAdapter.self, folder)
    #expect(output.samples.map(\.frame) == [1, 2])
    let one = try #require(output["00001.png"])
    #expect(one.subject == "SN001" && one.sequence == "Frames")
    #expect(one.coding == .init(coded: [1, 12], present: [12: 2]))
    #expect(one.landmarks?.count == 66 && one.landmarks?[5] == .init(x: 5, y: 5.25))
    #expect(output["00002.png"]?.coding == .init(coded: [1, 12], present: [1: 3]))
    #expect(output.rejects("\(labels)_au1.txt", line: 3, "intensity 0–5"))
    #expect(output.rejects("\(place)/SN001_0001_lm.mat", "no matrix `pts`"))
    #expect(output.rejects("Frames/SN001/00003.png", "no action unit labels of frame 3"))
    #expect(output.rejects("Frames/SN001/00005.png", "frame 5"))
    #expect(output.rejects("ActionUnit_Labels/SN001", "1 labelled frames have no picture: 4"))
    #expect(output.rejects("Frames/SN999", "no action unit labels"))
    #expect(output.rejected.count == 6)
    #expect(output.notes == ["landmark files are numbered from 0"])
  }

  @Test("DISFA: two cameras, and frames counted from 0")
  func cameras() throws {
    try folder.write("1,0\n2,3\n", to: "ActionUnit_Labels/SN001/SN001_au4.txt")
    let rows = (0..<66).map { [Double($0), 1] }
    for number in 1...2 {
      try folder.write(
        FaceArrayFile.mat("pts", rows), to: "Landmark_Points/SN001/frame_lm/l0000\(number)_lm.mat")
    }
    for side in ["Left", "Right"] {
      for number in 0...1 { try folder.write("", to: "Videos/\(side)/SN001/frame\(number).jpg") }
    }
    let output = try AdapterOutput(DISFAAdapter.self, folder)
    #expect(output.samples.map(\.frame) == [1, 2, 1, 2])
    #expect(output.samples.map(\.sequence).prefix(1) == ["Videos/Left"])
    #expect(output["Left/SN001/frame1.jpg"]?.coding?.present == [4: 3])
    #expect(output.samples.map { $0.landmarks != nil } == [true, true, false, false])
    #expect(output.notes.contains("landmark files are numbered from 1"))
    #expect(output.notes.contains { $0.contains("frames are numbered from 0") })
    #expect(output.rejected.isEmpty)
  }

  @Test("DISFA without extracted frames says what to do")
  func noFrames() throws {
    try folder.write("1,0\n", to: "ActionUnit_Labels/SN001/SN001_au4.txt")
    let output = try AdapterOutput(DISFAAdapter.self, folder)
    #expect(output.samples.isEmpty)
    #expect(output.rejects("ActionUnit_Labels", "extract those of the videos"))
  }

  @Test("DISFA+: trials, labels by the pictures' names")
  func disfaPlus() throws {
    let trial = "SN001/A1_AU1_TrailNo_1"
    try folder.write("000.jpg 0\n001.jpg 4\n003.jpg 1\n", to: "Labels/\(trial)/AU1.txt")
    try folder.write("000.jpg\t5\nmore words here\n", to: "Labels/\(trial)/AU25.txt")
    try folder.write("", to: "Labels/\(trial)/read.me")
    for name in ["000.jpg", "001.jpg", "002.jpg"] {
      try folder.write("", to: "Images/\(trial)/\(name)")
    }
    let output = try AdapterOutput(DISFAPlusAdapter.self, folder)
    #expect(output.samples.map(\.frame) == [0, 1])
    #expect(output.samples.map(\.sequence) == ["A1_AU1_TrailNo_1", "A1_AU1_TrailNo_1"])
    #expect(output.samples[0].coding == .init(coded: [1, 25], present: [25: 5]))
    #expect(output.samples[1].coding == .init(coded: [1], present: [1: 4]))
    #expect(output.rejects("Images/\(trial)/002.jpg", "no action unit labels"))
    #expect(output.rejects("Labels/\(trial)/AU1.txt", line: 3, "“003.jpg”"))
    #expect(output.rejects("Labels/\(trial)/AU25.txt", line: 2, "“more words here”"))
    #expect(output.rejects("Labels/\(trial)/read.me", "which action unit"))
    #expect(output.rejected.count == 4)
  }

  @Test("CK+: last frames labelled, intensity 0 is present, own order of emotions")
  func ckPlus() throws {
    let place = "S010/001/S010_001_000000"
    for number in ["01", "02", "03"] {
      try folder.write("", to: "cohn-kanade-images/\(place)\(number).png")
    }
    try folder.write("", to: "cohn-kanade-images/S010/.DS_Store")
    try folder.write(
      "   1.0000000e+00   0.0000000e+00\n  12.0000000e+00   4.0000000e+00\n",
      to: "FACS/\(place)03_facs.txt")
    try folder.write("   3.0000000e+00\n", to: "Emotion/\(place)03_emotion.txt")
    try folder.write(points(68), to: "Landmarks/\(place)03_landmarks.txt")
    try folder.write("8\n", to: "Emotion/\(place)02_emotion.txt")
    try folder.write("3\n", to: "Emotion/\(place)09_emotion.txt")
    let output = try AdapterOutput(CKPlusAdapter.self, folder)
    #expect(output.samples.map(\.frame) == [1, 2, 3])
    let last = try #require(output["03.png"])
    #expect(last.subject == "S010" && last.sequence == "001")
    #expect(last.labels == ["emotion": "disgust"])
    #expect(last.coding?.present[1] == .some(nil) && last.coding?.present[12] == .some(4))
    #expect(last.coding?.coded.count == 30 && last.landmarks?.count == 68)
    #expect(output["01.png"]?.labels.isEmpty == true && output["01.png"]?.coding == nil)
    #expect(output.rejects("Emotion/\(place)02_emotion.txt", line: 1, "emotion 0–7"))
    #expect(output.rejects("Emotion/\(place)09_emotion.txt", "no picture"))
    #expect(output.rejected.count == 2)
    #expect(output.notes.contains { $0.contains("7 surprise") })
    #expect(output.notes.filter { $0.contains("neither an emotion") }.count == 2)
  }
}
