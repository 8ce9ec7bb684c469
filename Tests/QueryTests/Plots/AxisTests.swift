import Testing

@testable import Query

@Suite("Axes of plots")
struct AxisTests {
  @Test(
    "linear ticks are multiples of 1, 2 or 5 times a power of ten, about the values",
    arguments: [
      ([0, 0.09], ["0.00", "0.02", "0.04", "0.06", "0.08", "0.10"]),
      ([0, 1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      ([3, 47], ["0", "10", "20", "30", "40", "50"]),
      ([-0.31, 0.12], ["−0.4", "−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2"]),
      ([1_000, 9_000], ["0", "2000", "4000", "6000", "8000", "10000"]),
      ([0, 2.5], ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
    ])
  func linear(values: [Double], texts: [String]) {
    let axis = Axis.linear(values)
    #expect(axis.ticks.map(\.text) == texts)
    #expect(abs(axis.first - axis.ticks[0].value) < 1e-12)
    #expect(values.allSatisfy { axis.contains($0) })
  }

  @Test("an axis ends at its bounds, and writes shares as percentages")
  func bounds() {
    let axis = Axis.linear([0.57, 1], within: 0...1, isPercent: true)
    #expect(axis.ticks.map(\.text) == ["50%", "60%", "70%", "80%", "90%", "100%"])
    #expect(axis.last == 1)
    let small = Axis.linear([0, 0.018], within: 0...1, isPercent: true)
    #expect(small.ticks.map(\.text) == ["0.0%", "0.5%", "1.0%", "1.5%", "2.0%"])
  }

  @Test("values lie where they belong by hand")
  func fractions() {
    let linear = Axis(first: 10, last: 30, ticks: [])
    #expect(linear.fraction(15) == 0.25 && linear.fraction(30) == 1)
    let log = Axis(first: 0.01, last: 100, isLogarithmic: true, ticks: [])
    #expect(abs(log.fraction(1) - 0.5) < 1e-12 && abs(log.fraction(10) - 0.75) < 1e-12)
    let rows = Axis.names(["a", "b", "c", "d"], isDown: true)
    #expect(rows.fraction(0) == 0.875 && rows.fraction(3) == 0.125)
    #expect(Axis(first: 2, last: 2, ticks: []).fraction(2) == 0.5)
  }

  @Test("logarithmic ticks: 1, 2, 5 over two decades, powers of ten beyond, clipped at the bounds")
  func logarithmic() {
    let short = Axis.logarithmic([0.4, 3], within: 0.001...1_000)
    #expect(short.ticks.map(\.text) == ["0.2", "0.5", "1", "2", "5"])
    let long = Axis.logarithmic([0.003, 75], within: 0.01...100)
    #expect(long.ticks.map(\.text) == ["0.01", "0.1", "1", "10", "100"])
    #expect(long.first == 0.01 && !long.contains(0.003))
    let wide = Axis.logarithmic([1e-9, 1e9], within: 1e-9...1e9)
    #expect(wide.ticks.count <= 7 && wide.ticks.contains { $0.text == "1e-9" })
  }

  @Test("no values, one value, and values that are no numbers still make an axis")
  func degenerate() {
    for values in [[], [0], [5], [-3], [.nan, .infinity], [1e300, 2]] as [[Double]] {
      let axis = Axis.linear(values)
      #expect(axis.first < axis.last && axis.ticks.count >= 2, "\(values)")
      let log = Axis.logarithmic(values, within: 0.01...100)
      #expect(log.first < log.last && !log.ticks.isEmpty, "\(values)")
    }
    #expect(Axis.linear([1, 1], within: 0...1).last == 1)
    #expect(Axis.whole([]).first < Axis.whole([]).last)
  }

  @Test("epochs are whole numbers")
  func whole() {
    #expect(Axis.whole([1, 2, 3]).ticks.map(\.text) == ["1", "2", "3"])
    #expect(Axis.whole([1, 20]).ticks.map(\.text) == ["5", "10", "15", "20"])
  }

  @Test("numbers are written with a true minus, and none before zero")
  func numbers() {
    #expect(NumberFormat.decimals(2).text(-0.126) == "−0.13")
    #expect(NumberFormat.decimals(2).text(-0.001) == "0.00")
    let narrow = [-0.126, 0.004, 0.3, 1, -1.5, 10.25].map { NumberFormat.narrow(2).text($0) }
    #expect(narrow == ["−.13", "0", ".30", "1.00", "−1.50", "10.25"])
    #expect(NumberFormat.percent(1).text(0.0688) == "6.9%")
    #expect(NumberFormat.brief.text(0.05623) == "0.056" && NumberFormat.brief.text(74.7) == "75")
    #expect(NumberFormat.probability.text(0.00001) == "<0.001")
  }
}
