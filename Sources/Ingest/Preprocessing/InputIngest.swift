import Compute
import Foundation
import HDF5
import Raster
import Warehouse

/// Brings the pictures of a data set, their masks and landmarks into the pixels of an input, and
/// stores them: once a geometry.
struct InputIngest {
  let store: Store
  let geometry: Preprocessing.Geometry
  let dataset: StoredDataset
  let threads: Int
  let monitor: Monitor

  private var key: String { geometry.key }
  private var root: DatasetRoot {
    get throws {
      do { return try DatasetRoot(path: dataset.root) } catch let error as IngestError {
        throw IngestError(
          "the pictures of `\(dataset.name)` are gone: \(error.problem)",
          advice: "put them back, or add the data set again from where they are now")
      }
    }
  }

  /// Stores every block of inputs that is missing.
  ///
  /// - Returns: How many pictures were read.
  /// - Throws: `PictureError` for a picture that cannot be read any more, `WarehouseError` if a
  ///   block cannot be stored; blocks stored before stay.
  @discardableResult
  func run() throws -> Int {
    let missing = try Blocks(store, dataset).missing(key: key, tier: .inputs)
    guard !missing.isEmpty else { return 0 }
    let root = try root
    // A shard sees too little of its data set to tell; the warehouse was asked when it was made.
    if geometry.readsFaces, !store.isShard {
      try FaceAnchorReader(store: store, dataset: dataset).check(geometry)
    }
    let total = missing.reduce(0) { $0 + $1.count }
    var (done, fallbacks) = (0, 0)
    for block in missing {
      fallbacks += try write(block, root) { rows in
        monitor.report("pictures of \(dataset.name)", done + rows, of: total, "pictures")
      }
      done += block.count
    }
    let unruled = try LandmarkMasks(store: store, dataset: dataset).withoutRule()
    if !unruled.isEmpty {
      monitor.message(
        "there is no rule that draws masks of "
          + unruled.map { "AU\($0)" }.joined(separator: ", ") + " from landmarks: they have none")
    }
    if fallbacks > 0 {
      let what =
        geometry.align != nil
        ? "landmarks of the eyes" : geometry.crop == .faceBox ? "face box" : "landmarks"
      monitor.message(
        "\(fallbacks) of \(done) pictures of `\(dataset.name)` have no \(what):"
          + " their largest centred square was taken")
    }
    return done
  }

  /// Stores a block; returns how many of its pictures lack what the geometry takes them by.
  private func write(
    _ block: Range<Int>, _ root: DatasetRoot, _ progress: (Int) -> Void
  ) throws -> Int {
    let samples = try store.samples(of: dataset.id, positions: block)
    let files = Dictionary(
      grouping: try store.maskFiles(of: dataset.id, positions: block), by: \.position)
    let anchors = try FaceAnchorReader(store: store, dataset: dataset)
      .anchors(at: block, for: geometry)
    let transforms = samples.map {
      InputTransform(
        geometry: geometry, width: $0.width, height: $0.height,
        anchors: anchors[$0.position - block.lowerBound])
    }
    let description = SegmentDescription(
      name: .inputs(dataset: dataset.name, key: key, first: block.lowerBound),
      dataset: dataset.id, first: block.lowerBound, count: block.count, model: nil, key: key,
      numerics: "exact", kernel: geometry.filter.rawValue)
    let known = try store.pictureDigests(of: dataset.id, positions: block)
    var rows: [MaskRow] = []
    var digests: [Int64: String] = [:]
    try store.writeSegment(description, threads: threads) { writer in
      let inputs = try writer.inputs(height: geometry.size, width: geometry.size, channels: 3)
      let batch = 64
      var masks: [MaskGroup: [(sample: Int64, pixels: [UInt8])]] = [:]
      for first in stride(from: 0, to: samples.count, by: batch) {
        try monitor.check()
        let range = first..<min(first + batch, samples.count)
        let made = try concurrently(range.count) { index in
          let sample = samples[first + index]
          return try input(
            of: sample, transforms[first + index], files[sample.position] ?? [], root,
            digest: known[sample.id])
        }
        try inputs.write(bytes: made.flatMap(\.pixels), at: first)
        for (index, input) in made.enumerated() {
          digests[samples[first + index].id] = input.digest
          for (group, pixels) in input.masks {
            masks[group, default: []].append((samples[first + index].id, pixels))
          }
        }
        progress(range.upperBound)
      }
      for group in masks.keys.sorted() {
        let found = masks[group] ?? []
        let array = try writer.masks(
          au: group.au, kind: group.kind, sampleIDs: found.map(\.sample), height: geometry.size,
          width: geometry.size)
        try array.write(bytes: found.flatMap(\.pixels), at: 0)
        rows += found.map { sample, pixels in
          MaskRow(
            sample: sample, au: group.au, kind: group.kind, source: "labels",
            pixels: pixels.reduce(0) { $0 + Int($1) })
        }
      }
      rows += try writeLandmarkMasks(block, samples, transforms, writer)
      try writeLandmarks(block, samples, transforms, writer)
    } commit: { _ in
      try store.insertMasks(rows, inputKey: key)
      try store.recordPictures(digests)
    }
    return transforms.count { $0.isFallback }
  }

  private struct MaskGroup: Hashable, Comparable {
    let au: Int
    let kind: MaskKind

    static func < (a: MaskGroup, b: MaskGroup) -> Bool {
      (a.kind.rawValue, a.au) < (b.kind.rawValue, b.au)
    }
  }

  private struct Input: Sendable {
    var pixels: [UInt8]
    var masks: [(MaskGroup, [UInt8])]
    var digest: String
  }

  private func input(
    of sample: StoredSample, _ transform: InputTransform, _ masks: [StoredMaskFile],
    _ root: DatasetRoot, digest known: String?
  ) throws -> Input {
    let (picture, digest) = try root.digestedPicture(at: sample.path)
    guard picture.width == sample.width, picture.height == sample.height else {
      throw IngestError(
        "\(sample.path) is \(picture.width)×\(picture.height) pixels now, and was"
          + " \(sample.width)×\(sample.height) when `\(dataset.name)` was added",
        advice: "add the data set again")
    }
    guard known == nil || known == digest else {
      throw IngestError(
        "\(sample.path) is another picture than the one that was read before",
        advice: "add the data set again: what was computed from the old one is dropped")
    }
    return Input(
      pixels: transform.input(of: picture),
      masks: try masks.map { file in
        let mask = try BitMask.read(try url(file.mask.path, root))
        guard mask.width == sample.width, mask.height == sample.height else {
          throw IngestError(
            "the mask \(file.mask.path) has not the size of its picture \(sample.path)",
            advice: "make it \(sample.width)×\(sample.height) pixels")
        }
        return (MaskGroup(au: file.mask.au, kind: file.mask.kind), transform.mask(of: mask))
      }, digest: digest)
  }

  private func url(_ path: String, _ root: DatasetRoot) throws -> URL {
    guard let url = root.url(of: path) else {
      throw IngestError(
        "\(path) leaves the folder of `\(dataset.name)`", advice: "add the data set again")
    }
    return url
  }

  /// Masks drawn from landmarks, one action unit after the other.
  private func writeLandmarkMasks(
    _ block: Range<Int>, _ samples: [StoredSample], _ transforms: [InputTransform],
    _ writer: SegmentWriter
  ) throws -> [MaskRow] {
    let drawn = LandmarkMasks(store: store, dataset: dataset)
    return try drawn.regions(at: block).flatMap { au, sets -> [MaskRow] in
      let found = try concurrently(sets.count) { index in
        let set = sets[index]
        let place = set.position - block.lowerBound
        return drawn.pixels(au: au, set, transforms[place]).map { (samples[place].id, $0) }
      }.compactMap { $0 }
      guard !found.isEmpty else { return [] }
      try writer.masks(
        au: au, kind: .mask, sampleIDs: found.map(\.0), height: geometry.size,
        width: geometry.size
      ).write(bytes: found.flatMap(\.1), at: 0)
      return found.map { sample, pixels in
        MaskRow(
          sample: sample, au: au, kind: .mask, source: LandmarkMasks.source,
          pixels: pixels.reduce(0) { $0 + Int($1) })
      }
    }
  }

  /// Landmarks in input pixels: `/landmarks/<source>/{sample_id, points}`.
  private func writeLandmarks(
    _ block: Range<Int>, _ samples: [StoredSample], _ transforms: [InputTransform],
    _ writer: SegmentWriter
  ) throws {
    for (source, sets) in try store.landmarks(of: dataset.id, positions: block) {
      for (count, sets) in Dictionary(grouping: sets, by: \.points.count).sorted(by: {
        $0.key < $1.key
      }) {
        let points = sets.flatMap { set in
          let transform = transforms[set.position - block.lowerBound]
          return set.points.flatMap { point -> [Float] in
            let moved = transform(.init(x: point.x, y: point.y))
            return [Float(moved.x), Float(moved.y)]
          }
        }
        try writer.landmarks(
          source: source, sampleIDs: sets.map { samples[$0.position - block.lowerBound].id },
          points: count, coordinates: points)
      }
    }
  }

  /// The results of `body` for 0 ..< count, in order, computed on the given threads; the error of
  /// the lowest index is thrown.
  private func concurrently<Value: Sendable>(
    _ count: Int, _ body: (Int) throws -> Value
  ) throws -> [Value] {
    var results = [Result<Value, any Error>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
      withoutActuallyEscaping(body) { body in
        // Every index has a place of its own.
        nonisolated(unsafe) let shared = (results: results, body: body)
        let strips = max(1, min(threads, count))
        DispatchQueue.concurrentPerform(iterations: strips) { strip in
          for index in stride(from: strip, to: count, by: strips) {
            shared.results[index] = Result { try shared.body(index) }
          }
        }
      }
    }
    return try results.compactMap { try $0?.get() }
  }
}
