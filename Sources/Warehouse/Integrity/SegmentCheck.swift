internal import Foundation
internal import HDF5
internal import SQLite

/// Compares what is in a segment's file with the rows that name it.
struct SegmentCheck {
  let store: Store
  let segment: SegmentRow

  /// What disagrees; a file that cannot be read is a finding too.
  func findings() throws -> [Finding] {
    do {
      let file = try HDF5File.open(store.url(segment.file))
      let root = try file.root()
      var findings = try describe(root) + sampleFindings(root)
      for array in try arrayRows() { findings += try check(array, root) }
      try file.close()
      return findings
    } catch let error as HDF5Error {
      return [finding(.unreadable, "\(error)")]
    }
  }

  func finding(_ kind: Finding.Kind, _ problem: String) -> Finding {
    Finding(kind, segment.file, problem)
  }

  /// The root attributes, and the predictions of the model that ran.
  private func describe(_ root: HDF5Group) throws -> [Finding] {
    var findings: [Finding] = []
    let expected: [(String, HDF5AttributeValue)] = [
      ("format", .text("lethe-segment")), ("version", .integer(1)),
      ("dataset", .text(segment.datasetName)), ("first", .integer(Int64(segment.first))),
      ("count", .integer(Int64(segment.count))),
    ]
    for (name, value) in expected where try root.attributes.value(name) != value {
      findings.append(finding(.description, "its attribute \(name) is not what its row says"))
    }
    guard case .text(let model) = try root.attributes.value("model"), !model.isEmpty else {
      return findings
    }
    // Predictions enter with the segment of the same samples: all of them, or none yet.
    let predictions = try store.catalogue.value(
      """
      SELECT count(*) FROM prediction p
      JOIN model m ON m.id = p.model JOIN sample s ON s.id = p.sample
      WHERE m.name = ? AND s.dataset = ? AND s.position >= ? AND s.position < ?
      """, model, segment.dataset, segment.first, segment.first + segment.count
    ).int
    if let predictions, predictions != 0, predictions != segment.count {
      findings.append(
        finding(
          .predictions, "\(model) has \(predictions) predictions for its \(segment.count) samples"))
    }
    return findings
  }

  private func sampleFindings(_ root: HDF5Group) throws -> [Finding] {
    let stored = try root.dataset(SegmentNode.sampleID).readAll(Int64.self, limit: segment.count)
    let expected = try store.catalogue.rows(
      "SELECT id FROM sample WHERE dataset = ? AND position >= ? AND position < ? ORDER BY position",
      segment.dataset, segment.first, segment.first + segment.count
    ).compactMap { $0[0].int.map(Int64.init) }
    guard stored == expected else {
      return [finding(.samples, "its sample_id differs from the catalogue")]
    }
    return []
  }

  private struct ArrayFacts {
    let key: String
    let tier: Tier
    let node: String
    let type: StoredType
    let codec: String
    /// The layer's shape; nil if no model of the warehouse has it.
    let shape: MapShape?
  }

  private func arrayRows() throws -> [ArrayFacts] {
    try store.catalogue.rows(
      "SELECT key, tier, node, dtype, codec FROM stored_array WHERE segment = ? ORDER BY tier, key",
      segment.id
    ).compactMap { row in
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init),
        let node = row[2].string, let type = row[3].string.flatMap(StoredType.init)
      else { return nil }
      return ArrayFacts(
        key: key, tier: tier, node: node, type: type, codec: row[4].string ?? "",
        shape: try shape(of: key))
    }
  }

  private func shape(of key: String) throws -> MapShape? {
    let row = try store.catalogue.row(
      "SELECT channels, height, width FROM layer WHERE prefix = ? LIMIT 1", key)
    guard let row, let channels = row[0].int, let height = row[1].int, let width = row[2].int
    else { return nil }
    return MapShape(channels: channels, height: height, width: width)
  }

  private func check(_ array: ArrayFacts, _ root: HDF5Group) throws -> [Finding] {
    switch array.tier {
    case .candidates:
      return try root.contains(array.node)
        ? [] : [finding(.shape, "there is no \(array.node) in it")]
    case .masks, .regions: return try checkMasks(array, root)
    case .relevance: return try checkRelevance(array, root)
    case .bits:
      return try checkShape(array, root) + checkThresholds(array, root)
    case .inputs: return try checkShape(array, root) + checkLandmarks(root)
    case .maps, .pooled: return try checkShape(array, root)
    }
  }

  private func checkShape(_ array: ArrayFacts, _ root: HDF5Group) throws -> [Finding] {
    let dataset = try root.dataset(array.node)
    var findings: [Finding] = []
    if dataset.elementType != array.type.element {
      findings.append(finding(.shape, "\(array.node) does not hold \(array.type.rawValue)"))
    }
    // An array without elements lies in no chunks.
    if dataset.chunk != nil, (dataset.codec == .relu) != (array.codec == ArrayCodec.relu.rawValue) {
      findings.append(finding(.shape, "\(array.node) is not packed by \(array.codec)"))
    }
    var expected: [Int]?
    if let shape = array.shape {
      switch array.tier {
      case .pooled: expected = [shape.channels, 2]
      case .bits: expected = [shape.channels, shape.bitBytes]
      case .maps: expected = [shape.channels, shape.height, shape.width]
      default: break
      }
    }
    let rowShape = Array(dataset.shape.dropFirst())
    if dataset.shape.first != segment.count || expected.map({ $0 != rowShape }) ?? false {
      findings.append(
        finding(
          .shape,
          "\(array.node) has the shape \(dataset.shape), not "
            + "\([segment.count] + (expected ?? rowShape))"))
    }
    return findings
  }

  private func checkThresholds(_ array: ArrayFacts, _ root: HDF5Group) throws -> [Finding] {
    let expected = try store.thresholds(key: array.key, dataset: segment.dataset)
    let path = String(array.node.dropLast("bits".count)) + "thresholds"
    let stored = try root.dataset(path).readAll(Float.self, limit: 1 << 24)
    guard let expected else {
      return [finding(.thresholds, "the catalogue has no thresholds for \(array.node)")]
    }
    guard expected.values.map(\.bitPattern) == stored.map(\.bitPattern) else {
      return [finding(.thresholds, "\(path) differs from the catalogue")]
    }
    return []
  }

  private func checkRelevance(_ array: ArrayFacts, _ root: HDF5Group) throws -> [Finding] {
    let ids = try root.dataset(array.node + "/sample_id").readAll(
      Int64.self, limit: segment.count)
    let values = try root.dataset(array.node + "/values")
    var findings: [Finding] = []
    if values.shape.count != 4 || values.shape[0] != ids.count || values.elementType != .float16 {
      findings.append(
        finding(
          .shape, "\(array.node)/values has the shape \(values.shape) for \(ids.count) samples"))
    }
    // Every row has its map; maps whose rows went with a model that was replaced may stay.
    let rows = try store.catalogue.rows(
      """
      SELECT e.sample FROM relevance_sample e
      JOIN relevance_run r ON r.id = e.run JOIN sample s ON s.id = e.sample
      WHERE r.key = ? AND s.dataset = ? AND s.position >= ? AND s.position < ?
      """, array.key, segment.dataset, segment.first, segment.first + segment.count
    ).compactMap { $0[0].int.map(Int64.init) }
    if !Set(rows).isSubset(of: ids) {
      findings.append(finding(.samples, "\(array.node) lacks samples that the catalogue names"))
    }
    return findings
  }

  private func checkMasks(_ array: ArrayFacts, _ root: HDF5Group) throws -> [Finding] {
    let kind: MaskKind = array.tier == .masks ? .mask : .region
    var findings: [Finding] = []
    for name in try root.group(array.node).members() {
      let group = array.node + "/" + name
      let ids = try root.dataset(group + "/sample_id").readAll(Int64.self, limit: segment.count)
      let masks = try root.dataset(group + "/mask")
      if masks.shape.count != 3 || masks.shape[0] != ids.count || masks.elementType != .uint8 {
        findings.append(
          finding(.shape, "\(group)/mask has the shape \(masks.shape) for \(ids.count) samples"))
      }
      let expected = try store.catalogue.rows(
        """
        SELECT s.id FROM au_mask m JOIN sample s ON s.id = m.sample
        WHERE m.input_key = ? AND m.kind = ? AND 'au' || m.au = ?
          AND s.dataset = ? AND s.position >= ? AND s.position < ? ORDER BY s.position
        """, array.key, kind.rawValue, name, segment.dataset, segment.first,
        segment.first + segment.count
      ).compactMap { $0[0].int.map(Int64.init) }
      if ids != expected {
        findings.append(
          finding(.samples, "the samples of \(group) are not those of the catalogue"))
      }
    }
    return findings
  }
}
