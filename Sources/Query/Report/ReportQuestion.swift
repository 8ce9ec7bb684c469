/// A report on what a network forgot between two variants.
public struct ReportQuestion: Sendable, Equatable {
  /// What the ten points are asked of.
  public var verdict: VerdictQuestion
  /// The most pictures in the gallery.
  public var pictures = 500
  /// Whether pictures have their relevance beside them; what is not kept is computed.
  public var withRelevance = true
  /// Threads to use; they do not change a bit.
  public var threads = 1
  /// The most rows of a table in the page.
  public var rows = 400

  /// A report of a verdict.
  public init(_ verdict: VerdictQuestion) { self.verdict = verdict }
}

/// What a report holds.
public struct ReportSummary: Sendable, Equatable {
  /// Pictures in the gallery, and forgotten ones in all.
  public let pictures: (shown: Int, all: Int)
  /// Bytes of the file.
  public let bytes: Int

  /// Whether two reports hold as much.
  public static func == (a: ReportSummary, b: ReportSummary) -> Bool {
    a.pictures == b.pictures && a.bytes == b.bytes
  }
}
