import Raster
import Testing

@Suite("Resizing and cropping")
struct ResizingTests {
  @Test(
    "Resized pictures are Pillow's to one level",
    arguments: ResizeFilter.allCases, [[20, 13], [64, 64], [61, 20], [150, 31]])
  func resize(filter: ResizeFilter, size: [Int]) throws {
    let source = try Picture.read(Fixtures.url("source.png"))
    let resized = source.resized(width: size[0], height: size[1], filter: filter)
    let name = "resize-\(filter.rawValue)-\(size[0])x\(size[1])"
    let difference = try #require(largestDifference(resized, try Fixtures.expected(name)))
    #expect(difference <= (filter == .bilinear ? 1 : 0))
  }

  @Test("The same size is the same picture")
  func identity() throws {
    let source = try Picture.read(Fixtures.url("grey.png"))
    #expect(source.resized(width: 61, height: 47) == source)
  }

  @Test("A crop holds the rectangle, black outside the picture")
  func crop() {
    let picture = Picture(width: 3, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(picture.cropped(x: 1, y: 0, width: 2, height: 2).pixels == [2, 3, 5, 6])
    #expect(picture.cropped(x: -1, y: 1, width: 3, height: 2).pixels == [0, 4, 5, 0, 0, 0])
    #expect(picture.cropped(x: 9, y: 9, width: 1, height: 1).pixels == [0])
  }
}
