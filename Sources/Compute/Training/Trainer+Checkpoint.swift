internal import Foundation

/// All that a training run needs to go on after its process has ended.
public struct TrainingCheckpoint: Sendable, Equatable {
  /// What the run is and how far it has come, as JSON.
  public let header: String
  /// `current/…`, the moments of the optimizer by their names, and `best/…` if an epoch is chosen.
  public let tensors: Parameters

  /// A checkpoint as it was stored.
  public init(header: String, tensors: Parameters) {
    self.header = header
    self.tensors = tensors
  }
}

private struct Header: Codable {
  static let version = 1

  let version: Int
  let options: TrainingOptions
  let startingAfter: String?
  let trainableFrom: String
  let labels: UInt64
  let steps: Int
  let history: [EpochRecord]
}

extension Trainer {
  /// The state between two epochs.
  ///
  /// A trainer of the same task that resumes from it ends with the same bits.
  ///
  /// - Returns: The checkpoint; it holds only what moves, not the frozen parameters.
  /// - Throws: `NetworkError` if the trainer stands within an epoch, after an error.
  public func checkpoint() throws -> TrainingCheckpoint {
    guard !isWithinEpoch else {
      throw NetworkError(
        .checkpoint, "the training stopped within an epoch; keep the checkpoint before it")
    }
    let header = Header(
      version: Header.version, options: task.options, startingAfter: task.startingAfter,
      trainableFrom: task.trainableFrom, labels: labelKey, steps: optimizer.steps,
      history: history)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var tensors = Parameters()
    for tensor in moving { tensors["current/\(tensor.name)"] = tensor.tensor(tensor.value) }
    for (tensor, state) in zip(learnt, optimizer.moving) {
      for (name, moment) in zip(task.options.optimizer.momentNames, state.moments) {
        tensors["\(name)/\(tensor.name)"] = tensor.tensor(moment)
      }
    }
    for name in bestMoving?.names ?? [] { tensors["best/\(name)"] = bestMoving?[name] }
    return TrainingCheckpoint(
      header: String(decoding: try encoder.encode(header), as: UTF8.self), tensors: tensors)
  }

  /// Takes up the state of a checkpoint.
  func resume(from checkpoint: TrainingCheckpoint) throws {
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(checkpoint.header.utf8))
    } catch {
      throw NetworkError(
        .checkpoint, "the checkpoint's header cannot be read (\(error)); train from the start")
    }
    guard header.version == Header.version, header.options == task.options,
      header.startingAfter == task.startingAfter, header.trainableFrom == task.trainableFrom,
      header.labels == labelKey, header.steps >= 0, header.history.count <= task.options.epochs,
      header.history.enumerated().allSatisfy({ $0.element.epoch == $0.offset + 1 })
    else {
      throw NetworkError(
        .checkpoint,
        "the checkpoint belongs to another training run: its options, layers or samples differ;"
          + " train from the start")
    }
    for tensor in moving { try take(tensor, into: tensor.value, "current", checkpoint) }
    network.weightsChanged()
    for (tensor, state) in zip(learnt, optimizer.moving) {
      for (name, moment) in zip(task.options.optimizer.momentNames, state.moments) {
        try take(tensor, into: moment, name, checkpoint)
      }
    }
    history = header.history
    optimizer.steps = header.steps
    guard task.options.selection != .last, !history.isEmpty else { return }
    var best = Parameters()
    for tensor in moving { best[tensor.name] = try find(tensor, "best", checkpoint) }
    bestMoving = best
  }

  private var learnt: [MovingTensor] { moving.filter { $0.gradient != nil } }

  /// A key of which samples are trained on, as far as their classes tell.
  private var labelKey: UInt64 {
    let key = { (labels: [Int]) in
      RandomStream.key(labels.map(String.init).joined(separator: ","))
    }
    return key(task.train.labels) ^ (key(task.validation?.labels ?? []) &* 3)
  }

  private func find(
    _ tensor: MovingTensor, _ kind: String, _ checkpoint: TrainingCheckpoint
  ) throws -> Tensor {
    let name = "\(kind)/\(tensor.name)"
    guard let found = checkpoint.tensors[name], found.shape == tensor.shape else {
      throw NetworkError(
        .checkpoint,
        "the checkpoint has no tensor '\(name)' of shape \(tensor.shape); it is damaged or belongs"
          + " to another network; train from the start")
    }
    return found
  }

  private func take(
    _ tensor: MovingTensor, into buffer: FloatBuffer, _ kind: String,
    _ checkpoint: TrainingCheckpoint
  ) throws {
    tensor.take(try find(tensor, kind, checkpoint), into: buffer)
  }
}
