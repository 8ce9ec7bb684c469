extension ReadOnlySession {
  /// Every row of a public view; for views with samples, those of a selection.
  ///
  /// - Parameters:
  ///   - name: The view.
  ///   - selection: Which samples; the split is all of them unless it is given.
  /// - Returns: A statement that yields the rows.
  /// - Throws: `QueryError` if there is no such view, or it has no samples to select.
  public func view(_ name: String, _ selection: Selection = Selection()) throws -> Answer {
    let view = try publicView(name)
    var conditions: [String] = []
    var parameters: [SQLStatement.Parameter] = []
    if let dataset = selection.dataset {
      _ = try SampleScope.known(dataset, in: self)
      conditions.append("dataset = :dataset")
      parameters.append(.init("dataset", .text(dataset)))
    }
    if let split = selection.split, split != .all {
      conditions.append("split = :split")
      parameters.append(.init("split", .text(split.rawValue)))
    }
    var clauses: [String] = []
    if !conditions.isEmpty {
      clauses.append(
        "sample_id IN (SELECT sample_id FROM samples WHERE "
          + conditions.joined(separator: " AND ") + ")")
    }
    if let filter = selection.filter {
      clauses.append(try SampleFilter(filter, in: self).condition(on: "sample_id"))
    }
    guard clauses.isEmpty || view.hasSamples else {
      throw QueryError.usage(
        "\(name) has no sample_id: it can be written whole, or asked for with lethe sql")
    }
    let suffix = clauses.isEmpty ? "" : "\nWHERE " + clauses.joined(separator: "\n  AND ")
    return Answer(SQLStatement("SELECT * FROM \(view.name)\(suffix)", parameters))
  }

  /// The data sets.
  public func datasets() -> Answer {
    Answer(SQLStatement("SELECT * FROM datasets ORDER BY dataset"))
  }

  /// The models, in the order in which they were added.
  public func models() -> Answer { Answer(SQLStatement("SELECT * FROM models")) }

  /// The layers of one model, or of all.
  public func layers(of model: String? = nil) throws -> Answer {
    try listing("layers", of: model, order: "ordinal")
  }

  /// How training went, epoch by epoch, of one model, or of all.
  public func epochs(of model: String? = nil) throws -> Answer {
    // Training writes epochs before the model is there, so that any name may be asked for.
    let condition = model == nil ? "" : " WHERE model = :model"
    return Answer(
      SQLStatement(
        "SELECT * FROM epochs\(condition) ORDER BY model, epoch, split",
        model.map { [.init("model", .text($0))] } ?? []))
  }

  /// What was run, the last first.
  public func runs() -> Answer { Answer(SQLStatement("SELECT * FROM runs ORDER BY run DESC")) }

  private func listing(_ view: String, of model: String?, order: String) throws -> Answer {
    guard let model else { return Answer(SQLStatement("SELECT * FROM \(view)")) }
    _ = try models([model])
    return Answer(
      SQLStatement(
        "SELECT * FROM \(view) WHERE model = :model ORDER BY \(order)",
        [.init("model", .text(model))]))
  }
}
