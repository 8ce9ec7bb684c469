/// Minimises many logistic losses over the rows of one design matrix together.
///
/// Each is mean cross-entropy + λ/2·‖weights‖², strictly convex but for intercepts; L-BFGS from a
/// diagonal curvature. A step costs two matrix products for all regressions together: one for the
/// outputs along the direction (in which they are linear, so that the search along it needs no
/// product) and one for the gradient. Everything runs on the calling thread, in a fixed order.
final class LogisticSolver {
  private let design: DesignMatrix
  private var problems: [LogisticProblem?] = []
  private let outputs: Int
  /// [outputs, width], [outputs, samples] and [outputs, width].
  private var weights: [Double]
  private(set) var logits: [Double]
  private var gradients: [Double]
  /// The same for the outputs of regressions that still move, side by side.
  private var directions: [Double]
  private var slopes: [Double]
  private var trial: [Double]
  private var residuals: [Double]

  /// Prepares regressions, each with weights 0 and the intercepts that are best then.
  init(_ design: DesignMatrix, _ targets: [LogisticTarget]) {
    self.design = design
    var count = 0
    for target in targets {
      precondition(target.labels.count == design.samples)
      let problem = LogisticProblem(target, design: design, firstOutput: count)
      if let problem { count += problem.outputs }
      problems.append(problem)
    }
    outputs = count
    weights = [Double](repeating: 0, count: count * design.width)
    gradients = weights
    directions = weights
    logits = [Double](repeating: 0, count: count * design.samples)
    slopes = logits
    trial = logits
    residuals = logits
    for case let problem? in problems {
      for output in 0..<problem.outputs {
        let row = problem.firstOutput + output
        for stratum in 0..<design.strata {
          weights[row * design.width + design.axes + stratum] =
            problem.startIntercepts[output * design.strata + stratum]
        }
      }
    }
    BLAS.multiplyByTransposed(
      weights, design.rows, into: &logits, m: outputs, n: design.samples, k: design.width)
  }

  /// The first output of a regression among all; nil if it is not defined.
  func firstOutput(_ index: Int) -> Int? { problems[index]?.firstOutput }

  /// The samples that a regression learns from; nil if it is not defined.
  func target(_ index: Int) -> LogisticTarget? { problems[index]?.target }

  /// Moves every regression to the least of its loss, from where it stands.
  ///
  /// - Parameters:
  ///   - penalties: λ of each regression, above 0; nil for one that stays where it is.
  ///   - tolerance: Of the largest component of the gradient, relative to that of a regression
  ///     whose weights are 0.
  ///   - maxIterations: Steps after which a regression is given up.
  func solve(penalties: [Double?], tolerance: Double, maxIterations: Int) {
    for index in problems.indices {
      guard let penalty = penalties[index] else { continue }
      problems[index]?.penalty = penalty
      problems[index]?.history.reset()
      problems[index]?.iterations = 0
      problems[index]?.isActive = true
    }
    var active = activeProblems()
    evaluateStart(active)
    while true {
      for index in active { judge(index, tolerance, maxIterations) }
      active = activeProblems()
      guard !active.isEmpty else { return }
      let steps = takeSteps(active)
      updateGradients(active, steps: steps)
    }
  }

  /// The regression as it stands; nil if it is not defined.
  func model(_ index: Int, tolerance: Double) -> LogisticModel? {
    guard let problem = problems[index] else { return nil }
    var (own, intercepts): ([Double], [Double]) = ([], [])
    for row in problem.firstOutput..<problem.firstOutput + problem.outputs {
      let start = row * design.width
      own += weights[start..<start + design.axes]
      intercepts += weights[start + design.axes..<start + design.width]
    }
    return LogisticModel(
      outputs: problem.outputs, weights: own, intercepts: intercepts, penalty: problem.penalty,
      iterations: problem.iterations, relativeGradient: problem.relativeGradient,
      isConverged: problem.relativeGradient <= tolerance)
  }

  private func activeProblems() -> [Int] {
    problems.indices.filter { problems[$0]?.isActive ?? false }
  }

  /// Settles whether a regression has arrived, or is given up.
  private func judge(_ index: Int, _ tolerance: Double, _ maxIterations: Int) {
    guard var problem = problems[index] else { return }
    let largest = largestGradient(problem)
    let start = problem.startGradient ?? largest
    problem.startGradient = start
    // Features have unit variance: a gradient that small is rounding.
    problem.relativeGradient = largest <= 1e-14 ? 0 : largest / start
    problem.isActive =
      problem.relativeGradient > tolerance && problem.iterations < maxIterations
    problems[index] = problem
  }

  private func largestGradient(_ problem: LogisticProblem) -> Double {
    let start = problem.firstOutput * design.width
    var largest = 0.0
    for place in start..<start + problem.outputs * design.width {
      largest = max(largest, abs(gradients[place]))
    }
    return largest
  }

  /// Gradients where the regressions stand.
  private func evaluateStart(_ active: [Int]) {
    var row = 0
    for index in active {
      guard let problem = problems[index] else { continue }
      evaluate(problem, logits, from: problem.firstOutput * design.samples, row: row)
      row += problem.outputs
    }
    updateGradients(active, steps: nil)
  }

  /// Residuals of a regression's outputs, to its row among those that move.
  private func evaluate(
    _ problem: LogisticProblem, _ source: [Double], from start: Int, row: Int
  ) {
    let samples = design.samples
    source.withUnsafeBufferPointer { source in
      residuals.withUnsafeMutableBufferPointer { target in
        guard let logits = source.baseAddress, let residuals = target.baseAddress else { return }
        LogisticLoss.residuals(
          logits + start, labels: problem.target.labels, samples: samples,
          outputs: problem.outputs, weight: problem.sampleWeight,
          into: residuals + row * samples)
      }
    }
  }

  /// Chooses directions, walks along them; returns how far each regression went.
  private func takeSteps(_ active: [Int]) -> [Double] {
    let (width, samples) = (design.width, design.samples)
    var rows = 0
    for index in active {
      guard var problem = problems[index] else { continue }
      let start = problem.firstOutput * width
      let count = problem.outputs * width
      let gradient = Array(gradients[start..<start + count])
      let scales = problem.scales
      var direction = problem.history.direction(gradient, scales: scales)
      if BLAS.dot(direction, gradient, count) >= 0 {
        problem.history.reset()
        direction = problem.history.direction(gradient, scales: scales)
        problems[index] = problem
      }
      directions.replaceSubrange(rows * width..<rows * width + count, with: direction)
      rows += problem.outputs
    }
    BLAS.multiplyByTransposed(
      directions, design.rows, into: &slopes, m: rows, n: samples, k: width)
    var row = 0
    return active.map { index in
      guard let problem = problems[index] else { return 0 }
      defer { row += problem.outputs }
      return walk(problem, row: row)
    }
  }

  /// Searches along a regression's direction until the loss neither rises steeply nor would fall on
  /// by much; the residuals there stand ready afterwards.
  ///
  /// Only the slope is looked at: of a convex function it tells all.
  private func walk(_ problem: LogisticProblem, row: Int) -> Double {
    let (width, samples) = (design.width, design.samples)
    let (count, packed) = (problem.outputs * samples, row * samples)
    let (first, place) = (problem.firstOutput * width, row * width)
    var (initial, linear, square) = (0.0, 0.0, 0.0)
    for offset in 0..<problem.outputs * width {
      let direction = directions[place + offset]
      initial += gradients[first + offset] * direction
      let penalised = problem.penalty * problem.isPenalised[offset]
      linear += penalised * weights[first + offset] * direction
      square += penalised * direction * direction
    }
    var (low, high) = (0.0, Double.infinity)
    var step = 1.0
    for _ in 0..<30 {
      move(problem, row: row, step: step)
      evaluate(problem, trial, from: packed, row: row)
      let slope = residualSlope(packed, count) + linear + step * square
      if slope > -0.5 * initial {
        high = step
      } else if slope < 0.9 * initial {
        low = step
      } else {
        return step
      }
      if high.isFinite {
        // Where a straight slope would vanish, kept off the ends.
        let guess = step * initial / (initial - slope)
        step = min(max(guess, low + 0.1 * (high - low)), high - 0.1 * (high - low))
      } else {
        step *= 2
      }
    }
    move(problem, row: row, step: step)
    evaluate(problem, trial, from: packed, row: row)
    return step
  }

  /// The outputs of a regression after a step, to its row among those that move.
  private func move(_ problem: LogisticProblem, row: Int, step: Double) {
    let count = problem.outputs * design.samples
    let (own, packed) = (problem.firstOutput * design.samples, row * design.samples)
    logits.withUnsafeBufferPointer { logits in
      slopes.withUnsafeBufferPointer { slopes in
        trial.withUnsafeMutableBufferPointer { trial in
          guard let from = logits.baseAddress, let along = slopes.baseAddress,
            let to = trial.baseAddress
          else { return }
          (to + packed).update(from: from + own, count: count)
          BLAS.add(step, along + packed, to: to + packed, count)
        }
      }
    }
  }

  private func residualSlope(_ start: Int, _ count: Int) -> Double {
    residuals.withUnsafeBufferPointer { residuals in
      slopes.withUnsafeBufferPointer { slopes in
        guard let a = residuals.baseAddress, let b = slopes.baseAddress else { return 0 }
        return BLAS.dot(a + start, b + start, count)
      }
    }
  }

  /// Gradients from the residuals; with steps, weights and outputs move first.
  private func updateGradients(_ active: [Int], steps: [Double]?) {
    let (width, samples) = (design.width, design.samples)
    let rows = active.reduce(0) { $0 + (problems[$1]?.outputs ?? 0) }
    var fresh = [Double](repeating: 0, count: rows * width)
    BLAS.multiply(residuals, design.rows, into: &fresh, m: rows, n: width, k: samples)
    var row = 0
    for (order, index) in active.enumerated() {
      guard var problem = problems[index] else { continue }
      let (first, place, count) = (
        problem.firstOutput * width, row * width, problem.outputs * width
      )
      var step = [Double](repeating: 0, count: count)
      if let steps {
        for offset in 0..<count {
          step[offset] = steps[order] * directions[place + offset]
          weights[first + offset] += step[offset]
        }
        // The outputs at the end of the walk.
        let (own, packed) = (problem.firstOutput * samples, row * samples)
        let moved = problem.outputs * samples
        logits.replaceSubrange(own..<own + moved, with: trial[packed..<packed + moved])
      }
      var change = [Double](repeating: 0, count: count)
      for offset in 0..<count {
        let gradient =
          fresh[place + offset]
          + problem.penalty * problem.isPenalised[offset] * weights[first + offset]
        change[offset] = gradient - gradients[first + offset]
        gradients[first + offset] = gradient
      }
      if steps != nil {
        problem.history.add(step: step, change: change)
        problem.iterations += 1
        problems[index] = problem
      }
      row += problem.outputs
    }
  }
}
