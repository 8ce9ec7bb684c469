import CommandLineKit
import Ingest

/// How large the known-answer study is.
enum KnownAnswerSize: String, CaseIterable, ExpressibleByArgument {
  /// Shows in minutes that everything works; its networks learn next to nothing.
  case small
  /// The sizes of `lethe demo`.
  case full

  var people: [FaceSet: Int] {
    self == .full ? [.emotion: 80, .pain: 60] : [.emotion: 16, .pain: 10]
  }
  var perPerson: Int { self == .full ? 24 : 10 }
  var pixels: Int { self == .full ? 64 : 32 }

  var architecture: VGGArchitecture {
    self == .full
      ? VGGArchitecture() : VGGArchitecture(inputSize: 32, width: 0.125, denseWidth: 32)
  }

  /// The ladder's options, of which the unrelated task takes those of pain.
  func ladder(threads: Int) -> LadderOptions {
    var options = LadderOptions(architecture: architecture, threads: threads)
    if self == .small {
      options.emotion.epochs = 3
      options.pain.epochs = 1
      options.head.epochs = 3
    }
    return options
  }

  func faces(_ set: FaceSet, threads: Int) -> FaceSetOptions {
    FaceSetOptions(
      people: people[set] ?? 0, perPerson: perPerson, size: pixels, seed: 1, set: set,
      threads: threads)
  }
}
