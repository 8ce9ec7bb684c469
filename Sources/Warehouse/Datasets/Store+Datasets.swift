internal import Foundation
internal import SQLite

/// A data set that is in the warehouse.
public struct StoredDataset: Sendable, Equatable {
  /// Its row id.
  public let id: Int64
  /// Its name.
  public let name: String
  /// The layout that was read.
  public let format: String
  /// The absolute path of the folder or file that was read.
  public let root: String
  /// What the reader was told, JSON.
  public let options: String
  /// How many samples it has: positions 0 ..< count.
  public let count: Int
}

/// A sample, with its label of one task.
public struct StoredSample: Sendable, Equatable {
  /// Its row id.
  public let id: Int64
  /// Where its rows stand in arrays.
  public let position: Int
  /// The split: train, val or test.
  public let split: String
  /// Who is on it.
  public let subject: String
  /// The picture, relative to the data set's root.
  public let path: String
  /// Width of the picture in pixels.
  public let width: Int
  /// Height of the picture in pixels.
  public let height: Int
  /// The label of the task that was asked for, if it has one.
  public let label: String?
}

/// A picture of a mask that belongs to a sample.
public struct StoredMaskFile: Sendable, Equatable {
  /// The sample's row id.
  public let sample: Int64
  /// The sample's position.
  public let position: Int
  /// The mask.
  public let mask: SampleRecord.MaskFile
}

/// The landmarks of a sample.
public struct StoredLandmarks: Sendable, Equatable {
  /// The sample's position.
  public let position: Int
  /// Points in pixels of the picture.
  public let points: [SIMD2<Double>]
}

extension Store {
  /// Every data set, in the order in which they came.
  public func datasets() throws -> [StoredDataset] { try storedDatasets(where: "1") }

  /// Whether there is a data set of a name.
  public func hasDataset(named name: String) throws -> Bool {
    try catalogue.row("SELECT 1 FROM dataset WHERE name = ?", name) != nil
  }

  /// The data set of a name.
  ///
  /// - Throws: `WarehouseError` with a suggestion if there is none.
  public func dataset(named name: String) throws -> StoredDataset {
    guard let dataset = try storedDatasets(where: "name = ?", name).first else {
      throw WarehouseError.unknown("data set", name, among: try datasets().map(\.name))
    }
    return dataset
  }

  /// The samples at a range of positions, ascending.
  ///
  /// - Parameters:
  ///   - dataset: The row id of the data set.
  ///   - positions: Which; those beyond the end are left out.
  ///   - task: Whose labels come with them.
  /// - Returns: The samples.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func samples(
    of dataset: Int64, positions: Range<Int>, task: String? = nil
  ) throws -> [StoredSample] {
    try catalogue.rows(
      """
      SELECT s.id, s.position, s.split, s.subject, s.path, s.width, s.height, l.label
      FROM sample s LEFT JOIN label l ON l.sample = s.id AND l.task = ?4
      WHERE s.dataset = ?1 AND s.position >= ?2 AND s.position < ?3 ORDER BY s.position
      """, dataset, positions.lowerBound, positions.upperBound, task
    ).compactMap { row in
      guard let id = row[0].int.map(Int64.init), let position = row[1].int,
        let split = row[2].string, let subject = row[3].string, let path = row[4].string,
        let width = row[5].int, let height = row[6].int
      else { return nil }
      return StoredSample(
        id: id, position: position, split: split, subject: subject, path: path, width: width,
        height: height, label: row[7].string)
    }
  }

  /// The labels that samples of a data set have in a task, ascending.
  public func classes(of dataset: Int64, task: String) throws -> [String] {
    try catalogue.rows(
      """
      SELECT DISTINCT l.label FROM label l JOIN sample s ON s.id = l.sample
      WHERE s.dataset = ? AND l.task = ? ORDER BY l.label
      """, dataset, task
    ).compactMap { $0[0].string }
  }

  /// The mask pictures of the samples at a range of positions, by position, kind and action unit.
  public func maskFiles(of dataset: Int64, positions: Range<Int>) throws -> [StoredMaskFile] {
    try catalogue.rows(
      """
      SELECT s.id, s.position, m.au, m.kind, m.path
      FROM sample s JOIN mask_file m ON m.sample = s.id
      WHERE s.dataset = ? AND s.position >= ? AND s.position < ?
      ORDER BY s.position, m.kind, m.au
      """, dataset, positions.lowerBound, positions.upperBound
    ).compactMap { row in
      guard let sample = row[0].int.map(Int64.init), let position = row[1].int,
        let au = row[2].int, let kind = row[3].string.flatMap(MaskKind.init),
        let path = row[4].string
      else { return nil }
      return StoredMaskFile(
        sample: sample, position: position,
        mask: SampleRecord.MaskFile(au: au, kind: kind, path: path))
    }
  }

  /// The split of every subject of a data set; of several, any.
  public func subjectSplits(of dataset: Int64) throws -> [String: String] {
    var splits: [String: String] = [:]
    for row in try catalogue.rows(
      "SELECT DISTINCT subject, split FROM sample WHERE dataset = ?", dataset)
    {
      if let subject = row[0].string { splits[subject] = row[1].string }
    }
    return splits
  }

  /// Whether a data set has pictures of masks.
  public func hasMaskFiles(_ dataset: Int64) throws -> Bool {
    if let shard { return shard.hasMaskFiles(dataset) }
    return try catalogue.row(
      """
      SELECT 1 FROM sample s JOIN mask_file m ON m.sample = s.id WHERE s.dataset = ? LIMIT 1
      """, dataset) != nil
  }

  /// The action units that any sample of a data set shows, ascending.
  public func presentActionUnits(of dataset: Int64) throws -> [Int] {
    try catalogue.rows(
      """
      SELECT DISTINCT a.au FROM sample s JOIN au a ON a.sample = s.id WHERE s.dataset = ? ORDER BY 1
      """, dataset
    ).compactMap { $0[0].int }
  }

  /// The action units that samples at a range of positions show, by number, and those positions,
  /// ascending.
  public func presentActionUnits(
    of dataset: Int64, positions: Range<Int>
  ) throws -> [(au: Int, positions: [Int])] {
    var found: [(au: Int, positions: [Int])] = []
    for row in try catalogue.rows(
      """
      SELECT DISTINCT a.au, s.position FROM sample s JOIN au a ON a.sample = s.id
      WHERE s.dataset = ? AND s.position >= ? AND s.position < ? ORDER BY a.au, s.position
      """, dataset, positions.lowerBound, positions.upperBound)
    {
      guard let au = row[0].int, let position = row[1].int else { continue }
      if found.last?.au == au {
        found[found.count - 1].positions.append(position)
      } else {
        found.append((au, [position]))
      }
    }
    return found
  }

  /// The landmarks of the samples at a range of positions, by source, in order of positions.
  public func landmarks(
    of dataset: Int64, positions: Range<Int>
  ) throws -> [(source: String, sets: [StoredLandmarks])] {
    var found: [(source: String, sets: [StoredLandmarks])] = []
    for row in try catalogue.rows(
      """
      SELECT l.source, s.position, l.points FROM sample s JOIN landmark_set l ON l.sample = s.id
      WHERE s.dataset = ? AND s.position >= ? AND s.position < ? ORDER BY l.source, s.position
      """, dataset, positions.lowerBound, positions.upperBound)
    {
      guard let source = row[0].string, let position = row[1].int, let text = row[2].string,
        let pairs = try? JSONDecoder().decode([[Double]].self, from: Data(text.utf8)),
        pairs.allSatisfy({ $0.count == 2 })
      else { continue }
      let set = StoredLandmarks(position: position, points: pairs.map { SIMD2($0[0], $0[1]) })
      if found.last?.source == source {
        found[found.count - 1].sets.append(set)
      } else {
        found.append((source, [set]))
      }
    }
    return found
  }

  private func storedDatasets(
    where condition: String, _ parameters: any SQLiteBindable...
  ) throws -> [StoredDataset] {
    let statement = try catalogue.prepare(
      """
      SELECT id, name, format, root, options,
             (SELECT count(*) FROM sample s WHERE s.dataset = d.id)
      FROM dataset d WHERE \(condition) ORDER BY id
      """)
    try statement.bind(parameters)
    var datasets: [StoredDataset] = []
    while try statement.step() {
      let row = statement.row
      guard let id = row[0].int.map(Int64.init), let name = row[1].string,
        let format = row[2].string, let root = row[3].string, let options = row[4].string,
        let count = row[5].int
      else { continue }
      datasets.append(
        StoredDataset(
          id: id, name: name, format: format, root: root, options: options, count: count))
    }
    return datasets
  }
}
