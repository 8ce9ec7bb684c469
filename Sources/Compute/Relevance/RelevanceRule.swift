/// How a layer hands the relevance of its outputs on to its inputs.
///
/// Rules are collected by Bach et al. (2015) and Montavon et al. (2019).
/// Notation: x inputs, w weights, b biases, R relevance of outputs, ⁺ and ⁻ positive and negative
/// part, stab(z) = z + ε·sign(z) with sign(0) = 1 and ε = 1e-6. Every formula is R_i, the relevance
/// of input i.
public enum RelevanceRule: Sendable, Hashable {
  /// x_i Σ_j w_ij R_j / stab(Σ_i x_i w_ij + b_j), with an ε of its own.
  case epsilon(Float)
  /// Σ_j (x⁺w⁺ + x⁻w⁻)_ij R_j / stab(Σ_i (x⁺w⁺ + x⁻w⁻) + b⁺).
  case zPlus
  /// α·(x⁺w⁺ + x⁻w⁻) / stab(Σ… + b⁺) − β·(x⁺w⁻ + x⁻w⁺) / stab(Σ… + b⁻), times R.
  case alphaBeta(alpha: Float, beta: Float)
  /// `alphaBeta` in the dialect of iNNvestigate: both denominators carry the whole bias, and only
  /// one that is exactly 0 is replaced, by 1e-7.
  case alphaBetaWholeBias(alpha: Float, beta: Float)
  /// The generalised γ rule, where the sign of the layer's own output z = Σ xw + b decides.
  ///
  /// Where z > 0, x⁺(w + γw⁺) + x⁻(w + γw⁻) with bias b + γb⁺; where z < 0,
  /// x⁺(w + γw⁻) + x⁻(w + γw⁺) with bias b + γb⁻; each over its stabilised sum, times R.
  case gamma(Float)
  /// (xw − l·w⁺ − h·w⁻)_ij R_j / stab(Σ…), with the lowest and highest possible input l and h.
  case zBox
  /// R_j / n_j over the n_j inputs that output j sees; padding is not seen.
  case flat
  /// w_ij² R_j / stab(Σ_i w_ij² + b_j²), over inputs that are seen.
  case wSquare
}

/// What becomes of biases in the denominators of the rules.
public enum RelevanceBias: String, Sendable, Hashable, Codable, CaseIterable {
  /// They take part, and so absorb relevance.
  case keep
  /// They count as zero, so that relevance is conserved.
  case zero
}

/// Keeps a denominator away from zero.
enum Stabiliser: Sendable, Hashable {
  /// z + ε·sign(z), with sign(0) = 1.
  case shift(Float)
  /// z, or this number where z is exactly 0.
  case guardZero(Float)

  /// The stabiliser of every rule that does not say otherwise.
  static let standard = Stabiliser.shift(1e-6)

  /// `relevance[i] /= stab(z[i])`.
  func divide(_ relevance: UnsafeMutablePointer<Float>, by z: UnsafePointer<Float>, count: Int) {
    switch self {
    case .shift(let epsilon):
      for index in 0..<count {
        let value = z[index]
        relevance[index] /= value < 0 ? value - epsilon : value + epsilon
      }
    case .guardZero(let least):
      for index in 0..<count {
        let value = z[index]
        relevance[index] /= value == 0 ? least : value
      }
    }
  }
}
