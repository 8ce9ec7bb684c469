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

  /// Copies rows of `pooled` arrays from their chunks, which are unpacked side by side; returns the
  /// runs whose arrays are stored otherwise.
  ///
  /// - Parameters:
  ///   - runs: Runs of rows; those of one array one after the other.
  ///   - channels: The channels that are wanted.
  ///   - values: Receives the rows, [positions, channels, 2].
  /// - Returns: The runs that are still to be read.
  /// - Throws: `HDF5Error` if a file cannot be read.
  func readChunks(
    of runs: [PooledRun], channels: Range<Int>, into values: inout [Float]
  ) throws -> [PooledRun] {
    var rest: [PooledRun] = []
    var jobs: [Job] = []
    var known: (dataset: HDF5Dataset, canRead: Bool)?
    var places: [[Int]: Int] = [:]
    for run in runs {
      if known?.dataset !== run.dataset {
        known = (run.dataset, HDF5ChunkReader.canRead(run.dataset))
        places = [:]
      }
      guard known?.canRead == true, let chunk = run.dataset.chunk, chunk.count == 3,
        chunk[2] == run.dataset.shape[2]
      else {
        rest.append(run)
        continue
      }
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
    let threads = ProcessInfo.processInfo.activeProcessorCount
    for start in stride(from: 0, to: jobs.count, by: Store.wave) {
      let wave = jobs[start..<min(jobs.count, start + Store.wave)]
      let chunks = try HDF5ChunkReader.read(
        wave.map { HDF5ChunkPlace($0.runs[0].dataset, at: $0.offset) }, threads: threads)
      for (job, chunk) in zip(wave, chunks) {
        job.copy(chunk, channels: channels, into: &values)
      }
    }
    return rest
  }

  /// A chunk, and the runs that have rows in it.
  private struct Job {
    let offset: [Int]
    let extent: [Int]
    var runs: [PooledRun]

    func copy(_ chunk: [Float], channels: Range<Int>, into values: inout [Float]) {
      let width = extent[2]
      let here = channels.clamped(to: offset[1]..<offset[1] + extent[1])
      let length = here.count * width
      values.withUnsafeMutableBufferPointer { values in
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
}
