import Foundation
import HDF5
import Testing

@testable import Compute

/// PyTorch's reference for concept embeddings, from `Tests/Fixtures/compute/net2vec_golden.h5`.
///
/// 24 pictures, 16 channels of 7×7 units, masks of 28×28 cells.
struct Net2VecGolden {
  let samples = 24
  let channels = 16
  let side = 7
  let grid = 28
  let bits: UnitBits
  let masks: GridMasks
  let alpha: Double
  private let root: HDF5Group

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/compute/net2vec_golden.h5")
    root = try HDF5File.open(file).root()
    let activations = try root.dataset("activations").readAll(Float.self)
    let thresholds = try root.dataset("thresholds").readAll(Float.self)
    let places = side * side
    bits = try #require(
      packed(samples: samples, channels: channels, height: side, width: side) { sample, k, place in
        activations[(sample * 16 + k) * places + place] > thresholds[k]
      })
    masks = GridMasks(
      cells: try root.dataset("masks").readAll(UInt8.self), samples: samples, height: grid,
      width: grid)
    alpha = try Net2VecGolden.real(root, "alpha")
  }

  func layer(_ alignCorners: Bool) -> ConceptLayer {
    ConceptLayer(bits, gridHeight: grid, gridWidth: grid, alignCorners: alignCorners)
  }

  func weights(_ group: String, _ alignCorners: Bool) throws -> [Double] {
    let data = try self.group(group, alignCorners).dataset("weights")
    return data.elementType == .float32
      ? try data.readAll(Float.self).map { Double($0) } : try data.readAll(Double.self)
  }

  func attribute(_ name: String, _ group: String, _ alignCorners: Bool) throws -> Double {
    try Net2VecGolden.real(self.group(group, alignCorners), name)
  }

  func numbers(_ name: String, _ group: String, _ alignCorners: Bool) throws -> [Double] {
    try self.group(group, alignCorners).dataset(name).readAll(Double.self)
  }

  func singleFilters(_ alignCorners: Bool) throws -> [Double] {
    try root.dataset("single_filter/align_corners_\(alignCorners)").readAll(Double.self)
  }

  private func group(_ name: String, _ alignCorners: Bool) throws -> HDF5Group {
    try root.group("\(name)/align_corners_\(alignCorners)")
  }

  private static func real(_ group: HDF5Group, _ name: String) throws -> Double {
    guard case .real(let value) = try #require(try group.attributes.value(name)) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return value
  }
}

/// Bits in the layout of the store, from a rule.
func packed(
  samples: Int, channels: Int, height: Int, width: Int,
  _ isOn: (_ sample: Int, _ channel: Int, _ place: Int) -> Bool
) -> UnitBits? {
  let size = (height * width + 7) / 8
  var bytes = [UInt8](repeating: 0, count: samples * channels * size)
  for sample in 0..<samples {
    for channel in 0..<channels {
      for place in 0..<height * width where isOn(sample, channel, place) {
        bytes[(sample * channels + channel) * size + place / 8] |= 1 << UInt8(place % 8)
      }
    }
  }
  return UnitBits(samples: samples, channels: channels, height: height, width: width, bytes: bytes)
}
