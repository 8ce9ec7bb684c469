import Testing

@testable import Compute

@Suite("Repetitions of a recipe")
struct SeedTests {
  // scipy.stats.t: 2·sf(t, ν).
  @Test(
    "Student's t equals the reference",
    arguments: [
      (0.1, 4, 0.9251558409394532),
      (1.0, 1, 0.5000000000000001),
      (2.776, 4, 0.05002277831997642),
      (2.0, 5, 0.10193947882985835),
      (8.5, 4, 0.0010505780707892498),
      (12.0, 29, 9.060708333137183e-13),
      (0.01, 200, 0.992031255153281),
      (3.2, 1000, 0.0014175383043175543),
      (40.0, 7, 1.5902179984850364e-09),
    ])
  func twoSided(t: Double, degrees: Int, expected: Double) {
    #expect(isWithin(StudentT.twoSided(t, degrees: degrees), expected, 1e-12))
    #expect(StudentT.twoSided(-t, degrees: degrees) == StudentT.twoSided(t, degrees: degrees))
  }

  // scipy.stats.t.ppf.
  @Test(
    "quantiles of Student's t equal the reference",
    arguments: [
      (0.975, 4, 2.7764451051977934),
      (0.975, 5, 2.5705818356363146),
      (0.9, 1, 3.0776835371752544),
      (0.995, 30, 2.7499956535672254),
      (0.6, 9, 0.260955336473911),
    ])
  func quantile(p: Double, degrees: Int, expected: Double) {
    #expect(isWithin(StudentT.quantile(p, degrees: degrees), expected, 1e-11))
    #expect(isWithin(StudentT.quantile(1 - p, degrees: degrees), -expected, 1e-11))
  }

  @Test("Student's t at its ends")
  func ends() {
    #expect(StudentT.twoSided(0, degrees: 3) == 1)
    #expect(StudentT.twoSided(.infinity, degrees: 3) == 0)
    #expect(StudentT.twoSided(1, degrees: 0).isNaN)
    #expect(StudentT.quantile(0.5, degrees: 3) == 0)
    #expect(StudentT.quantile(1, degrees: 3) == .infinity)
    #expect(StudentT.quantile(0, degrees: 3) == -.infinity)
    #expect(StudentT.quantile(2, degrees: 3).isNaN)
  }

  @Test("the test over seeds equals scipy's ttest_1samp")
  func reference() {
    let test = SeedTest([-0.11, -0.07, -0.02, -0.13, -0.09, 0.01])
    #expect(isWithin(test?.mean, -0.06833333333333332, 1e-13))
    #expect(isWithin(test?.pValue, 0.026551102745066904, 1e-11))
    #expect(isWithin(test?.interval.low, -0.12481468353038815, 1e-11))
    #expect(isWithin(test?.interval.high, -0.011851983136278485, 1e-11))
  }

  @Test("below five repetitions there is no test")
  func few() {
    #expect(SeedTest([]) == nil)
    #expect(SeedTest([1, 2, 3, 4]) == nil)
    #expect(SeedTest([1, 2, 3, 4, 5]) != nil)
  }

  @Test("equal differences: p 1 if they are 0, else none")
  func noSpread() {
    #expect(SeedTest([0, 0, 0, 0, 0])?.pValue == 1)
    let equal = SeedTest([0.1, 0.1, 0.1, 0.1, 0.1])
    #expect(equal != nil)
    #expect(equal?.pValue == nil)
    #expect(equal?.interval.low == equal?.interval.high)
  }
}
