public import CommandLineKit
import Foundation
public import Ingest

extension FaceSet: ExpressibleByArgument {}
extension FaceLayout: ExpressibleByArgument {}

/// `lethe faces`: writes the built-in faces as a data set on disk.
struct FacesCommand: ParsableCommand {
  static let folder = Argument<String>(
    "dir", help: "The folder to write, new or empty.", completion: .directory)
  static let people = Option<Int>("people", value: "N", help: "How many people.", default: 50)
  static let perPerson = Option<Int>(
    "per-person", value: "M", help: "How many pictures of each.", default: 24)
  static let size = Option<Int>("size", value: "PIXELS", help: "Width and height.", default: 64)
  static let seed = Option<UInt64>(
    "seed", value: "N", help: "Draws other people and pictures.", default: 1)
  static let set = Option<FaceSet>("set", help: "What the faces show.", default: .emotion)
  static let layout = Option<FaceLayout>(
    "layout", help: "How pictures and labels lie on disk; csv tells most.", default: .csv)
  static let threads = Option<Int?>(
    "threads", value: "N",
    help: "Threads that draw; if not given: one a processor. The bytes are the same for any.")

  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Writes pictures of rendered faces whose labels are known exactly.",
    discussion: """
      Every picture comes with its person, its emotion or pain, intensities of action units, \
      PSPI, 68 landmarks, and for each action unit the pixels that it moves. The same options \
      give the same bytes.
      """,
    examples: [
      Example("lethe faces faces-emotion", "50 people, 24 pictures of each"),
      Example(
        "lethe faces faces-pain --set pain --people 30 --seed 7", "The pain set, other people"),
      Example("lethe faces affectnet --layout affectnet", "In the layout of a published data set"),
    ],
    parameters: [folder, people, perPerson, size, seed, set, layout, threads])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let options = FaceSetOptions(
      people: values[Self.people], perPerson: values[Self.perPerson], size: values[Self.size],
      seed: values[Self.seed], set: values[Self.set],
      threads: values[Self.threads] ?? ProcessInfo.processInfo.activeProcessorCount)
    let path = values[Self.folder]
    let bar = context.progress(
      "faces", total: options.people * options.perPerson, unit: "pictures")
    defer { bar.finish() }
    let summary = try Faces.write(
      to: URL(filePath: path), options: options, layout: values[Self.layout],
      isCancelled: Interruption.isRequested, progress: { done, _ in bar.update(done) })
    bar.finish()
    context.note("\(path): \(summary.pictures) pictures, \(summary.files) files")
  }
}
