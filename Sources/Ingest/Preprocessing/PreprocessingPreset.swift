import Compute

/// Normalisations that many networks were trained with, by name.
public enum PreprocessingPreset: String, CaseIterable, Sendable {
  /// RGB / 255, ImageNet's means and deviations: torchvision's networks.
  case imagenetTorch = "imagenet-torch"
  /// BGR, ImageNet's means subtracted, not scaled: Caffe's VGG, and Keras's VGG and ResNet.
  case imagenetCaffe = "imagenet-caffe"
  /// RGB from 0 to 1.
  case unit
  /// RGB from −1 to 1.
  case signed

  /// What is done to the numbers.
  ///
  /// - Parameter channels: 3, or 1 for a network that takes grey pictures: those take the mean of
  ///   the three channels' numbers.
  /// - Returns: The normalisation.
  func normalisation(channels: Int = 3) -> PixelNormalisation {
    let (order, divisor, mean, deviation): (PixelNormalisation.Order, Float, [Float], [Float]) =
      switch self {
      case .imagenetTorch: (.rgb, 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
      case .imagenetCaffe: (.bgr, 1, [103.939, 116.779, 123.68], [1, 1, 1])
      case .unit: (.rgb, 255, [0, 0, 0], [1, 1, 1])
      case .signed: (.rgb, 127.5, [1, 1, 1], [1, 1, 1])
      }
    guard channels == 1 else {
      return PixelNormalisation(order: order, divisor: divisor, mean: mean, deviation: deviation)
    }
    return PixelNormalisation(
      order: .grey, divisor: divisor, mean: [mean.reduce(0, +) / 3],
      deviation: [deviation.reduce(0, +) / 3])
  }

  /// The preset that a normalisation is, if it is one.
  init?(_ normalisation: PixelNormalisation) {
    let found = PreprocessingPreset.allCases.first {
      $0.normalisation(channels: normalisation.channels) == normalisation
    }
    guard let found else { return nil }
    self = found
  }
}
