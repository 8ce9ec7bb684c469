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
    try layout.check(options.set)
    let writer = layout.writer(options)
    let folder = try FaceSetFolder(directory, options: options, layout: layout.rawValue)
    let run = FaceSetRun(options: options, writer: writer, perPerson: options.perPerson) { person in
      FaceSample.draw(options, person: person)
    }
    return try run.write(into: folder, isCancelled: isCancelled, progress: progress)
  }

  /// Writes minimal pairs: the same face, pose, light and camera with one action unit off and on.
  ///
  /// The layout is `csv` with the columns `sequence`, which names the pair, and `frame`, 0 without
  /// the action unit and 1 with it; its two rows stand one after the other. The class is the
  /// expression that both show apart from it. There are `options.perPerson` pairs a person and
  /// action unit.
  ///
  /// - Parameters:
  ///   - aus: The numbers of the action units; none: all that the faces show.
  ///   - directory: The folder.
  ///   - options: How many pairs, and which.
  ///   - isCancelled: Asked before every picture.
  ///   - progress: Told how many pictures of how many are done, in rising order.
  /// - Returns: What was written.
  /// - Throws: `FacesError` if the options, an action unit or the folder will not do,
  ///   `CancellationError` if cancelled.
  public static func writePairs(
    aus: [Int], to directory: URL, options: FaceSetOptions,
    isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> FaceSetSummary {
    try options.check()
    for au in aus where ActionUnit(rawValue: au) == nil {
      throw FacesError(
        reason: "the built-in faces do not show AU\(au); they show "
          + actionUnits.map(String.init).joined(separator: ", "))
    }
    let pairs = FacePairs(
      units: ActionUnit.allCases.filter { aus.isEmpty || aus.contains($0.number) },
      options: options)
    let names = pairs.units.map { "AU\($0.number)" }.joined(separator: ", ")
    let folder = try FaceSetFolder(directory, options: options, layout: "pairs of \(names)")
    let writer = CSVFaceWriter(set: options.set) { pairs.place(of: $0) }
    let run = FaceSetRun(options: options, writer: writer, perPerson: pairs.perPerson) {
      pairs.draw(person: $0)
    }
    return try run.write(into: folder, isCancelled: isCancelled, progress: progress)
  }

  /// The numbers of the action units that the faces show.
  public static let actionUnits: [Int] = ActionUnit.allCases.map(\.number)
}
