/// From a picture's pixels to the input's.
///
/// First a crop, if one is asked for, then the fit: `x' = scale · (x − left)`. Or, instead of
/// both, an alignment by the eyes.
public struct InputGeometry: Codable, Sendable, Equatable {
  /// How a picture, or what was cropped from it, is fitted to the input.
  public enum Fit: String, Codable, Sendable, CaseIterable {
    /// Both sides are scaled to the input, whatever the picture's proportions.
    case stretch
    /// The largest centred square is scaled to the input.
    case centreSquare = "centre-square"
    /// The shorter side is scaled to `resize`, and the centre of that is the input, as torchvision's
    /// `Resize` and `CenterCrop` do it.
    case shorterSide = "shorter-side"
  }
  /// How pixels are interpolated.
  public enum Filter: String, Codable, Sendable, CaseIterable {
    /// Bilinear, antialiased when it shrinks, as Pillow does it.
    case bilinear
    /// The nearest pixel.
    case nearest
    /// The mean of the covered area.
    case area
  }
  /// Which part of a picture is taken.
  public enum Crop: String, Codable, Sendable, CaseIterable {
    /// The data set's box of the face: the scores face_x, face_y, face_width, face_height.
    case faceBox = "face-box"
    /// The smallest square around all landmarks.
    case landmarks
  }
  /// By what a face is turned, moved and scaled into its place.
  public enum Alignment: String, Codable, Sendable, CaseIterable {
    /// The centres of both eyes come to lie level, at standard places.
    case eyes
  }

  /// Pixels a side of the input.
  public var size: Int
  /// How a picture is fitted to the input.
  public var fit: Fit
  /// How pixels are interpolated.
  public var filter: Filter
  /// With `shorterSide`: the pixels of the shorter side before the centre is cut out.
  public var resize: Int?
  /// Which part of a picture is taken; nil: all of it.
  public var crop: Crop?
  /// With a crop: by which share of its sides it grows on each side.
  public var margin: Double?
  /// By what faces are aligned; nil: not at all.
  public var align: Alignment?

  /// A square input.
  public init(
    size: Int, fit: Fit = .stretch, filter: Filter = .bilinear, resize: Int? = nil,
    crop: Crop? = nil, margin: Double? = nil, align: Alignment? = nil
  ) {
    self.size = size
    self.fit = fit
    self.filter = filter
    self.resize = resize
    self.crop = crop
    self.margin = margin
    self.align = align
  }

  /// The largest side of an input.
  public static let largestSize = 4096

  /// What makes this no geometry; nil if it is one.
  public var problem: String? {
    guard (1...InputGeometry.largestSize).contains(size) else {
      return "an input has 1 to \(InputGeometry.largestSize) pixels a side, not \(size)"
    }
    if fit == .shorterSide {
      guard let resize, (size...2 * InputGeometry.largestSize).contains(resize) else {
        return "the shorter side is scaled to at least the \(size) pixels of the input and at"
          + " most \(2 * InputGeometry.largestSize)"
      }
    } else if resize != nil {
      return "only the fit shorter-side scales a picture before its centre is cut out"
    }
    if let margin {
      guard crop != nil else { return "a margin belongs to a crop" }
      guard margin.isFinite, (0...4).contains(margin) else {
        return "a margin of \(margin) is not between 0 and 4"
      }
    }
    if align != nil, crop != nil || fit != .stretch {
      return "an alignment stands alone: it crops and fits by itself"
    }
    return nil
  }

  /// Whether what is taken of a picture depends on its landmarks or its face box.
  public var readsFaces: Bool { crop != nil || align != nil }

  /// The geometry in words.
  public var words: String {
    let how =
      switch filter {
      case .bilinear: "bilinear, antialiased"
      case .nearest: "nearest pixel"
      case .area: "mean of the area"
      }
    let whole =
      switch crop {
      case nil: "picture"
      case .faceBox: "face box\(marginWords)"
      case .landmarks: "square around the landmarks\(marginWords)"
      }
    let what =
      switch (align, fit) {
      case (.eyes, _): "aligned by the eyes to"
      case (nil, .stretch): "\(whole) stretched to"
      case (nil, .centreSquare): "centred square of the \(whole) scaled to"
      case (nil, .shorterSide):
        "\(whole) scaled to a shorter side of \(resize ?? size), its centre cut to"
      }
    return "\(what) \(size)×\(size) (\(how))"
  }

  private var marginWords: String {
    guard let margin, margin > 0 else { return "" }
    return ", \((margin * 1000).rounded() / 10) % larger on each side,"
  }
}
