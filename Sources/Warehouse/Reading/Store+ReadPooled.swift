internal import Foundation
internal import HDF5

extension Store {
  /// Chunks that are unpacked before their rows are copied: bounds the memory.
  private static let wave = 64

  /// A run of rows, and the open array that it lies in.
  struct PooledRun {
    let dataset: HDF5Dataset
    let rows: Range<Int>
    /// Where the first of them goes in the answer.
    let target: Int
  }

  /// Copies rows of `pooled` arrays from their chunks, which are unpacked side by side.
  ///
  /// - Parameters:
  ///   - runs: Runs of rows of arrays [n, channels, 2] whose chunks `HDF5ChunkReader` can read; those
  ///     of one array one after the other.
  ///   - channels: The channels that are wanted.
  ///   - values: Receives the rows, [positions, channels, 2].
  /// - Throws: `HDF5Error` if a file cannot be read.
  func readChunks(
    of runs: [PooledRun], channels: Range<Int>, into values: UnsafeMutableBufferPointer<Float>
  ) throws {
    var jobs: [Job] = []
    var last: HDF5Dataset?
    var places: [[Int]: Int] = [:]
    for run in runs {
      if last !== run.dataset { (last, places) = (run.dataset, [:]) }
      guard let chunk = run.dataset.chunk else { continue }
      for row in run.rows.lowerBound / chunk[0]...(run.rows.upperBound - 1) / chunk[0] {
        for column in channels.lowerBound / chunk[1]...(channels.upperBound - 1) / chunk[1] {
          let offset = [row * chunk[0], column * chunk[1], 0]
          if let place = places[offset] {
            jobs[place].runs.append(run)
          } else {
            places[offset] = jobs.count
            jobs.append(Job(offset: offset, extent: chunk, runs: [run]))
          }
        }
      }
    }
    let threads = readingThreads
    for start in stride(from: 0, to: jobs.count, by: Store.wave) {
      let wave = jobs[start..<min(jobs.count, start + Store.wave)]
      let chunks = try HDF5ChunkReader.read(
        wave.map { HDF5ChunkPlace($0.runs[0].dataset, at: $0.offset) }, threads: threads)
      for (job, chunk) in zip(wave, chunks) {
        job.copy(chunk, channels: channels, into: values)
      }
    }
  }

  /// A chunk, and the runs that have rows in it.
  private struct Job {
    let offset: [Int]
    let extent: [Int]
    var runs: [PooledRun]

    func copy(
      _ chunk: [Float], channels: Range<Int>, into values: UnsafeMutableBufferPointer<Float>
    ) {
      let width = extent[2]
      let here = channels.clamped(to: offset[1]..<offset[1] + extent[1])
      let length = here.count * width
      chunk.withUnsafeBufferPointer { chunk in
        for run in runs {
          for row in run.rows.clamped(to: offset[0]..<offset[0] + extent[0]) {
            let from = ((row - offset[0]) * extent[1] + here.lowerBound - offset[1]) * width
            let to =
              ((run.target + row - run.rows.lowerBound) * channels.count + here.lowerBound
                - channels.lowerBound) * width
            // Both lie within: the runs are rows of the array, and the answer has room for them.
            _ = UnsafeMutableBufferPointer(rebasing: values[to..<to + length])
              .update(fromContentsOf: UnsafeBufferPointer(rebasing: chunk[from..<from + length]))
          }
        }
      }
    }
  }
}
