import Compute
import Foundation

/// Times the fit of one concept from packed bits to the optimum; `net2vec.py` calls it.
///
/// Arguments: FOLDER SAMPLES CHANNELS SIDE GRID LAMBDA REPEATS [TARGET]. Prints the median time of a
/// fit in seconds (to the optimum, or until the objective is at TARGET), the objective, the Newton
/// steps, and the median time of preparing the packed bits, which serves all concepts of a layer.
@main
struct ConceptBench {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    let numbers = words.dropFirst().compactMap { Double($0) }
    guard let path = words.first, [6, 7].contains(numbers.count) else {
      throw CocoaError(.featureUnsupported)
    }
    let folder = URL(filePath: path)
    let sizes = numbers.map { Int($0) }
    let (samples, channels, side, grid, repeats) = (
      sizes[0], sizes[1], sizes[2], sizes[3], sizes[5]
    )
    let masks = GridMasks(
      cells: Array(try Data(contentsOf: folder.appending(path: "masks.bin"))), samples: samples,
      height: grid, width: grid)
    let bytes = Array(try Data(contentsOf: folder.appending(path: "bits.bin")))
    guard
      let bits = UnitBits(
        samples: samples, channels: channels, height: side, width: side, bytes: bytes)
    else { throw CocoaError(.fileReadCorruptFile) }
    var options = ConceptOptions()
    options.lambda = numbers[4]
    options.objectiveTarget = numbers.count == 7 ? numbers[6] : nil
    var (times, preparations, objective, iterations) = ([Double](), [Double](), 0.0, 0)
    // The first run warms the caches and is not counted.
    for run in 0...repeats {
      let start = ContinuousClock.now
      let layer = ConceptLayer(bits, gridHeight: grid, gridWidth: grid)
      let prepared = ContinuousClock.now
      let fit = layer.fit(masks, samples: Array(0..<samples), options: options, threads: 2)
      let end = ContinuousClock.now
      guard fit.converged || options.objectiveTarget != nil else {
        throw CocoaError(.featureUnsupported)
      }
      objective = fit.objective
      iterations = fit.iterations
      if run > 0 {
        times.append((end - prepared) / .seconds(1))
        preparations.append((prepared - start) / .seconds(1))
      }
    }
    print(median(times), objective, iterations, median(preparations))
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
