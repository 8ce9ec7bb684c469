import Foundation
import Raster
import Testing

@Suite("Writing pictures")
struct WritingTests {
  @Test("A PNG comes back as it was, and the same bytes are made twice", arguments: [1, 3])
  func roundTrip(channels: Int) throws {
    let pixels = (0..<31 * 17 * channels).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 3) }
    let picture = Picture(width: 31, height: 17, channels: channels, pixels: pixels)
    let bytes = picture.pngData()
    #expect(bytes == picture.pngData())
    #expect(try Picture.decode(bytes, name: "memory") == picture)
  }

  @Test("A mask is a 1-bit grey PNG and comes back as it was", arguments: [1, 7, 8, 9, 64])
  func mask(width: Int) throws {
    var mask = BitMask(width: width, height: 5)
    for y in 0..<5 { for x in 0..<width { mask[x, y] = (x * x + y) % 3 == 0 } }
    let bytes = mask.pngData()
    // Depth and colour type stand at bytes 24 and 25 of every PNG.
    #expect(bytes[24] == 1 && bytes[25] == 0)
    #expect(BitMask(try Picture.decode(bytes, name: "mask")) == mask)
    #expect(mask.count == mask.bits.filter { $0 }.count && mask.count > 0)
  }

  @Test("A mask is read from pictures of any depth: what is not black is set")
  func anyDepth() throws {
    for name in ["deep", "palette", "one-bit"] {
      let picture = try Fixtures.expected(name)
      let lit = stride(from: 0, to: picture.pixels.count, by: picture.channels).filter { at in
        picture.pixels[at..<at + picture.channels].contains { $0 > 0 }
      }
      #expect(try BitMask.read(Fixtures.url("\(name).png")).count == lit.count)
    }
  }

  @Test("A JPEG comes back nearly as it was, and the same bytes are made twice", arguments: [1, 3])
  func jpeg(channels: Int) throws {
    let pixels = (0..<40 * 30 * channels).map { UInt8(80 + $0 / channels % 40 * 2) }
    let picture = Picture(width: 40, height: 30, channels: channels, pixels: pixels)
    let bytes = picture.jpegData()
    #expect(bytes == picture.jpegData())
    let back = try Picture.decode(bytes, name: "memory")
    #expect(try #require(largestDifference(back, picture)) <= 4)
  }

  @Test("Writing into a folder that is not there says so")
  func unwritable() throws {
    let picture = Picture(width: 1, height: 1, channels: 1, pixels: [9])
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try picture.writePNG(to: folder.appending(path: "a.png"))
    #expect(try Picture.read(folder.appending(path: "a.png")) == picture)
    let error = #expect(throws: PictureError.self) {
      try picture.writePNG(to: folder.appending(path: "none/a.png"))
    }
    #expect(error?.kind == .unwritable)
  }
}
