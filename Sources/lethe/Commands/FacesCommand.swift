public import CommandLineKit
import Foundation
public import Ingest

extension FaceSet: ExpressibleByArgument {}
extension FaceLayout: ExpressibleByArgument {}

/// `lethe faces`: writes the built-in faces as a data set on disk.
struct FacesCommand: ParsableCommand {
  static let folder = Argument<String>(
    "dir", help: "The folder to write, new or empty.", completion: .directory)
  static let people = Option<Int>(
    "people", value: "N", help: "How many people.", default: 50, check: atMost9999)
  static let perPerson = Option<Int>(
    "per-person", value: "M", help: "How many pictures of each.", default: 24, check: atMost9999)
  static let size = Option<Int>("size", value: "PIXELS", help: "Width and height.", default: 64)
  static let seed = Option<UInt64>(
    "seed", value: "N", help: "Draws other people and pictures.", default: 1)
  static let set = Option<FaceSet>("set", help: "What the faces show.", default: .emotion)
  static let layout = Option<FaceLayout>(
    "layout", help: "How pictures and labels lie on disk; csv tells most.", default: .csv)
  static let pairs = Option<[String]>(
    "pairs", value: "AU,…|all",
    help: "Write minimal pairs instead: one face, pose and light with an action unit off and on; "
      + "--per-person counts the pairs of each action unit.",
    check: { ConceptArguments.isUnit($0) ? nil : "is no number of an action unit" })
  static let sheet = Option<String?>(
    "sheet", value: "F.png", help: "Also draw a labelled contact sheet.",
    completion: .file(extensions: ["png"]))

  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Writes pictures of rendered faces whose labels are known exactly.",
    discussion: """
      Every picture comes with its person, its emotion or pain, intensities of action units, \
      PSPI, 68 landmarks, and for each action unit the pixels that it moves. The same options \
      give the same bytes, on any number of threads.
      """,
    examples: [
      Example("lethe faces faces-emotion --sheet sheet.png", "50 people, 24 pictures of each"),
      Example(
        "lethe faces faces-pain --set pain --people 30 --seed 7", "The pain set, other people"),
      Example("lethe faces affectnet --layout affectnet1", "In the layout of a published data set"),
      Example("lethe faces pairs-12 --pairs 12 --per-person 4", "AU12 off and on, four pairs each"),
      Example("lethe faces pairs --pairs all --per-person 1 --seed 2", "Every action unit"),
    ],
    parameters: [
      folder, people, perPerson, size, seed, set, layout, pairs, sheet, WritingOptions.threads,
    ])

  let values: ArgumentValues

  func validate() throws {
    if !values[Self.pairs].isEmpty && values.isGiven(Self.layout) && values[Self.layout] != .csv {
      throw ValidationError("--pairs are written in the layout csv alone")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let options = FaceSetOptions(
      people: values[Self.people], perPerson: values[Self.perPerson], size: values[Self.size],
      seed: values[Self.seed], set: values[Self.set], threads: values[WritingOptions.threads])
    let folder = URL(filePath: values[Self.folder])
    let units = units
    let pictures = options.people * options.perPerson * (units.map { 2 * $0.count } ?? 1)
    let bar = context.progress("faces", total: pictures, unit: "pictures")
    defer { bar.finish() }
    let progress: @Sendable (Int, Int) -> Void = { done, _ in bar.update(done) }
    let summary =
      if let units {
        try Faces.writePairs(
          aus: units, to: folder, options: options, isCancelled: Interruption.isRequested,
          progress: progress)
      } else {
        try Faces.write(
          to: folder, options: options, layout: values[Self.layout],
          isCancelled: Interruption.isRequested, progress: progress)
      }
    if let sheet = values[Self.sheet] {
      try Faces.writeSheet(to: URL(filePath: sheet), options: options)
    }
    bar.finish()
    context.note(
      "\(folder.relativePath): \(summary.pictures) pictures, \(summary.files) files")
  }

  /// The action units to switch; nil where no pairs are asked for.
  private var units: [Int]? {
    let words = values[Self.pairs]
    guard !words.isEmpty else { return nil }
    let units = ConceptArguments.units(of: words)
    return units.isEmpty ? Faces.actionUnits : Set(units).sorted()
  }

  @Sendable private static func atMost9999(_ value: Int) -> String? {
    (1...9_999).contains(value) ? nil : "is not between 1 and 9999"
  }
}
