internal import Foundation

/// How the learning rate moves over a training run, step by step.
public enum LearningRateSchedule: Codable, Sendable, Hashable {
  /// The same all the time.
  case constant
  /// Multiplied by `factor` after every `epochs` epochs.
  case step(epochs: Int, factor: Double)
  /// Half a cosine from the learning rate down to `final`.
  case cosine(final: Double)
  /// Up by a cosine from rate / `initialDivisor` to the learning rate during `rise` of the run,
  /// and down to rate / (`initialDivisor` · `finalDivisor`) (Smith & Topin 2018).
  ///
  /// The shape of PyTorch's `OneCycleLR` with `cycle_momentum=False`; its defaults are 0.3, 25
  /// and 10,000.
  case oneCycle(rise: Double, initialDivisor: Double, finalDivisor: Double)

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - peak: The learning rate of the options.
  ///   - step: Steps done before, from 0.
  ///   - steps: Steps of the whole run.
  ///   - stepsPerEpoch: Steps of one epoch.
  /// - Returns: The rate to use for this step.
  public func rate(peak: Double, step: Int, of steps: Int, stepsPerEpoch: Int) -> Double {
    switch self {
    case .constant: return peak
    case .step(let epochs, let factor):
      return peak * pow(factor, Double(step / max(1, stepsPerEpoch) / max(1, epochs)))
    case .cosine(let final):
      return anneal(peak, final, Double(step) / Double(max(1, steps)))
    case .oneCycle(let rise, let initialDivisor, let finalDivisor):
      let first = peak / initialDivisor
      let turn = rise * Double(steps) - 1
      let position = Double(step)
      if position <= turn { return anneal(first, peak, turn > 0 ? position / turn : 1) }
      let fall = Double(steps - 1) - turn
      return anneal(peak, first / finalDivisor, fall > 0 ? (position - turn) / fall : 1)
    }
  }

  private func anneal(_ from: Double, _ to: Double, _ share: Double) -> Double {
    to + (from - to) / 2 * (1 + cos(Double.pi * min(1, share)))
  }
}
