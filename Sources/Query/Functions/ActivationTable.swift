internal import SQLite
internal import Warehouse

/// The table functions `activations` and `activation_at`, over what is stored of a layer.
final class ActivationTable: TableFunction {
  /// Which of the two.
  enum Kind {
    /// Mean and maximum of every channel, from the `pooled` tier.
    case pooled
    /// One position of one channel, from the `maps` tier.
    case position
  }

  let kind: Kind
  let reader: ActivationReader

  init(_ kind: Kind, _ reader: ActivationReader) {
    self.kind = kind
    self.reader = reader
  }

  private var description: PublicView { kind == .pooled ? .activations : .activationAt }

  var name: String { description.name }

  var columns: [TableFunctionColumn] {
    description.columns.map { TableFunctionColumn($0.name, $0.type) }
  }

  var arguments: [TableFunctionColumn] {
    description.arguments.map { TableFunctionColumn($0.name, $0.type) }
  }

  /// Rows ascend by sample, those of a sample by channel.
  var ascendingColumns: [Int] { kind == .pooled ? [0, 1] : [0] }

  func estimate(equal: Set<Int>) -> TableFunctionEstimate { estimate(equal: equal, bounded: []) }

  func estimate(equal: Set<Int>, bounded: Set<Int>) -> TableFunctionEstimate {
    // Column 0 is the sample. Reading all samples must look dearer than scanning any table of the
    // catalogue, so that the planner looks samples up wherever a join lets it.
    let bySample = equal.contains(0)
    let scale = bounded.contains(0) ? 0.25 : 1
    guard kind == .pooled else {
      return TableFunctionEstimate(
        rows: bySample ? 1 : Int64(scale * 1_000_000), cost: bySample ? 20 : scale * 1e10,
        isUnique: bySample)
    }
    let byChannel = equal.contains(1)
    return TableFunctionEstimate(
      rows: (bySample ? 1 : Int64(scale * 1_000_000)) * (byChannel ? 1 : 256),
      cost: bySample ? (byChannel ? 10 : 300) : scale * (byChannel ? 1e10 : 1e12),
      isUnique: bySample && byChannel)
  }

  func makeCursor() -> any TableFunctionCursor { ActivationCursor(kind, reader) }
}
