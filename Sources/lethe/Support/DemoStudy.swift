import Foundation
import Ingest

/// What the demo renders and trains, by size.
struct DemoStudy {
  let people: [FaceSet: Int]
  let perPerson: Int
  let pixels: Int
  let architecture: VGGArchitecture
  let ladder: LadderOptions

  /// The study of the README: about four minutes on two cores.
  static func full(threads: Int) -> DemoStudy {
    DemoStudy(
      people: [.emotion: 80, .pain: 60], perPerson: 24, pixels: 64,
      architecture: VGGArchitecture(), threads: threads, epochs: (20, 6, 12))
  }

  /// A study that only shows that everything works: its networks learn next to nothing.
  static func tiny(threads: Int) -> DemoStudy {
    DemoStudy(
      people: [.emotion: 12, .pain: 10], perPerson: 8, pixels: 32,
      architecture: VGGArchitecture(inputSize: 32, width: 0.125, denseWidth: 32),
      threads: threads, epochs: (3, 1, 3))
  }

  private init(
    people: [FaceSet: Int], perPerson: Int, pixels: Int, architecture: VGGArchitecture,
    threads: Int, epochs: (emotion: Int, pain: Int, head: Int)
  ) {
    self.people = people
    self.perPerson = perPerson
    self.pixels = pixels
    self.architecture = architecture
    var ladder = LadderOptions(architecture: architecture, threads: threads)
    ladder.emotion.epochs = epochs.emotion
    ladder.pain.epochs = epochs.pain
    ladder.head.epochs = epochs.head
    self.ladder = ladder
  }

  /// The pictures of a set.
  func faces(_ set: FaceSet, threads: Int) -> FaceSetOptions {
    FaceSetOptions(
      people: people[set] ?? 0, perPerson: perPerson, size: pixels, seed: 1, set: set,
      threads: threads)
  }
}
