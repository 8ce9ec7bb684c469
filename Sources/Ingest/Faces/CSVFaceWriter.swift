internal import Raster

/// The `csv` layout: one row a picture with everything that is known of it.
struct CSVFaceWriter: FaceLayoutWriter {
  let set: FaceSet
  /// What stands in the columns `sequence` and `frame`, where there are any.
  var sequence: (@Sendable (FaceSample) -> (sequence: String, frame: Int))?

  static let file = "labels.csv"

  var labelFiles: [(path: String, header: String?)] {
    var columns = ["path", "subject"]
    if sequence != nil { columns += ["sequence", "frame"] }
    columns += [set.rawValue, "pspi"]
    columns += ActionUnit.allCases.map { "au\($0.number)" }
    columns += (0..<68).flatMap { ["x\($0)", "y\($0)"] }
    columns += ActionUnit.allCases.map { "mask_au\($0.number)" }
    columns += ActionUnit.allCases.map { "region_au\($0.number)" }
    columns += ["label_sex", "label_age", "label_skin"]
    return [(CSVFaceWriter.file, columns.joined(separator: ","))]
  }

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let path = "pictures/\(sample.subject)/\(sample.name).png"
    var record = FaceRecord()
    record.files.append((path, drawn.image.picture.pngData()))
    var cells = [path, sample.subject]
    if let (name, frame) = sequence?(sample) { cells += [name, String(frame)] }
    cells += [sample.label, decimal(sample.face.pspi)]
    cells += ActionUnit.allCases.map { decimal(sample.face[$0]) }
    for point in drawn.image.landmarks { cells += [decimal(point.x, 2), decimal(point.y, 2)] }
    var masks: [String] = []
    var regions: [String] = []
    for unit in ActionUnit.allCases {
      let present = sample.face[unit] > 0
      var cell = ""
      // An action unit whose skin is out of sight has no pixels and so no file.
      if let mask = drawn.image.masks[unit], mask.bits.contains(true) {
        cell = "\(present ? "masks" : "regions")/au\(unit.number)/\(sample.name).png"
        record.files.append((cell, mask.pngData()))
      }
      masks.append(present ? cell : "")
      regions.append(present ? "" : cell)
    }
    cells += masks + regions
    cells += [
      drawn.identity.sex.rawValue, drawn.identity.ageGroup.rawValue,
      drawn.identity.skinGroup.rawValue,
    ]
    record.lines.append((CSVFaceWriter.file, cells.joined(separator: ",")))
    return record
  }
}

/// A number with a point and at most so many decimals, without needless zeros.
func decimal(_ value: Double, _ digits: Int = 1) -> String {
  let scale = digits == 1 ? 10.0 : 100.0
  let units = Int((value * scale).rounded())
  let whole = abs(units) / Int(scale)
  let rest = abs(units) % Int(scale)
  let sign = units < 0 ? "-" : ""
  return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(padded(rest, to: digits))"
}

/// A number with a point and at most so many decimals.
func decimal(_ value: Float, _ digits: Int = 1) -> String { decimal(Double(value), digits) }
