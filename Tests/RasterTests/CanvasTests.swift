import Raster
import Testing

@Suite("Canvas")
struct CanvasTests {
  @Test("Rectangles have sharp edges and exact colours")
  func rectangle() {
    let canvas = Canvas(width: 4, height: 3, background: Colour(0x102030))
    canvas.fillRectangle(x: 1, y: 1, width: 2, height: 1, Colour(0xff8800))
    let pixels = canvas.picture().pixels
    #expect(Array(pixels[0..<3]) == [0x10, 0x20, 0x30])
    #expect(Array(pixels[15..<21]) == [0xff, 0x88, 0x00, 0xff, 0x88, 0x00])
    #expect(Array(pixels[21..<24]) == [0x10, 0x20, 0x30])
  }

  @Test("A placed picture keeps its pixels, enlarged, and is cut at the edges")
  func place() {
    let canvas = Canvas(width: 3, height: 3, background: .black)
    let picture = Picture(width: 2, height: 1, channels: 1, pixels: [50, 200])
    canvas.place(picture, x: 1, y: 1, scale: 2)
    let drawn = canvas.picture()
    let red = stride(from: 0, to: 27, by: 3).map { drawn.pixels[$0] }
    #expect(red == [0, 0, 0, 0, 50, 50, 0, 50, 50])
    canvas.place(picture, x: -1, y: 0)
    #expect(canvas.picture().pixels[0] == 200)
  }

  @Test("Text leaves ink where its anchor says")
  func text() {
    let style = TextStyle(size: 20, bold: true)
    for (anchor, left, right) in [(TextAnchor.start, 50, 99), (.middle, 25, 75), (.end, 0, 51)] {
      let canvas = Canvas(width: 100, height: 40)
      let length = canvas.measure("AU12", style)
      #expect(length > 30 && length < 90)
      canvas.text("AU", at: CanvasPoint(x: 50, y: 30), style, anchor: anchor)
      let picture = canvas.picture()
      let dark = (0..<100 * 40).filter { picture.pixels[$0 * 3] < 128 }.map { $0 % 100 }
      #expect(dark.count > 40)
      #expect(dark.allSatisfy { $0 >= left - 1 && $0 <= right + 1 })
    }
  }

  @Test("Lines, polygons and circles colour what they cover")
  func shapes() {
    let canvas = Canvas(width: 20, height: 20)
    let corners = [CanvasPoint(x: 2, y: 2), CanvasPoint(x: 12, y: 2), CanvasPoint(x: 2, y: 12)]
    canvas.fillPolygon(corners, Colour(0x00ff00))
    canvas.polyline(corners, closed: true, .black)
    canvas.line(from: CanvasPoint(x: 0, y: 18.5), to: CanvasPoint(x: 20, y: 18.5), .black)
    canvas.fillCircle(at: CanvasPoint(x: 15, y: 13), radius: 3, Colour(0x0000ff))
    canvas.strokeRectangle(x: 13.5, y: 1.5, width: 4, height: 4, .black)
    let picture = canvas.picture()
    let pixel = { (x: Int, y: Int) in
      Array(picture.pixels[(y * 20 + x) * 3..<(y * 20 + x) * 3 + 3])
    }
    #expect(pixel(4, 4) == [0, 255, 0])
    #expect(pixel(15, 13) == [0, 0, 255])
    #expect(pixel(10, 18) == [0, 0, 0])
    #expect(pixel(13, 3) == [0, 0, 0])
    #expect(pixel(10, 10) == [255, 255, 255])
  }

  @Test("A scale enlarges shapes, lines and type alike")
  func scale() {
    let canvas = Canvas(width: 10, height: 6, scale: 3)
    #expect(canvas.width == 30 && canvas.height == 18)
    canvas.fillRectangle(x: 1, y: 1, width: 2, height: 1, .black)
    let picture = canvas.picture()
    let dark = (0..<30 * 18).filter { picture.pixels[$0 * 3] == 0 }
    #expect(dark.count == 6 * 3)
    #expect(dark.first == 3 * 30 + 3)
    let style = TextStyle(size: 11)
    let one = Canvas(width: 10, height: 6, scale: 1).measure("Forgotten AU12", style)
    #expect(abs(canvas.measure("Forgotten AU12", style) - one) < 0.01)
  }

  @Test("Dashes leave gaps, and the next line is whole again")
  func dashes() {
    let canvas = Canvas(width: 12, height: 4)
    let ends = { (y: Double) in [CanvasPoint(x: 0, y: y), CanvasPoint(x: 12, y: y)] }
    canvas.polyline(ends(0.5), .black, dash: [4, 2])
    canvas.polyline(ends(2.5), .black)
    let pixels = canvas.picture().pixels
    let row = { (y: Int) in (0..<12).map { pixels[(y * 12 + $0) * 3] == 0 } }
    #expect(row(0) == [true, true, true, true, false, false, true, true, true, true, false, false])
    #expect(row(2).allSatisfy { $0 })
  }

  @Test("An outlined circle leaves its middle as it was")
  func ring() {
    let canvas = Canvas(width: 21, height: 21)
    canvas.strokeCircle(at: CanvasPoint(x: 10.5, y: 10.5), radius: 8, .black, lineWidth: 3)
    let pixels = canvas.picture().pixels
    #expect(pixels[(10 * 21 + 10) * 3] == 255)
    #expect(pixels[(10 * 21 + 18) * 3] == 0)
  }
}
