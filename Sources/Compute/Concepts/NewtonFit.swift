/// Newton's method with the explicit Hessian, and steps that are halved until the loss falls.
struct NewtonFit {
  private let pass: ConceptPass
  private let alpha: Double
  private let options: ConceptOptions

  init(_ pass: ConceptPass, alpha: Double, options: ConceptOptions) {
    self.pass = pass
    self.alpha = alpha
    self.options = options
  }

  /// The value and the gradient of what is minimised, at some weights.
  private struct Point {
    let weights: [Double]
    let loss: Double
    let objective: Double
    let gradient: [Double]
  }

  func run(from start: [Double]) -> ConceptFit {
    let zero = [Double](repeating: 0, count: start.count)
    var point = self.point(zero)
    // A gradient that rounding alone can leave counts as 0.
    let rounding = 1e-14 * point.loss
    let reference = max(largest(point.gradient), rounding)
    func ratio(_ point: Point) -> Double {
      let size = largest(point.gradient)
      return size <= rounding ? 0 : size / reference
    }
    if start != zero { point = self.point(start) }
    var iterations = 0
    while ratio(point) > options.gradientTolerance, iterations < options.maximumIterations,
      let next = step(from: point)
    {
      point = next
      iterations += 1
    }
    return ConceptFit(
      weights: point.weights, alpha: alpha, loss: point.loss, objective: point.objective,
      iterations: iterations, gradientRatio: ratio(point),
      converged: ratio(point) <= options.gradientTolerance)
  }

  /// The next point; nil if no step lowers the objective (by more than rounding).
  private func step(from point: Point) -> Point? {
    guard let direction = direction(point) else { return nil }
    let slope = dot(point.gradient, direction)
    guard slope < 0 else { return nil }
    var length = 1.0
    for _ in 0..<40 {
      let next = self.point(zip(point.weights, direction).map { $0 + length * $1 })
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
    let loss = pass.evaluate(
      weights, rows: pass.samples.indices, loss: WeightedCrossEntropy(alpha: alpha))
    return Point(
      weights: weights, loss: loss, objective: loss + options.lambda / 2 * dot(weights, weights),
      gradient: zip(pass.gradient, weights).map { $0 + options.lambda * $1 })
  }
}
