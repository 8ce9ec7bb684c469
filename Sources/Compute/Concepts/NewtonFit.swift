/// Newton's method with the explicit Hessian, and steps that are halved until the loss falls.
struct NewtonFit {
  private let pass: ConceptPass
  private let loss: WeightedCrossEntropy
  private let alpha: Double
  private let options: ConceptOptions

  init(_ pass: ConceptPass, alpha: Double, options: ConceptOptions) {
    self.pass = pass
    self.alpha = alpha
    self.options = options
    loss = WeightedCrossEntropy(alpha: alpha)
  }

  /// The value and the gradient of what is minimised, at some weights.
  private struct Point {
    let weights: [Double]
    let loss: Double
    let objective: Double
    let gradient: [Double]
  }

  /// What the size of a gradient is compared with.
  private struct Scale {
    let reference: Double
    /// A gradient that rounding alone can leave counts as 0.
    let rounding: Double

    init(_ zero: Point) {
      rounding = 1e-14 * zero.loss
      reference = max(largest(zero.gradient), rounding)
    }

    func ratio(_ point: Point) -> Double {
      let size = largest(point.gradient)
      return size <= rounding ? 0 : size / reference
    }
  }

  func run(from start: [Double]) -> ConceptFit {
    let zero = [Double](repeating: 0, count: start.count)
    let origin = point(zero)
    let scale = Scale(origin)
    var point = start == zero ? origin : self.point(start)
    // A start that is worse than none is not taken.
    if point.objective > origin.objective { point = self.point(zero) }
    var steps = 0
    while scale.ratio(point) > options.gradientTolerance, steps < options.maximumIterations,
      !(options.objectiveTarget.map { point.objective <= $0 } ?? false),
      let next = step(from: point)
    {
      point = next
      steps += 1
    }
    let ratio = scale.ratio(point)
    return ConceptFit(
      weights: point.weights, alpha: alpha, loss: point.loss, objective: point.objective,
      iterations: steps, gradientRatio: ratio, converged: ratio <= options.gradientTolerance)
  }

  /// The next point; nil if no step lowers the objective (by more than rounding).
  private func step(from point: Point) -> Point? {
    guard let direction = direction(point) else { return nil }
    let slope = dot(point.gradient, direction)
    guard slope < 0 else { return nil }
    var length = 1.0
    for _ in 0..<40 {
      let weights = zip(point.weights, direction).map { $0 + length * $1 }
      let next = self.point(weights)
      let rounding = 1e-14 * abs(point.objective)
      if next.objective <= point.objective + 1e-4 * length * slope + rounding { return next }
      length /= 2
    }
    return nil
  }

  /// −(H + λI)⁻¹·∇, where the Hessian is singular with a little added to its diagonal.
  private func direction(_ point: Point) -> [Double]? {
    let order = point.weights.count
    let diagonal = (0..<order).reduce(0) { max($0, pass.hessian[$1 * order + $1]) }
    var damping = 1e-12 * diagonal
    for _ in 0..<12 {
      if let factor = CholeskyFactor(
        pass.hessian, order: order, shift: options.lambda + damping)
      {
        return factor.solve(point.gradient.map { -$0 })
      }
      damping *= 10
    }
    return nil
  }

  private func point(_ weights: [Double]) -> Point {
    let loss = pass.evaluate(weights, pass.samples.indices, loss: loss, curvature: true)
    return Point(
      weights: weights, loss: loss, objective: loss + options.lambda / 2 * dot(weights, weights),
      gradient: zip(pass.gradient, weights).map { $0 + options.lambda * $1 })
  }
}
