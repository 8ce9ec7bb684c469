internal import CKernels
internal import Foundation

/// How parameters move along their gradients, each as PyTorch defines it.
public enum OptimizerMethod: Codable, Sendable, Hashable {
  /// v ← momentum·v + g; w ← w − rate·v. Weight decay adds decay·w to g.
  case sgd(momentum: Double)
  /// Adam (Kingma & Ba 2015). Weight decay adds decay·w to g.
  case adam(beta1: Double, beta2: Double, epsilon: Double)
  /// Adam with decoupled weight decay, w ← w − rate·decay·w first (Loshchilov & Hutter 2019).
  case adamW(beta1: Double, beta2: Double, epsilon: Double)

  /// AdamW with PyTorch's defaults.
  public static let adamW = OptimizerMethod.adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
  /// Adam with PyTorch's defaults.
  public static let adam = OptimizerMethod.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)

  /// Names of the numbers kept for every parameter.
  var momentNames: [String] {
    switch self {
    case .sgd: ["momentum"]
    case .adam, .adamW: ["first_moment", "second_moment"]
    }
  }
}

/// Parameters on the move, with what the method remembers of their past.
final class Optimizer {
  /// A parameter, its gradient, and one buffer for each of the method's moments.
  struct Moving {
    let value: FloatBuffer
    let gradient: FloatBuffer
    let moments: [FloatBuffer]
  }

  let moving: [Moving]
  // Parts of parameters, which threads share out.
  private let pieces: [(parameter: Int, range: Range<Int>)]
  private let method: OptimizerMethod
  private let weightDecay: Double
  /// Steps done so far.
  var steps = 0

  /// An optimizer that has not moved yet.
  init(
    _ method: OptimizerMethod, weightDecay: Double,
    parameters: [(value: FloatBuffer, gradient: FloatBuffer)]
  ) {
    self.method = method
    self.weightDecay = weightDecay
    moving = parameters.map { parameter in
      let moments = method.momentNames.map { _ in
        let moment = FloatBuffer(count: parameter.value.count)
        moment.start.update(repeating: 0, count: moment.count)
        return moment
      }
      return Moving(value: parameter.value, gradient: parameter.gradient, moments: moments)
    }
    let size = 1 << 14
    pieces = moving.enumerated().flatMap { index, one in
      stride(from: 0, to: one.value.count, by: size).map {
        (index, $0..<min(one.value.count, $0 + size))
      }
    }
  }

  /// Moves every parameter once.
  func step(rate: Double, workers: Workers) {
    steps += 1
    let move = movement(rate: rate)
    workers.forEach(pieces.count) { item in
      let (one, range) = (moving[pieces[item].parameter], pieces[item].range)
      move(one, range)
    }
  }

  /// What a step does with a part of a parameter.
  private func movement(rate: Double) -> (_ one: Moving, _ range: Range<Int>) -> Void {
    switch method {
    case .sgd(let momentum):
      { self.descend($0, $1, rate: rate, momentum: momentum) }
    case .adam(let beta1, let beta2, let epsilon):
      { [adam = adam(rate, (beta1, beta2), epsilon, decay: weightDecay, keep: 1)] in
        self.adapt($0, $1, adam)
      }
    case .adamW(let beta1, let beta2, let epsilon):
      { [adam = adam(rate, (beta1, beta2), epsilon, decay: 0, keep: 1 - rate * weightDecay)] in
        self.adapt($0, $1, adam)
      }
    }
  }

  private func descend(_ one: Moving, _ range: Range<Int>, rate: Double, momentum: Double) {
    let first = range.lowerBound
    lethe_descend(
      one.value.start + first, one.gradient.start + first, one.moments[0].start + first,
      range.count, Float(rate), Float(momentum), Float(weightDecay))
  }

  private func adapt(_ one: Moving, _ range: Range<Int>, _ adam: lethe_adam) {
    let first = range.lowerBound
    withUnsafePointer(to: adam) {
      lethe_adapt(
        $0, one.value.start + first, one.gradient.start + first, one.moments[0].start + first,
        one.moments[1].start + first, range.count)
    }
  }

  private func adam(
    _ rate: Double, _ betas: (Double, Double), _ epsilon: Double, decay: Double, keep: Double
  ) -> lethe_adam {
    lethe_adam(
      step: Float(rate / (1 - pow(betas.0, Double(steps)))),
      correction: Float((1 - pow(betas.1, Double(steps))).squareRoot()),
      beta1: Float(betas.0), beta2: Float(betas.1), rest1: Float(1 - betas.0),
      rest2: Float(1 - betas.1), epsilon: Float(epsilon), decay: Float(decay), keep: Float(keep))
  }
}
