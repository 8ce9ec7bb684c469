import CommandLineKit
import Query
import Warehouse

/// `lethe relevance run`: computes relevance and keeps it.
struct RelevanceRunCommand: ParsableCommand {
  static let models = Option<[String]>(
    "model", value: "M,…", help: "The variants; none: all of them.", completion: .models)
  static let forgotten = Flag(
    "forgotten", help: "Only samples that went from right to wrong between BEFORE and AFTER.")
  static let before = Argument<String?>("before", help: "With --forgotten: the variant before.")
  static let after = Argument<String?>("after", help: "With --forgotten: the variant after.")

  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Computes the relevance of pictures and keeps it.",
    discussion: """
      Runs networks on stored inputs and propagates the relevance of a class back to the pixels. \
      Kept are the maps (float16 times one scale a sample), the sum at every layer (view \
      relevance_sums: what is lost on the way), and how well each map falls on the action units of \
      its picture (view relevance_in_au: mass, rank, pointing game). What is there already is not \
      computed again.
      """,
    examples: [
      Example(
        "lethe relevance run --model emotion,emotion-after-pain-b1", "The test pictures, both nets"),
      Example(
        "lethe relevance run --forgotten emotion emotion-after-pain-b1",
        "Only what was forgotten between two variants, for both of them"),
      Example(
        "lethe relevance run --model emotion --target happiness-contempt "
          + "--where \"subject LIKE 'e0%'\"", "What speaks for happiness against contempt"),
    ],
    parameters: [
      before, after, models, forgotten, MethodOptions.group, WritingOptions.threads,
      SelectionOptions.group,
    ])

  let values: ArgumentValues

  func validate() throws {
    let names = [values[Self.before], values[Self.after]].compactMap { $0 }
    if values[Self.forgotten] != (names.count == 2) || names.count == 1 {
      throw ValidationError("--forgotten takes two variants: --forgotten BEFORE AFTER")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    var question = RelevanceQuestion(models: values[Self.models])
    question.selection = SelectionOptions.selection(values)
    question.method = MethodOptions.method(values)
    if let before = values[Self.before], let after = values[Self.after] {
      question.forgotten = .init(before: before, after: after)
      if question.models.isEmpty { question.models = [before, after] }
    }
    let summary = try context.writing("relevance") { store in
      // The session's snapshot ends before anything is written.
      let plan = try ReadOnlySession(store).relevancePlan(question)
      for note in plan.notes { context.note(note) }
      var bar: (title: String, bar: ProgressBar)?
      defer { bar?.bar.finish() }
      return try RelevanceRun(
        store: store, threads: values[WritingOptions.threads],
        checkCancelled: { try Interruption.check() },
        progress: { title, done, total in
          if bar?.title != title {
            bar?.bar.finish()
            bar = (title, context.progress("relevance \(title)", total: total, unit: "pictures"))
          }
          bar?.bar.update(done, note: "")
        }
      ).run(plan)
    }
    context.note(
      summary.computed == 0
        ? "everything is there already"
        : "\(summary.computed) maps computed, \(summary.present) were there already")
  }
}
