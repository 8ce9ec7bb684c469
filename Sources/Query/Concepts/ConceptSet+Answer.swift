extension ConceptSet {
  /// A row for each layer, model and action unit, with the columns of the view `concepts`.
  public var answer: Answer {
    let rows = all.map { place, record -> [Cell] in
      [
        record.id.map { .integer($0) } ?? .null, .text(place.model), .text(place.layer),
        Cell(record.au), .text(record.loss.rawValue), .text(split), Cell(record.setIoU),
        Cell(record.setIoUAll), Cell(record.presenceAUC),
        record.bestFilter.map { Cell($0) } ?? .null,
        Cell(record.bestFilterIoU), Cell(record.regionIoU),
        record.converged.map { Cell($0 ? 1 : 0) } ?? .null, .text(dataset), Cell(record.nFit),
        Cell(record.nPresent), Cell(record.nAbsent), Cell(record.nUnknown), Cell(record.meanIoU),
        Cell(record.regionIoU), Cell(record.placeIoU), Cell(record.weightsIoU),
        Cell(record.alpha), Cell(record.lossValue),
        record.iterations.map { Cell($0) } ?? .null, .text(record.options), Cell(record.note),
      ]
    }
    return Answer(
      Table(columns: PublicView.concepts.columns.map(\.name), rows: rows), notes: notes,
      statements: statements)
  }
}
