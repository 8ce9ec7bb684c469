public import CommandLineKit
public import Ingest

extension PreprocessingPreset: ExpressibleByArgument {}
extension PreprocessingRequest.Order: ExpressibleByArgument {}
extension PreprocessingRequest.Fit: ExpressibleByArgument {}
extension PreprocessingRequest.Filter: ExpressibleByArgument {}
extension PreprocessingRequest.Crop: ExpressibleByArgument {}
extension PreprocessingRequest.Alignment: ExpressibleByArgument {}

/// How pictures become inputs of a network from elsewhere.
enum PreprocessingOptions {
  static let inputSize = Option<Int?>(
    "input-size", value: "N", help: "Pixels a side of the input, where the file leaves it open."
  ) { (1...4096).contains($0) ? nil : "is not between 1 and 4096" }
  static let preset = Option<PreprocessingPreset?>(
    "preprocess", value: "NAME", help: "What is done to the numbers, by name.")
  static let mean = Option<[Double]>(
    "mean", value: "M,…", help: "Subtracted, one for each channel or one for all.")
  static let deviation = Option<[Double]>("std", value: "S,…", help: "Divided by last.")
  static let order = Option<PreprocessingRequest.Order?>(
    "order", help: "The order of the channels.")
  static let divisor = Option<Double?>(
    "divisor", value: "X", help: "Divided by first; else 255 where the means are at most 1, or 1."
  ) { $0 > 0 ? nil : "is not above 0" }
  static let fit = Option<PreprocessingRequest.Fit?>(
    "fit", help: "How a picture is fitted; else stretch, or shorter-side with --resize.")
  static let resize = Option<Int?>(
    "resize", value: "N",
    help: "Scale the shorter side to N, then cut the input out of the centre."
  ) { (1...8192).contains($0) ? nil : "is not between 1 and 8192" }
  static let filter = Option<PreprocessingRequest.Filter>(
    "filter", help: "How pixels are interpolated.", default: .bilinear)
  static let crop = Option<PreprocessingRequest.Crop?>(
    "crop",
    help: "Take the face: by its box (scores face_x, face_y, face_width, face_height) or landmarks."
  )
  static let margin = Option<Double?>(
    "margin", value: "X",
    help: "The crop grows by this share on each side; else 0.25 for landmarks, 0 for a box."
  ) { (0...4).contains($0) ? nil : "is not between 0 and 4" }
  static let align = Option<PreprocessingRequest.Alignment?>(
    "align", help: "Turn, scale and move each face so that its eyes lie level.")

  static let group = OptionGroup(
    "Preprocessing",
    [
      inputSize, preset, mean, deviation, order, divisor, fit, resize, filter, crop, margin, align,
    ])

  static func request(_ values: ArgumentValues) -> PreprocessingRequest {
    var request = PreprocessingRequest()
    request.preset = values[preset]
    request.mean = values[mean].isEmpty ? nil : values[mean]
    request.deviation = values[deviation].isEmpty ? nil : values[deviation]
    request.order = values[order]
    request.divisor = values[divisor]
    request.fit = values[fit]
    request.resize = values[resize]
    request.filter = values[filter]
    request.crop = values[crop]
    request.margin = values[margin]
    request.align = values[align]
    return request
  }
}
