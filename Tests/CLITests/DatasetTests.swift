import Foundation
import Testing

/// Data sets in the layouts of others, by the commands alone.
@Suite("Users' data sets, command by command")
struct DatasetTests {
  private let place: Workdir

  init() throws { place = try Workdir() }

  @Test("a layout is recognised, added twice, and its masks are drawn")
  func layout() throws {
    let faces = try place.lethe([
      "faces", "unbc", "--set", "pain", "--layout", "unbc", "--people", "4", "--per-person", "2",
      "--size", "32",
    ])
    #expect(faces.code == 0, "\(faces)")
    let added = try place.lethe(["dataset", "add", "pain", "unbc"])
    #expect(
      added.code == 0 && added.output.contains("8 samples, 4 subjects (layout unbc)"), "\(added)")
    #expect(added.output.contains("landmarks  8 samples"), "\(added)")
    let again = try place.lethe(["dataset", "add", "pain", "unbc"])
    #expect(again.code == 0 && again.output.contains("updated 0, unchanged 8 samples"), "\(again)")
    let sheet = try place.lethe(["dataset", "masks", "pain", "--sheet", "masks.png"])
    #expect(sheet.code == 0 && sheet.error.contains("masks.png: 8 of 8 samples"), "\(sheet)")
    let bytes = try Data(contentsOf: place.folder.appending(path: "masks.png"))
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let none = try place.lethe(["dataset", "masks", "pain", "--where", "subject = 'x'"])
    #expect(none.code == 3, "\(none)")
  }

  @Test("a folder of no layout is named, with those that there are; no warehouse is left behind")
  func unknown() throws {
    let run = try place.bash("mkdir empty; lethe dataset add x empty")
    #expect(run.code == 1 && run.error.contains("empty is empty"), "\(run)")
    #expect(run.error.contains("affectnet1") && run.error.contains("ckplus"), "\(run)")
    let left = try place.bash("ls")
    #expect(left.output == "empty\n", "\(left)")
  }

  @Test("a mistyped layout is met with the nearest; every layout of lethe faces can be named")
  func layouts() throws {
    let near = try place.lethe(["dataset", "add", "x", ".", "--format", "afectnet2"])
    #expect(near.code == 2 && near.error.contains("did you mean 'affectnet2'?"), "\(near)")
    let layouts = [
      "affectnet1", "affectnet2", "unbc", "disfa", "disfaplus", "ckplus", "fer2013", "ferplus",
      "csv", "folder",
    ]
    for layout in layouts {
      let run = try place.lethe(["dataset", "add", "x", "none", "--format", layout])
      #expect(run.code == 1 && run.error.contains("no file or folder at none"), "\(run)")
    }
  }
}
