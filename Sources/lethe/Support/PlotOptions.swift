import CommandLineKit
import Foundation
import Query

/// Where a plot goes and in which form.
enum PlotOptions {
  /// The forms of a plot, by the suffix of its file.
  enum Form: String, CaseIterable {
    case svg
    case png

    /// The form that a file's name asks for.
    init?(path: String) {
      self.init(rawValue: URL(filePath: path).pathExtension.lowercased())
    }
  }

  static let output = Option<String?>(
    "output", short: "o", value: "FILE",
    help: "The picture, .svg or .png, which appears when it is whole.",
    completion: .file(extensions: Form.allCases.map(\.rawValue))
  ) { (path: String) in Form(path: path) == nil ? "ends in neither .svg nor .png" : nil }

  static let scale = Option<Double>(
    "scale", value: "X", help: "Pixels of a PNG for each of the SVG's; 2 for a retina screen.",
    default: 2
  ) { (0.5...8).contains($0) ? nil : "is not between 0.5 and 8" }

  static let group = OptionGroup(
    "Output", [output, scale, OutputOptions.timeout, OutputOptions.showSQL])
}

/// A command that draws one plot of the library's and writes it.
///
/// Its table must hold `PlotOptions.group`.
protocol PlottingCommand: ParsableCommand {
  var values: ArgumentValues { get }

  /// Calls the one function of the library that plots.
  func plot(_ asking: Asking, _ context: Context) throws -> Plot
}

extension PlottingCommand {
  func validate() throws {
    if values[PlotOptions.output] == nil, !values[OutputOptions.showSQL] {
      throw ValidationError("name the picture: -o FILE.svg or -o FILE.png")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    let plot = try plot(asking, context)
    guard !values[OutputOptions.showSQL], let path = values[PlotOptions.output] else {
      return try console.output.write(plot.statements.map { "\($0)\n" }.joined(separator: "\n"))
    }
    let bytes =
      switch PlotOptions.Form(path: path) {
      case .png: plot.figure.pngFile(scale: values[PlotOptions.scale])
      default: plot.figure.svgFile()
      }
    try AtomicFile.write(path) { try $0(bytes) }
    for note in plot.notes { context.note(note) }
    context.note("\(path): \(plot.figure.title)")
  }
}
