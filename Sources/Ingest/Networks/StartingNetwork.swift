import Compute
import Foundation
public import Warehouse

/// The network that training starts from: a model of the warehouse, or a file that becomes one.
public struct StartingNetwork: Sendable {
  /// The model's name.
  public let name: String
  /// What a user should know, a sentence each; none for a model that was there.
  public private(set) var notes: [String] = []

  /// The task of a network whose classes are not those of emotions.
  private static let otherTask = "pretraining"
  private static let endings: Set<String> = [
    "h5", "hdf5", "keras", "onnx", "pt", "pth", "safetensors", "weights",
  ]

  /// Finds a model; if there is none of that name, but a file, the file comes in under its own name.
  ///
  /// A file that has come in before is known again by its weights. Its preprocessing is the one
  /// that such files mostly had.
  ///
  /// - Parameters:
  ///   - text: A name, or the path of a network file.
  ///   - store: The warehouse, open for writing.
  /// - Throws: What `NetworkImport.add` throws; `WarehouseError` if there is neither, `IngestError`
  ///   if the file lacks a layer that the ladder names, or another network bears its name.
  public init(_ text: String, store: Store) throws {
    let models = try store.models()
    let url = URL(filePath: text)
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    guard !models.contains(where: { $0.record.name == text }), isThere || Self.isPath(text) else {
      name = try store.model(named: text).record.name
      return
    }
    guard isThere, !isFolder.boolValue else {
      throw IngestError(
        "\(text): \(isThere ? "this is a folder" : "there is neither such a file nor such a model")",
        advice: "name a network file, or a model of `lethe model list`")
    }
    let read = try ReadNetwork(url, architecture: nil, inputSize: nil)
    let layers = Set(read.network.graph.layers.map(\.name))
    if let missing = Rung.layers.first(where: { !layers.contains($0) }) {
      throw IngestError(
        "the rungs of the ladder move or freeze `\(missing)`, which \(text) does not have",
        advice: "start from a VGG, or bring it in with lethe model add and train rungs of your own:"
          + " lethe train --parent NAME")
    }
    name = Self.name(of: url)
    if let known = models.first(where: { $0.record.name == name }) {
      // A stored model has its parameters in another order.
      let names = read.network.parameters.names.sorted()
      guard try Variant(known).graph == read.network.graph,
        try store.parameters(of: known).selecting(names)
          == read.network.parameters.selecting(names)
      else {
        throw IngestError(
          "\(text): another network is there as `\(name)`",
          advice: "bring the file in under another name, lethe model add NAME \(text), and give"
            + " that name")
      }
      notes = ["\(text) is there already as the model `\(name)`"]
      return
    }
    let summary = try Self.add(read, as: name, to: store)
    notes =
      ["\(text) is the model `\(name)` from now on (\(summary.format), \(summary.preprocessing))"]
      + summary.notes
  }

  /// The name of the model that a text stands for, or that the file becomes which it names.
  ///
  /// - Throws: `WarehouseError` if there is neither such a model nor such a file.
  public static func name(of text: String, store: Store) throws -> String {
    let isModel = try store.models().contains { $0.record.name == text }
    guard !isModel, isPath(text), FileManager.default.fileExists(atPath: text) else {
      return try store.model(named: text).record.name
    }
    return name(of: URL(filePath: text))
  }

  private static func isPath(_ text: String) -> Bool {
    text.contains("/") || endings.contains((text as NSString).pathExtension.lowercased())
  }

  /// The file's name without its endings, in the letters of names; never one of the rungs, which
  /// bear their own.
  static func name(of file: URL) -> String {
    var stem = file.lastPathComponent
    while endings.contains((stem as NSString).pathExtension.lowercased()) {
      stem = (stem as NSString).deletingPathExtension
    }
    let allowed = stem.map { character -> Character in
      let isAllowed = character.isLetter || character.isNumber || "._-+".contains(character)
      return character.isASCII && isAllowed ? character : "-"
    }
    let trimmed = String(allowed.drop { !$0.isLetter && !$0.isNumber }.prefix(80))
    let isTaken =
      trimmed.isEmpty || trimmed == "all"
      || Rung.all.contains { trimmed == $0.name || trimmed.hasPrefix("\($0.name).s") }
    return isTaken ? "\(trimmed.isEmpty ? "network" : trimmed)-initial" : trimmed
  }

  /// Adds the network, with the emotions as its classes if it has as many, else with numbers.
  private static func add(
    _ read: ReadNetwork, as name: String, to store: Store
  ) throws -> ModelSummary {
    let outputs = read.network.graph.outputs
    if outputs == Labels.emotions.count {
      return try NetworkImport(name: name, task: "emotion").add(read, to: store)
    }
    var summary = try NetworkImport(
      name: name, task: otherTask, classes: (0..<outputs).map(String.init)
    ).add(read, to: store)
    summary.notes.append("its \(outputs) outputs are no emotions and are numbered")
    return summary
  }
}
