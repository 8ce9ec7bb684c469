extension TrainingOptions {
  /// Checks that the options make sense for this many classes.
  func check(classes: Int, hasValidation: Bool) throws {
    try require((1...100_000).contains(epochs), "epochs must be 1 to 100,000, not \(epochs)")
    try require(
      (1...65_536).contains(batchSize), "the batch size must be 1 to 65,536, not \(batchSize)")
    try require(
      learningRate > 0 && learningRate.isFinite,
      "the learning rate must be positive, not \(learningRate)")
    try require(
      weightDecay >= 0 && weightDecay.isFinite,
      "the weight decay must not be negative, as \(weightDecay) is")
    try checkOptimizer()
    try checkSchedule()
    try checkAugmentation()
    if let classWeights {
      try require(
        classWeights.count == classes,
        "there are \(classWeights.count) class weights for \(classes) classes")
      try require(
        classWeights.allSatisfy { $0 > 0 && $0.isFinite }, "class weights must be positive")
    }
    try require(
      hasValidation || (selection == .last && patience == nil),
      "early stopping and the choice of an epoch need a validation set; give one, or select the"
        + " last weights without patience")
    try require(
      patience == nil || selection != .last,
      "patience needs a selection by validation loss or accuracy")
    try require((patience ?? 1) >= 1, "patience must be at least 1 epoch")
  }

  private func checkOptimizer() throws {
    switch optimizer {
    case .sgd(let momentum):
      try require((0..<1).contains(momentum), "the momentum must be in 0..<1, not \(momentum)")
    case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
      try require(
        (0..<1).contains(beta1) && (0..<1).contains(beta2) && epsilon > 0 && epsilon.isFinite,
        "Adam needs betas in 0..<1 and a positive epsilon")
    }
  }

  private func checkSchedule() throws {
    switch schedule {
    case .constant: break
    case .step(let epochs, let factor):
      try require(epochs > 0 && factor > 0 && factor.isFinite, "a step schedule must be positive")
    case .cosine(let final):
      try require(
        final >= 0 && final <= learningRate, "a cosine ends between 0 and the learning rate")
    case .oneCycle(let rise, let initialDivisor, let finalDivisor):
      try require(
        (0...1).contains(rise) && initialDivisor >= 1 && finalDivisor >= 1
          && (initialDivisor * finalDivisor).isFinite,
        "one cycle needs a rise in 0...1 and divisors of at least 1")
    }
  }

  private func checkAugmentation() throws {
    guard let augmentation else { return }
    try require(
      (0...4096).contains(augmentation.shift) && augmentation.brightness >= 0
        && augmentation.brightness.isFinite,
      "augmentation needs a shift of 0 to 4,096 pixels and a brightness that is not negative")
  }

  private func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
    if !condition { throw NetworkError(.training, "cannot train: \(reason())") }
  }
}
