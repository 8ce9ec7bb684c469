import Warehouse

/// The classes of a network from elsewhere, in the spelling of the warehouse.
enum ClassNames {
  /// Outputs that emotion networks have beside the emotions, and no sample is labelled with.
  private static let besides = [
    "none", "unknown", "uncertain", "other", "non-face", "no-face", "nf",
  ]

  /// The classes in the order of the outputs.
  ///
  /// - Parameters:
  ///   - given: What the user says, if anything.
  ///   - inFile: What the network's file says, if anything.
  ///   - task: The task.
  ///   - outputs: How many outputs the network has.
  ///   - store: The warehouse, for the labels of tasks that Lethe does not know by name.
  /// - Returns: The classes, and notes on where they come from.
  /// - Throws: `IngestError` that tells the number of outputs if they do not fit them, a class
  ///   occurs twice, or a known task has no such class.
  static func resolve(
    given: [String]?, inFile: [String]?, task: String, outputs: Int, in store: Store
  ) throws -> (classes: [String], notes: [String]) {
    if let given {
      return try checked(given, "--classes names", task, outputs)
    }
    if let inFile, inFile.count == outputs,
      let found = try? checked(inFile, "the file names", task, outputs)
    {
      return (found.classes, found.notes + ["the classes are those that the file names"])
    }
    let occurring = try store.datasets().flatMap { try store.classes(of: $0.id, task: task) }
    let known = Labels.classes(task: task, occurring: occurring)
    guard known.count == outputs else {
      let labels =
        known.isEmpty
        ? "no data set has labels of the task \(task)"
        : "the task \(task) has \(known.count) (\(known.joined(separator: ", ")))"
      throw IngestError(
        "the network has \(outputs) outputs, and their names are not known: \(labels)",
        advice: "name all \(outputs) in the order of the outputs: --classes a,b,…")
    }
    return (
      known, ["the order of the classes is assumed: check it with lethe model check, or --classes"]
    )
  }

  private static func checked(
    _ names: [String], _ who: String, _ task: String, _ outputs: Int
  ) throws -> (classes: [String], notes: [String]) {
    guard names.count == outputs else {
      throw IngestError(
        "\(who) \(names.count) classes (\(names.joined(separator: ", "))), and the network has"
          + " \(outputs) outputs", advice: "name all \(outputs) in the order of the outputs")
    }
    var notes: [String] = []
    var classes: [String] = []
    for name in names {
      var label = Labels.canonical(name, task: task)
      if label == nil, besides.contains(name.lowercased()) {
        label = name.lowercased()
        notes.append("no sample is labelled “\(name)”: what is taken for it counts as wrong")
      }
      guard let label, label.utf8.count <= 200 else {
        let known = Labels.classes(task: task, occurring: [])
        throw IngestError(
          "“\(name)” is no class of the task \(task)",
          advice: known.isEmpty
            ? "give each output a name" : "choose from \(known.joined(separator: ", "))")
      }
      if let first = classes.firstIndex(of: label) {
        throw IngestError(
          "\(who) “\(label)” twice: outputs \(first + 1) and \(classes.count + 1)",
          advice: "each output is a class of its own")
      }
      classes.append(label)
    }
    return (classes, notes)
  }
}
