/// A list of action units, one a line: number, intensity, and maybe more that is not read.
///
/// An empty list is a picture that was coded and shows none. Intensity 0 is an action unit that is
/// present and not graded.
struct FACSCodes {
  /// Action unit → intensity; nil: present, not graded.
  private(set) var present: [Int: Double?] = [:]
  /// Lines that name no action unit.
  private(set) var invalid: [BadRecord] = []

  /// The codes of a text.
  ///
  /// A line whose action unit is 0 or below is left out alone, for it says nothing of the others.
  ///
  /// - Throws: `BadRecord` for a line that cannot be understood: then nothing is known of the
  ///   picture's action units.
  init(_ bytes: [UInt8]) throws {
    for line in try NumberLines(bytes).lines {
      guard line.values.count >= 2 else {
        throw BadRecord("an action unit without an intensity", line: line.number)
      }
      let (unit, intensity) = (line.values[0], line.values[1])
      guard unit == unit.rounded(), unit < 1000 else {
        throw BadRecord("\(unit) is no number of an action unit", line: line.number)
      }
      guard unit > 0 else {
        invalid.append(BadRecord("AU \(Int(max(unit, -999))) is none", line: line.number))
        continue
      }
      guard (0...5).contains(intensity) else {
        throw BadRecord("\(intensity) is not an intensity 0–5", line: line.number)
      }
      let grade: Double? = intensity > 0 ? intensity : nil
      let earlier = present[Int(unit)] ?? nil
      present[Int(unit)] = [grade, earlier].compactMap { $0 }.max()
    }
  }

  /// The coding of a picture in which some action units were looked for, and those listed.
  func coding(lookedFor units: Set<Int>) -> PictureRecord.Coding {
    PictureRecord.Coding(coded: units.union(present.keys).sorted(), present: present)
  }
}
