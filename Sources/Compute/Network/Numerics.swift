/// How convolutions are computed, which decides the last bits of activations.
///
/// In relative L2 against double precision, through VGG16: about 4e-6 for `fast`, 1e-6 for
/// `strict`. Which one computed a stored array is part of its key.
public enum Numerics: String, Sendable, CaseIterable {
  /// 3×3 convolutions by Winograd's F(4×4, 3×3) where that multiplies least, and by F(6×6, 3×3) of
  /// large maps.
  case fast
  /// Nothing less exact than F(2×2, 3×3), and gradients by plain sums.
  case strict

  /// The name of the kernels; another path gives other last bits, so it is part of the key of
  /// whatever is stored.
  public var kernelPath: String {
    switch self {
    case .fast: "winograd6"
    case .strict: "winograd2"
    }
  }
}
