internal import Foundation
internal import SQLite

extension Store {
  /// Keeps the state of a training run, in place of an older one of that name.
  ///
  /// - Parameters:
  ///   - name: The name of the model that is being trained.
  ///   - metadata: Texts by name.
  ///   - tensors: Arrays.
  /// - Throws: `WarehouseError` if it cannot be written; then the older one is still there.
  public func saveCheckpoint(
    named name: String, metadata: [String: String], tensors: [StoredTensor]
  ) throws {
    try requireWritable()
    try StoredName.check(name, kind: "model")
    let target = checkpointURL(name)
    let partial = URL(filePath: target.path + Layout.partialSuffix)
    try removeIfPresent(partial)
    do {
      try SafetensorsWriter.write(tensors, metadata: metadata, to: partial)
      try synchronise(partial)
      try moveIntoPlace(partial, target)
    } catch {
      try? removeIfPresent(partial)
      throw error
    }
  }

  /// The state of a training run that was not finished; nil if there is none that can be read.
  public func checkpoint(
    named name: String
  ) throws -> (metadata: [String: String], tensors: [StoredTensor])? {
    guard FileManager.default.fileExists(atPath: checkpointURL(name).path) else { return nil }
    let file = try SafetensorsFile(checkpointURL(name))
    defer { try? file.close() }
    return (file.metadata, try file.entries.map { try file.read($0.name) })
  }

  /// Removes the state of a training run, if there is one.
  public func removeCheckpoint(named name: String) throws {
    try requireWritable()
    try removeIfPresent(checkpointURL(name))
  }

  /// Notes the epochs of a training run, in place of those that are noted.
  public func saveEpochs(_ epochs: [EpochRow], model: String) throws {
    try requireWritable()
    try catalogue.transaction {
      try catalogue.run("DELETE FROM epoch WHERE model = ?", model)
      for row in epochs {
        try catalogue.run(
          "INSERT INTO epoch (model, epoch, split, loss, accuracy) VALUES (?, ?, ?, ?, ?)", model,
          row.epoch, row.split, row.loss, row.accuracy)
      }
    }
  }

  private func checkpointURL(_ name: String) -> URL {
    url("\(Layout.models)/\(name).checkpoint")
  }
}

/// How training stood after an epoch, on one split.
public struct EpochRow: Sendable, Equatable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// `train` or `val`.
  public let split: String
  /// Mean cross-entropy.
  public let loss: Double
  /// Share of samples that were right.
  public let accuracy: Double

  /// A row with its parts.
  public init(epoch: Int, split: String, loss: Double, accuracy: Double) {
    self.epoch = epoch
    self.split = split
    self.loss = loss
    self.accuracy = accuracy
  }
}
