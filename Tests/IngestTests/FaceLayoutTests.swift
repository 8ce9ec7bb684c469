import Foundation
import Raster
import Testing

@testable import Ingest

@Suite("Built-in faces in published layouts")
struct FaceLayoutTests {
  private func write(
    _ layout: FaceLayout, set: FaceSet = .emotion, _ body: (URL, [FaceSample]) throws -> Void
  ) throws {
    let options = FaceSetOptions(people: 5, perPerson: 3, size: 24, seed: 4, set: set)
    let root = FileManager.default.temporaryDirectory.appending(path: "layout-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    _ = try Faces.write(to: root, options: options, layout: layout)
    try body(root, (0..<5).flatMap { FaceSample.draw(options, person: $0) })
  }

  private func text(_ root: URL, _ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test("A folder a class")
  func folder() throws {
    try write(.folder) { root, samples in
      for sample in samples {
        let header = try PictureHeader.read(
          root.appending(path: "\(sample.label)/\(sample.name).png"))
        #expect(header.width == 24 && header.format == .png)
      }
    }
  }

  @Test("AffectNet's lists: 68 landmarks, expression numbers, every fifth person for validation")
  func affectNet() throws {
    try write(.affectnet1) { root, samples in
      let read = { (name: String) throws -> [[String]] in
        try text(root, "Manually_Annotated_file_lists/\(name).csv").split(separator: "\n")
          .map { $0.split(separator: ",").map(String.init) }
      }
      let rows = try read("training").dropFirst() + read("validation").dropFirst()
      #expect(rows.count == 15)
      #expect(try read("validation").count == 4)
      for (row, sample) in zip(rows, samples) {
        #expect(row.count == 9 && row[5].split(separator: ";").count == 136)
        #expect(row[6] == String(sample.affectNetExpression) && row[7] == "-2")
        let url = root.appending(path: "Manually_Annotated_Images/\(row[0])")
        #expect(try PictureHeader.read(url).format == .png)
      }
    }
  }

  @Test("AffectNet's second release: JPEG pictures and NumPy files with text scalars")
  func affectNet2() throws {
    try write(.affectnet2) { root, samples in
      for sample in samples {
        let folder = sample.isForValidation ? "val_set" : "train_set"
        let number = sample.person * 10_000 + sample.index
        let image = root.appending(path: "\(folder)/images/\(number).jpg")
        #expect(try PictureHeader.read(image).format == .jpeg)
        let expression = try Data(
          contentsOf: root.appending(path: "\(folder)/annotations/\(number)_exp.npy"))
        let header = String(decoding: expression[10..<(expression.count - 4)], as: UTF8.self)
        #expect(header.hasPrefix("{'descr': '<U1', 'fortran_order': False, 'shape': (), }"))
        #expect((expression.count - 4) % 64 == 0)
        #expect(Array(expression.suffix(4)) == [48 + UInt8(sample.affectNetExpression), 0, 0, 0])
        let landmarks = try Data(
          contentsOf: root.appending(path: "\(folder)/annotations/\(number)_lnd.npy"))
        #expect((landmarks.count - 136 * 8) % 64 == 0)
      }
    }
  }

  @Test("UNBC: PSPI, action units and 66 landmarks a frame; an empty file where none shows")
  func unbc() throws {
    try write(.unbc, set: .pain) { root, samples in
      for sample in samples {
        let number = padded(sample.person + 1, to: 3)
        let sequence = "pp\(number)t1aaaff"
        let place =
          "\(number)-pp\(number)/\(sequence)/\(sequence)\(padded(sample.index + 1, to: 3))"
        #expect(try PictureHeader.read(root.appending(path: "Images/\(place).png")).width == 24)
        let pspi = try text(root, "Frame_Labels/PSPI/\(place)_facs.txt")
        let value = try #require(Double(pspi.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(abs(value - sample.face.pspi) < 1e-6)
        let units = try text(root, "Frame_Labels/FACS/\(place)_facs.txt").split(separator: "\n")
        #expect(units.count == sample.face.ordered.count)
        for (line, (unit, strength)) in zip(units, sample.face.ordered) {
          let numbers = line.split(separator: " ").compactMap { Double($0) }
          #expect(numbers.count == 4 && numbers[0] == Double(unit.number))
          #expect(abs(numbers[1] - strength.intensity) < 1e-6)
        }
        #expect(try text(root, "AAM_landmarks/\(place)_aam.txt").split(separator: "\n").count == 66)
      }
    }
  }

  @Test("DISFA: whole grades a frame, and MAT-files of 66 landmarks")
  func disfa() throws {
    try write(.disfa) { root, samples in
      for person in 1...5 {
        let name = "SN" + padded(person, to: 3)
        let lines = try text(root, "ActionUnit_Labels/\(name)/\(name)_au12.txt")
          .split(separator: "\n")
        let own = samples.filter { $0.person == person - 1 }
        #expect(lines.count == own.count)
        for (line, sample) in zip(lines, own) {
          let numbers = line.split(separator: ",").compactMap { Int($0) }
          #expect(numbers.count == 2 && numbers[0] == sample.index + 1)
          #expect((numbers[1] > 0) == (sample.face[.lipCornerPuller] > 0))
          #expect((0...5).contains(numbers[1]))
        }
        let mat = try Data(
          contentsOf: root.appending(path: "Landmark_Points/\(name)/frame_lm/l00000_lm.mat"))
        #expect(String(decoding: mat[0..<10], as: UTF8.self) == "MATLAB 5.0")
        #expect(Array(mat[124..<128]) == [0x00, 0x01, 0x49, 0x4d])
        // Header, matrix tag, flags, dimensions, name, numbers.
        #expect(mat.count == 128 + 8 + 16 + 16 + 16 + 8 + 66 * 2 * 8)
        #expect(
          try PictureHeader.read(root.appending(path: "Frames/\(name)/00001.png")).width == 24)
      }
    }
  }

  @Test("CK+: emotion in its own order, listed action units only, 68 landmarks")
  func ckPlus() throws {
    try write(.ckplus) { root, samples in
      let order = [
        "neutral", "anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise",
      ]
      for sample in samples {
        let person = "S" + padded(sample.person + 1, to: 3)
        let sequence = padded(sample.index + 1, to: 3)
        let place = "\(person)/\(sequence)/\(person)_\(sequence)_00000001"
        #expect(
          try PictureHeader.read(root.appending(path: "cohn-kanade-images/\(place).png")).width
            == 24)
        let emotion = try text(root, "Emotion/\(place)_emotion.txt")
        let number = try #require(
          Double(emotion.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(order[Int(number)] == sample.label)
        let units = try text(root, "FACS/\(place)_facs.txt").split(separator: "\n")
        #expect(units.count == sample.face.ordered.count)
        #expect(
          try text(root, "Landmarks/\(place)_landmarks.txt").split(separator: "\n").count == 68)
      }
    }
  }
}
