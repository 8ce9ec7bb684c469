import Foundation
import Testing

@testable import Ingest

@Suite("Recognition of layouts") struct LayoutRecognitionTests {
  private func format(of paths: [String], file: String? = nil) throws -> String {
    let folder = try TemporaryFolder()
    for path in paths { try folder.write("", to: path) }
    let place = file.map { folder.url.appendingPathComponent($0) } ?? folder.url
    return try DatasetImport.adapter(for: "auto", root: DatasetRoot(path: place.path)).format
  }

  @Test(
    "by names alone",
    arguments: [
      ("affectnet1", ["Manually_Annotated_file_lists/training.csv"]),
      ("affectnet1", ["Manually_Annotated_file_lists/validation.csv", "read.csv"]),
      ("affectnet2", ["train_set/images/1.jpg", "train_set/annotations/1_exp.npy"]),
      ("unbc", ["Images/a/b/c.png", "Frame_Labels/PSPI/a/b/c_facs.txt"]),
      ("disfa", ["ActionUnit_Labels/SN001/SN001_au1.txt", "Frames/SN001/1.png"]),
      ("disfaplus", ["Labels/SN001/A1/AU1.txt", "Images/SN001/A1/000.jpg"]),
      ("ckplus", ["cohn-kanade-images/S1/001/1.png", "Emotion/S1/001/1_emotion.txt"]),
      ("fer2013", ["fer2013.csv"]), ("ferplus", ["fer2013.csv", "fer2013new.csv"]),
      ("csv", ["labels.csv", "happy/1.png"]), ("csv", ["only.csv"]),
      ("folder", ["happy/1.png", "sad/2.jpg"]), ("folder", ["train/happy/1.png"]),
    ])
  func names(layout: String, paths: [String]) throws {
    #expect(try format(of: paths) == layout)
  }

  @Test("a file that is named")
  func file() throws {
    #expect(try format(of: ["a.csv", "b.csv"], file: "a.csv") == "csv")
    #expect(try format(of: ["fer2013.csv", "b.csv"], file: "fer2013.csv") == "fer2013")
  }

  @Test("none and two are said plainly")
  func ambiguity() throws {
    let none = #expect(throws: IngestError.self) { try format(of: ["readme.txt"]) }
    #expect(none?.problem.contains("no known layout") == true)
    #expect(none?.advice.contains("ckplus") == true)
    let two = #expect(throws: IngestError.self) {
      try format(of: [
        "cohn-kanade-images/S1/001/1.png", "Images/a/b/c.png", "Frame_Labels/PSPI/a/b/c_facs.txt",
      ])
    }
    #expect(two?.problem.contains("several layouts: unbc, ckplus") == true)
    let plain = #expect(throws: IngestError.self) { try format(of: ["x.csv", "happy/1.png"]) }
    #expect(plain?.problem.contains("csv, folder") == true)
  }
}
