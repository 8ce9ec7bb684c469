import CommandLineKit
import Foundation
import Query
import Warehouse

/// What the demo shows to the eye: a contact sheet and the report.
struct DemoPictures {
  let folder: URL
  let threads: Int

  /// Keeps the relevance of the test pictures for both ends of the ladder.
  func keepRelevance(_ store: Store, _ context: Context) throws {
    let question = RelevanceQuestion(models: [DemoResults.before, DemoResults.after])
    let plan = try ReadOnlySession(store).relevancePlan(question)
    var bar: ProgressBar?
    defer { bar?.finish() }
    _ = try RelevanceRun(
      store: store, threads: threads, checkCancelled: { try Interruption.check() },
      progress: { model, done, total in
        if done == 0 || bar == nil {
          bar?.finish()
          bar = context.progress("relevance \(model)", total: total, unit: "pictures")
        }
        bar?.update(done, note: "")
      }
    ).run(plan)
  }

  /// Writes the sheet and the report.
  ///
  /// - Returns: The files, by what they are.
  func write(_ store: Store, _ session: ReadOnlySession) throws -> [(name: String, file: URL)] {
    var files: [(String, URL)] = []
    var sheet = SheetQuestion(before: DemoResults.before, after: DemoResults.after)
    sheet.threads = threads
    sheet.rows = 12
    sheet.scale = 2
    let picture = folder.appending(path: "sheet.png")
    do {
      _ = try session.writeSheet(sheet, of: store, to: picture.path)
      files.append(("pictures that were forgotten", picture))
    } catch let error as QueryError where error.kind == .nothingFound {
      // A network that knew nothing forgets nothing.
    }
    var verdict = VerdictQuestion(before: DemoResults.before, after: DemoResults.after)
    verdict.threads = threads
    var report = ReportQuestion(verdict)
    report.threads = threads
    let page = folder.appending(path: "report.html")
    _ = try session.writeReport(report, of: store, version: Lethe.version, to: page.path)
    files.append(("the report, for a browser", page))
    return files
  }
}
