internal import HDF5
internal import SQLite

extension SegmentCheck {
  /// Compares the landmarks in a segment of inputs with the catalogue: whose they are, and how many.
  ///
  /// - Parameter root: The segment's root group.
  /// - Returns: What disagrees.
  /// - Throws: `HDF5Error` if the file cannot be read, `SQLiteError` if the catalogue cannot.
  func checkLandmarks(_ root: HDF5Group) throws -> [Finding] {
    let top = "/landmarks"
    let stored: Set<String> = try root.contains(top) ? Set(root.group(top).members()) : []
    let expected = try landmarkSets()
    var findings: [Finding] = []
    for (name, set) in expected.sorted(by: { $0.key < $1.key }) {
      let node = "\(top)/\(name)"
      guard stored.contains(name) else {
        findings.append(finding(.samples, "there is no \(node) in it"))
        continue
      }
      let ids = try root.dataset(node + "/sample_id").readAll(Int64.self, limit: segment.count)
      if ids != set.samples {
        findings.append(
          finding(.samples, "the samples of \(node) are not those of the catalogue"))
      }
      let points = try root.dataset(node + "/points")
      if points.elementType != .float32 || points.shape != [ids.count, set.points, 2] {
        findings.append(
          finding(
            .shape,
            "\(node)/points has the shape \(points.shape), not "
              + "\([ids.count, set.points, 2])"))
      }
    }
    findings += stored.subtracting(expected.keys).sorted().map {
      finding(.samples, "the catalogue has no landmarks \(top)/\($0)")
    }
    return findings
  }

  /// What the catalogue has of the segment's samples, by the names of groups: source and number of
  /// points.
  private func landmarkSets() throws -> [String: (points: Int, samples: [Int64])] {
    var sets: [String: (points: Int, samples: [Int64])] = [:]
    for row in try store.catalogue.rows(
      """
      SELECT l.source, json_array_length(l.points), s.id
      FROM sample s JOIN landmark_set l ON l.sample = s.id
      WHERE s.dataset = ? AND s.position >= ? AND s.position < ? AND json_valid(l.points)
      ORDER BY s.position
      """, segment.dataset, segment.first, segment.first + segment.count)
    {
      guard let source = row[0].string, let points = row[1].int, let sample = row[2].int else {
        continue
      }
      sets["\(source)-\(points)", default: (points, [])].samples.append(Int64(sample))
    }
    return sets
  }
}
