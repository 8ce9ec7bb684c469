public import Foundation

/// The built-in faces: rendered people whose emotion, pain, action units, landmarks and masks are
/// known exactly.
///
/// The same options give the same bytes, on any number of threads. Pictures of people of an emotion
/// set and of a pain set of one seed show different people.
public enum Faces {
  /// Writes a set of faces into a new or empty folder, or again into one of the same options.
  ///
  /// Intensities of action units are multiples of 0.1 in 0…5; what is labelled is what was drawn.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - options: How many faces, and which.
  ///   - layout: How they lie on the disk.
  ///   - isCancelled: Asked before every picture.
  ///   - progress: Told how many pictures of how many are done, in rising order.
  /// - Returns: What was written.
  /// - Throws: `FacesError` if the options or the folder will not do, `CancellationError` if
  ///   cancelled.
  public static func write(
    to directory: URL, options: FaceSetOptions, layout: FaceLayout,
    isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> FaceSetSummary {
    try options.check()
    let writer = layout.writer(options)
    let folder = try FaceSetFolder(directory, options: options, layout: layout.rawValue)
    let run = FaceSetRun(options: options, writer: writer, perPerson: options.perPerson) { person in
      FaceSample.draw(options, person: person)
    }
    return try run.write(into: folder, isCancelled: isCancelled, progress: progress)
  }

  /// Writes minimal pairs: the same face, pose, light and camera with one action unit off and on.
  ///
  /// The layout is `csv` with a column `sequence` that names the pair; its two rows stand one
  /// after the other, first the one without the action unit. The class is the expression that both
  /// show apart from it. There are `options.perPerson` pairs a person.
  ///
  /// - Parameters:
  ///   - au: The number of the action unit.
  ///   - directory: The folder.
  ///   - options: How many pairs, and which.
  ///   - isCancelled: Asked before every picture.
  ///   - progress: Told how many pictures of how many are done, in rising order.
  /// - Returns: What was written.
  /// - Throws: `FacesError` if the options, the action unit or the folder will not do,
  ///   `CancellationError` if cancelled.
  public static func writePairs(
    au: Int, to directory: URL, options: FaceSetOptions,
    isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> FaceSetSummary {
    try options.check()
    guard let unit = ActionUnit(rawValue: au) else {
      throw FacesError(
        reason: "the built-in faces do not show AU\(au); they show "
          + actionUnits.map(String.init).joined(separator: ", "))
    }
    let folder = try FaceSetFolder(directory, options: options, layout: "pairs of AU\(au)")
    let writer = CSVFaceWriter(set: options.set) { sample in
      sample.subject + "_" + padded(sample.index / 2, to: 3)
    }
    let run = FaceSetRun(options: options, writer: writer, perPerson: options.perPerson * 2) {
      FacePairs(unit: unit).draw(options, person: $0)
    }
    return try run.write(into: folder, isCancelled: isCancelled, progress: progress)
  }

  /// The numbers of the action units that the faces show.
  public static let actionUnits: [Int] = ActionUnit.allCases.map(\.number)
}
