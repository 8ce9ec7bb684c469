import CommandLineKit
import Ingest
import Warehouse

/// `lethe dataset add`: reads a data set into the warehouse.
struct DatasetAddCommand: ParsableCommand {
  /// The layouts by the names that `DatasetImport` knows them by, and `auto`.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case auto, affectnet1, affectnet2, unbc, disfa, disfaplus, ckplus, fer2013, ferplus, csv, folder
  }

  enum Split: String, CaseIterable, ExpressibleByArgument {
    case given, subject
  }

  static let name = Argument<String>("name", help: "What the data set is called from now on.")
  static let path = Argument<String>("path", help: "Its folder or file.", completion: .file())
  static let format = Option<Format>(
    "format", value: "LAYOUT",
    help: "How pictures and labels lie on disk; auto tells it by the names.", default: .auto)
  static let split = Option<Split>(
    "split", value: "HOW",
    help: "Take the splits as given, or draw them by subject (as is done where none are given).",
    default: .given)
  static let strict = Flag("strict", help: "Refuse the data set if one record cannot be used.")
  static let replace = Flag(
    "replace", help: "Put it in the place of one of that name, with all that was computed from it.")

  static let openFace = Option<String?>(
    "openface", value: "PATH",
    help: "Join action units and landmarks from a CSV of OpenFace 2, or a folder of them.",
    completion: .file())

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Reads a data set into the warehouse, which is made if there is none.",
    discussion: """
      All samples come in as one transaction: after an error nothing has changed. Adding a data \
      set again brings its labels, scores, action units, landmarks and masks up to date and keeps \
      what was computed, except from pictures that have changed; new or missing samples and other \
      splits need --replace. Where subjects are drawn, 25 % go to test and 12 % to val, by --seed. \
      Records that cannot be used are left out, counted and named; lethe dataset show NAME \
      --rejected lists them. Pictures stay where they are, and are read from there by lethe \
      ingest. The layouts are described in docs/datasets.md; auto recognises them by the names of \
      folders and files.
      """,
    examples: [
      Example(
        "lethe dataset add emotion faces/emotion", "Built-in faces, as lethe faces wrote them"),
      Example("lethe dataset add unbc ~/data/UNBC-McMaster", "A layout that is recognised"),
      Example(
        "lethe dataset add mine labels.csv --split subject --seed 7", "Splits drawn by subject"),
    ],
    parameters: [name, path, format, split, WritingOptions.seed, strict, replace, openFace])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let options = DatasetImportOptions(
      format: values[Self.format].rawValue,
      split: values[Self.split] == .given ? .given : .subject,
      seed: UInt64(values[WritingOptions.seed]), isStrict: values[Self.strict],
      isReplacing: values[Self.replace], openFace: values[Self.openFace])
    let summary = try context.writing(create: true, "adding the data set \(values[Self.name])") {
      try DatasetImport.run(
        path: values[Self.path], as: values[Self.name], options: options, into: $0,
        monitor: context.monitor())
    }
    try console.output.write(Self.text(summary, name: values[Self.name]))
    warn(of: summary, context)
  }

  /// Names every record that was left out where they are few, else their reasons.
  private func warn(of summary: DatasetSummary, _ context: Context) {
    guard summary.rejections.count > 10 else {
      for rejection in summary.rejections {
        let line = rejection.line.map { ":\($0)" } ?? ""
        context.warn("left out: \(rejection.file)\(line): \(rejection.reason)")
      }
      return
    }
    for reason in summary.reasons.prefix(20) {
      context.warn("left out: \(reason.count) × \(reason.text) (first: \(reason.first))")
    }
    context.warn(
      "\(summary.rejections.count) records were left out; "
        + "lethe dataset show \(values[Self.name]) --rejected lists them")
  }

  private static func text(_ summary: DatasetSummary, name: String) -> String {
    func counts(_ counts: [String: Int]) -> String {
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        .joined(separator: ", ")
    }
    let subjects =
      summary.subjects.map { "\($0) subjects" } ?? "no subjects named: each sample is its own"
    var lines = [
      "\(name): \(summary.samples) samples, \(subjects) (layout \(summary.format))",
      "  splits   " + counts(summary.splits),
    ]
    for task in summary.labels.keys.sorted() {
      lines.append("  \(task)".padding(to: 11) + counts(summary.labels[task] ?? [:]))
    }
    if !summary.scores.isEmpty { lines.append("  scores   " + counts(summary.scores)) }
    if !summary.actionUnits.isEmpty {
      let units = summary.actionUnits.sorted { $0.key < $1.key }.map {
        "AU\($0.key) \($0.value.present)/\($0.value.coded)"
      }
      lines.append("  present/coded  " + units.joined(separator: ", "))
    }
    if let update = summary.update {
      lines.append("  updated \(update.updated), unchanged \(update.unchanged) samples")
    }
    if summary.landmarks > 0 { lines.append("  landmarks  \(summary.landmarks) samples") }
    lines += summary.notes.map { note in
      note.count == 1
        ? "  note: \(note.text) (\(note.first))"
        : "  note: \(note.count) × \(note.text) (first: \(note.first))"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  /// The text, filled up with blanks to at least `width` characters.
  func padding(to width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self + " "
  }
}
