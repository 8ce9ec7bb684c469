import Testing

@testable import Query

@Suite("Colours of plots")
struct ColourMapTests {
  @Test("maps give their anchors, and mix between them")
  func anchors() {
    for map in [ColourMap.viridis, .vik] {
      for (index, anchor) in map.anchors.enumerated() {
        #expect(map.colour(Double(index) / 16) == anchor)
      }
      #expect(map.colour(-1) == map.anchors.first && map.colour(2) == map.anchors.last)
      #expect(map.colour(.nan) == map.anchors.first)
    }
    #expect(ColourMap(anchors: [0x000000, 0x0a6480]).colour(0.5) == 0x053240)
  }

  @Test("signed values have grey in the middle, losses red, gains blue")
  func signed() {
    let scale = ColourScale.signed(limit: 0.4)
    #expect(scale.colour(0) == ColourMap.vik.anchors[8])
    let (loss, gain) = (scale.colour(-0.3), scale.colour(0.3))
    #expect(loss >> 16 > loss & 0xff && gain >> 16 < gain & 0xff)
    #expect(ColourScale.sequential(1, 1).colour(1) == ColourMap.viridis.colour(0.5))
  }

  @Test("the lightness of viridis grows from end to end")
  func lightness() {
    let contrasts = (0...64).map {
      ColourMap.contrast(ColourMap.viridis.colour(Double($0) / 64), 0x000000)
    }
    #expect(zip(contrasts, contrasts.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("text in a cell has a contrast of 4.5 at least")
  func contrast() {
    #expect(ColourMap.contrast(0xffffff, 0x000000) == 21)
    for map in [ColourMap.viridis, .vik] {
      for step in 0...256 {
        let colour = map.colour(Double(step) / 256)
        #expect(ColourMap.contrast(ColourMap.text(on: colour), colour) >= 4.5)
      }
    }
  }

  @Test("text roles are readable on paper, and every series stands off from it")
  func roles() {
    #expect(ColourMap.contrast(Paint.ink.lightColour, Paint.paper.lightColour) >= 7)
    #expect(ColourMap.contrast(Paint.muted.lightColour, Paint.paper.lightColour) >= 4.5)
    for index in 0..<Paint.seriesCount {
      #expect(ColourMap.contrast(Paint.series(index).lightColour, 0xffffff) >= 2)
    }
    #expect(Set(Paint.roles.map(\.lightColour)).count == Paint.roles.count)
  }
}
