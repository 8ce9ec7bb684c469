import Compute

/// How a network's convolutions are to be computed, for as long as it is in the warehouse.
public enum ChosenNumerics: String, Sendable, CaseIterable {
  /// By the fastest algorithm: Winograd's F(4×4, 3×3), about 4e-6 from double precision.
  case fast
  /// By nothing less exact than F(2×2, 3×3), about 1e-6.
  case strict

  var numerics: Numerics {
    switch self {
    case .fast: .fast
    case .strict: .strict
    }
  }
}
