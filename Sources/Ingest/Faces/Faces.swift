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
    let plan = { @Sendable (person: Int) in FaceSample.draw(options, person: person) }
    return try FaceSetRun(options: options, writer: writer, plan: plan).write(
      into: folder, isCancelled: isCancelled, progress: progress)
  }
}
