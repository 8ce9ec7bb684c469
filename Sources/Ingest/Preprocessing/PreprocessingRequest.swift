import Compute

/// What a user says of the preprocessing of a network; what is left out is assumed.
public struct PreprocessingRequest: Sendable, Equatable {
  /// The order of the channels that a network takes.
  public enum Order: String, Sendable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red.
    case bgr
    /// Luma.
    case grey
  }
  /// How a picture is fitted to the input.
  public enum Fit: String, Sendable, CaseIterable {
    /// Both sides are scaled to the input.
    case stretch
    /// The largest centred square is scaled to the input.
    case centreSquare = "centre-square"
    /// The shorter side is scaled, and the input cut out of the centre.
    case shorterSide = "shorter-side"
  }
  /// How pixels are interpolated.
  public enum Filter: String, Sendable, CaseIterable {
    /// Bilinear, antialiased.
    case bilinear
    /// The nearest pixel.
    case nearest
    /// The mean of the covered area.
    case area
  }
  /// Which part of a picture is taken.
  public enum Crop: String, Sendable, CaseIterable {
    /// The data set's box of the face.
    case faceBox = "face-box"
    /// The square around all landmarks.
    case landmarks
  }
  /// By what faces are aligned.
  public enum Alignment: String, Sendable, CaseIterable {
    /// By the centres of both eyes.
    case eyes
  }

  /// A normalisation by its name.
  public var preset: PreprocessingPreset?
  /// One's own means, one or three.
  public var mean: [Double]?
  /// One's own deviations, one or three.
  public var deviation: [Double]?
  /// The order of the channels that the network takes.
  public var order: Order?
  /// What 8-bit values are divided by first.
  public var divisor: Double?
  /// How a picture is fitted to the input.
  public var fit: Fit?
  /// Pixels of the shorter side before the centre is cut out.
  public var resize: Int?
  /// How pixels are interpolated.
  public var filter = Filter.bilinear
  /// Which part of a picture is taken.
  public var crop: Crop?
  /// By which share of its sides the crop grows on each side.
  public var margin: Double?
  /// By what faces are aligned.
  public var align: Alignment?

  /// Nothing said.
  public init() {}

  /// Whether nothing is said of the normalisation.
  var saysNoNumbers: Bool {
    preset == nil && mean == nil && deviation == nil && order == nil && divisor == nil
  }

  /// The preprocessing of a network.
  ///
  /// - Parameters:
  ///   - size: Pixels a side of its input.
  ///   - channels: Of its input.
  ///   - assumed: The preset that is taken where nothing is said.
  /// - Returns: The preprocessing, and notes on what was assumed.
  /// - Throws: `IngestError` if what is said contradicts itself or the network.
  func preprocessing(
    size: Int, channels: Int, assuming assumed: PreprocessingPreset
  ) throws -> (Preprocessing, notes: [String]) {
    guard channels == 3 || channels == 1 else {
      throw IngestError(
        "the network takes inputs of \(channels) channels",
        advice: "pictures have three, or one if they are grey; bring its activations instead:"
          + " lethe model add NAME --layers-from FILE")
    }
    let geometry = InputGeometry(
      size: size,
      fit: fit.flatMap { .init(rawValue: $0.rawValue) }
        ?? (resize == nil ? .stretch : .shorterSide),
      filter: .init(rawValue: filter.rawValue) ?? .bilinear, resize: resize,
      crop: crop.flatMap { .init(rawValue: $0.rawValue) },
      margin: margin ?? (crop == .landmarks ? 0.25 : nil),
      align: align.flatMap { .init(rawValue: $0.rawValue) })
    if let problem = geometry.problem {
      throw IngestError(problem, advice: "see lethe model add --help")
    }
    var notes: [String] = []
    if saysNoNumbers {
      notes.append(
        "the preprocessing \(assumed.rawValue) is assumed: check it with lethe model check")
      return (
        Preprocessing(
          geometry: geometry, normalisation: assumed.normalisation(channels: channels)), notes
      )
    }
    return (
      Preprocessing(geometry: geometry, normalisation: try normalisation(channels, &notes)), notes
    )
  }

  private func normalisation(_ channels: Int, _ notes: inout [String]) throws
    -> PixelNormalisation
  {
    let wanted = order.flatMap { PixelNormalisation.Order(rawValue: $0.rawValue) }
    if let preset {
      guard mean == nil, deviation == nil, divisor == nil else {
        throw IngestError(
          "--preprocess \(preset.rawValue) says mean, deviation and divisor itself",
          advice: "leave out --mean, --std and --divisor, or --preprocess")
      }
      var normalisation = preset.normalisation(channels: channels)
      if let order = wanted, order != normalisation.order {
        guard channels == 3 else { throw greyOnly(order) }
        if order == .grey || normalisation.order == .grey {
          normalisation.order = order
        } else {
          // The numbers belong to the colours, wherever those stand.
          normalisation.order = order
          normalisation.mean.reverse()
          normalisation.deviation.reverse()
        }
      }
      return normalisation
    }
    let order = wanted ?? (channels == 1 ? .grey : .rgb)
    guard channels == 3 || order == .grey else { throw greyOnly(order) }
    let means = try numbers(mean ?? [0], "--mean", channels)
    let deviations = try numbers(deviation ?? [1], "--std", channels)
    let isFraction = means.allSatisfy { abs($0) <= 1 }
    if divisor == nil {
      notes.append(
        isFraction
          ? "the means are at most 1: pixels are divided by 255 first (--divisor)"
          : "the means are above 1: pixels are not divided first (--divisor)")
    }
    let divided = divisor.map { Float($0) } ?? (isFraction ? 255 : 1)
    guard divided.isFinite, divided > 0, deviations.allSatisfy({ $0 > 0 }) else {
      throw IngestError(
        "deviations and the divisor must be above 0", advice: "correct --std or --divisor")
    }
    return PixelNormalisation(order: order, divisor: divided, mean: means, deviation: deviations)
  }

  private func greyOnly(_ order: PixelNormalisation.Order) -> IngestError {
    IngestError(
      "the network takes one channel, which cannot be \(order.rawValue)",
      advice: "use --order grey, or leave it out")
  }

  /// One number a channel; a single one holds for all.
  private func numbers(_ values: [Double], _ option: String, _ channels: Int) throws -> [Float] {
    guard values.count == channels || values.count == 1,
      values.allSatisfy({ Float($0).isFinite })
    else {
      throw IngestError(
        "\(option) has \(values.count) numbers for \(channels) channels",
        advice: "give one for each channel, in the order of --order, or one for all")
    }
    return (0..<channels).map { Float(values[values.count == 1 ? 0 : $0]) }
  }
}
