import Raster
import Warehouse

/// A picture with the masks of the action units that are present in it.
struct SampleMasks {
  enum Shape {
    /// Polygons in pixels of the picture.
    case polygons([[PictureRecord.Point]])
    /// Upper left corners of the pixels at a mask's border.
    case pixels([PictureRecord.Point])
  }

  let path: String
  let picture: Picture
  let masks: [(au: Int, shape: Shape)]
  /// Action units that are present and have no mask.
  let without: [Int]

  /// Reads a sample's picture, and its masks or its landmarks.
  ///
  /// - Throws: `PictureError` if a picture cannot be read.
  init(_ position: Int, _ dataset: StoredDataset, _ store: Store, _ root: DatasetRoot) throws {
    let range = position..<position + 1
    guard let sample = try store.samples(of: dataset.id, positions: range).first else {
      throw IngestError(
        "there is no sample \(position) in `\(dataset.name)`", advice: "choose other samples")
    }
    path = sample.path
    picture = try root.picture(at: sample.path)
    var masks: [(au: Int, shape: Shape)] = []
    for file in try store.maskFiles(of: dataset.id, positions: range) where file.mask.kind == .mask
    {
      let mask = BitMask(try root.picture(at: file.mask.path))
      masks.append((file.mask.au, .pixels(SampleMasks.border(of: mask))))
    }
    if try !store.hasMaskFiles(dataset.id) {
      let points = try store.landmarks(of: dataset.id, positions: range).first?.sets.first?.points
      let landmarks = (points ?? []).map { PictureRecord.Point(x: $0.x, y: $0.y) }
      for (au, _) in try store.presentActionUnits(of: dataset.id, positions: range) {
        if let region = LandmarkRegion(au: au, landmarks: landmarks) {
          masks.append((au, .polygons(region.polygons)))
        }
      }
    }
    self.masks = masks
    let present = try store.presentActionUnits(of: dataset.id, positions: range).map(\.au)
    without = present.filter { au in !masks.contains { $0.au == au } }
  }

  /// The pixels of a mask that have a neighbour outside of it.
  private static func border(of mask: BitMask) -> [PictureRecord.Point] {
    var points: [PictureRecord.Point] = []
    for y in 0..<mask.height {
      for x in 0..<mask.width where mask[x, y] {
        let isInner =
          x > 0 && y > 0 && x < mask.width - 1 && y < mask.height - 1 && mask[x - 1, y]
          && mask[x + 1, y] && mask[x, y - 1] && mask[x, y + 1]
        if !isInner { points.append(.init(x: Double(x), y: Double(y))) }
      }
    }
    return points
  }
}
