import Foundation
import Testing

@Suite("lethe plot")
struct PlotTests {
  private let place: Workdir

  init() throws {
    place = try Workdir()
    try SmallWarehouse.make(in: place.folder)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: place.folder.appending(path: name)))
  }

  @Test("the suffix decides the form, in any case of letters")
  func forms() throws {
    for name in ["flips.svg", "flips.PNG"] {
      let run = try place.lethe(["plot", "flips", "before", "-o", name])
      #expect(run.code == 0 && run.output.isEmpty, "\(run)")
      #expect(run.error.contains("\(name): Forgotten and gained since before"), "\(run)")
    }
    #expect(try bytes("flips.svg").starts(with: Array("<?xml".utf8)))
    #expect(try bytes("flips.PNG").starts(with: [0x89, 0x50, 0x4e, 0x47]))
    let again = try place.lethe(["plot", "flips", "before", "-o", "again.svg"])
    #expect(try bytes("again.svg") == bytes("flips.svg"), "\(again)")
  }

  @Test("another suffix, no file and a kind that is none are refused with code 2")
  func refusals() throws {
    let suffix = try place.lethe(["plot", "flips", "before", "-o", "flips.pdf"])
    #expect(suffix.code == 2 && suffix.error.contains("neither .svg nor .png"), "\(suffix)")
    let none = try place.lethe(["plot", "flips", "before"])
    #expect(none.code == 2 && none.error.contains("-o FILE.svg"), "\(none)")
    let kind = try place.lethe(["plot", "flops", "before", "-o", "f.svg"])
    #expect(kind.code == 2 && kind.error.contains("did you mean 'flips'?"), "\(kind)")
    let model = try place.lethe(["plot", "flips", "befor", "-o", "f.svg"])
    #expect(model.code == 2 && model.error.contains("did you mean before?"), "\(model)")
    #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "f.svg").path))
  }

  @Test("nothing to draw: code 3, why, and no file")
  func nothing() throws {
    let run = try place.lethe(["plot", "histories", "-o", "f.svg"])
    #expect(run.code == 3 && run.error.contains("no training is recorded"), "\(run)")
    #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "f.svg").path))
  }

  @Test("a folder that is not there: code 1, and the place stays as it was")
  func unwritable() throws {
    let run = try place.lethe(["plot", "flips", "before", "-o", "nowhere/f.svg"])
    #expect(run.code == 1 && run.error.contains("nowhere/f.svg cannot be written"), "\(run)")
  }

  @Test("the SQL behind a plot runs")
  func sql() throws {
    let shown = try place.lethe(["plot", "flips", "before", "--show-sql"])
    #expect(shown.code == 0 && shown.output.contains("FROM transitions"), "\(shown)")
  }

  @Test("each kind over the small warehouse")
  func kinds() throws {
    for words in [["classes"], ["classes", "--as", "dots"], ["aus", "before", "after"]] {
      let run = try place.lethe(["plot"] + words + ["-o", "f.svg", "--quiet"])
      #expect(run.code == 0 && run.error.isEmpty, "\(run)")
      #expect(try String(decoding: bytes("f.svg"), as: UTF8.self).hasSuffix("</svg>\n"))
    }
    let run = try place.lethe(["plot", "classes", "-o", "f.png", "--scale", "9"])
    #expect(run.code == 2 && run.error.contains("between 0.5 and 8"), "\(run)")
  }
}
