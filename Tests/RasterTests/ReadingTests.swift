import Foundation
import Raster
import Testing

@Suite("Reading pictures")
struct ReadingTests {
  @Test(
    "PNG of every kind has Pillow's pixels",
    arguments: ["source", "grey", "one-bit", "palette", "deep", "alpha"])
  func png(name: String) throws {
    let picture = try Picture.read(Fixtures.url("\(name).png"))
    #expect(largestDifference(picture, try Fixtures.expected(name)) == 0)
  }

  @Test(
    "Opacity is left out, and depths are those of Pillow to one level",
    arguments: ["veil", "grey-veil", "palette-veil", "key", "fine", "four-colours"])
  func opacity(name: String) throws {
    let picture = try Picture.read(Fixtures.url("\(name).png"))
    let difference = try #require(largestDifference(picture, try Fixtures.expected(name)))
    #expect(difference <= 1)
  }

  @Test("JPEG pictures are turned as their EXIF note says, and so is their size", arguments: 1...8)
  func orientation(number: Int) throws {
    let url = Fixtures.url("exif-\(number).jpg")
    let picture = try Picture.read(url)
    let difference = try #require(
      largestDifference(picture, try Fixtures.expected("exif-\(number)")))
    #expect(difference <= 1)
    let header = try PictureHeader.read(url)
    #expect(header.width == (number < 5 ? 24 : 40) && header.height == (number < 5 ? 40 : 24))
  }

  @Test("A damaged EXIF note leaves the picture as it is")
  func damagedNote() throws {
    let original = try Fixtures.bytes("exif-6.jpg")
    let note = try #require(original.firstRange(of: Array("Exif".utf8)))
    for offset in 6..<30 {
      var bytes = original
      bytes[note.lowerBound + offset] ^= 0xFF
      let picture = try Picture.decode(bytes, name: "note")
      #expect(picture.width * picture.height == 960)
    }
  }

  @Test(
    "JPEG agrees with Pillow to one level",
    arguments: ["photo", "progressive", "grey-photo", "inks"])
  func jpeg(name: String) throws {
    let picture = try Picture.read(Fixtures.url("\(name).jpg"))
    let difference = try #require(largestDifference(picture, try Fixtures.expected(name)))
    #expect(difference <= 1)
  }

  @Test("The header is read without decoding", arguments: ["source.png", "photo.jpg", "inks.jpg"])
  func header(name: String) throws {
    let header = try PictureHeader.read(Fixtures.url(name))
    #expect(header.format == (name.hasSuffix("png") ? .png : .jpeg))
    #expect(header.width == 61 && header.height == 47)
  }

  @Test("The name's ending does not count")
  func ending() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "picture.jpg")
    try FileManager.default.copyItem(at: Fixtures.url("source.png"), to: url)
    #expect(try PictureHeader.read(url).format == .png)
    #expect(try Picture.read(url).width == 61)
  }

  @Test("A missing file, a folder, an empty file and a text are told apart")
  func refusals() throws {
    #expect(failure { try Picture.read(Fixtures.url("none.png")) } == .missing)
    #expect(failure { try Picture.read(Fixtures.folder) } == .unreadable)
    #expect(failure { try Picture.decode([], name: "empty") } == .damaged)
    #expect(failure { try Picture.read(Fixtures.url("generate.py")) } == .notAPicture)
  }

  @Test("A bomb is refused by its header, a large file by its size")
  func bombs() throws {
    var png = try Fixtures.bytes("source.png")
    png.replaceSubrange(16..<24, with: [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])
    let bomb = png
    #expect(failure { try Picture.decode(bomb, name: "bomb") } == .tooLarge)
    for name in ["source.png", "photo.jpg"] {
      let limits = PictureLimits(pixels: 100)
      #expect(failure { try Picture.read(Fixtures.url(name), limits: limits) } == .tooLarge)
    }
    let small = PictureLimits(fileBytes: 99)
    #expect(failure { try Picture.read(Fixtures.url("grey.png"), limits: small) } == .tooLarge)
  }

  @Test(
    "Every truncation is an error, never a crash",
    arguments: ["source.png", "palette.png", "photo.jpg", "progressive.jpg"])
  func truncation(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    for length in stride(from: 1, to: bytes.count - 40, by: 17) {
      #expect(throws: PictureError.self) {
        try Picture.decode(Array(bytes[..<length]), name: "cut at \(length)")
      }
    }
  }

  @Test(
    "Corrupt bytes decode or fail, and never crash",
    arguments: [
      "source.png", "palette.png", "deep.png", "photo.jpg", "progressive.jpg", "inks.jpg",
    ]
  )
  func corruption(name: String) throws {
    let original = try Fixtures.bytes(name)
    var state: UInt64 = 1
    var refused = 0
    for _ in 0..<300 {
      var bytes = original
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      let limits = PictureLimits(pixels: 1_000_000)
      if (try? Picture.decode(bytes, name: "noise", limits: limits)) == nil { refused += 1 }
    }
    #expect(refused > 0)
  }

  @Test("An error names file, reason and advice")
  func wording() {
    let error = PictureError(kind: .damaged, file: "a.png", reason: "it ends early")
    #expect("\(error)" == "a.png: it ends early; fetch or export the file again")
  }

  /// The kind of the error that a body throws.
  private func failure(_ body: () throws -> some Any) -> PictureError.Kind? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? PictureError)?.kind
    }
  }
}
