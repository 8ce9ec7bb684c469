internal import Foundation

/// Runs VGG16 again and again, so that peers can be timed in turn with it.
///
///     forward-bench logits|layers|train SIZE BATCH THREADS WEIGHTS INPUT OUTPUT [--numerics NAME]
///
/// WEIGHTS holds VGG16's parameters in the order of the graph, INPUT a batch in channels-first
/// order, both plain float32. `logits` runs the network, `layers` also keeps what all 13 convolutions
/// say, `train` takes a step of gradient descent. NAME is fast or strict; training has one only.
/// Each line on standard input is answered by the seconds that a run took (and the loss of the
/// step). At the end what was kept of the first sample is written to OUTPUT, channels first.
@main
enum Main {
  static func main() {
    do {
      try run(Arguments(Array(CommandLine.arguments.dropFirst())))
    } catch {
      FileHandle.standardError.write(Data("forward-bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ arguments: Arguments) throws {
    let side: any Side =
      arguments.kind == .train ? try TrainingSide(arguments) : try ForwardSide(arguments)
    print("ready")
    fflush(nil)
    while readLine() != nil {
      let start = DispatchTime.now().uptimeNanoseconds
      let loss = try side.run()
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      print(([seconds] + (loss.map { [$0] } ?? [])).map { "\($0)" }.joined(separator: " "))
      fflush(nil)
    }
    try side.firstSample.withUnsafeBytes { Data($0) }.write(to: URL(filePath: arguments.output))
  }
}

/// What is timed.
protocol Side {
  /// Runs the batch once; the loss, if there is one.
  func run() throws -> Double?

  /// What was kept of the first sample, layer after layer, each channels first.
  var firstSample: [Float] { get }
}

/// Why the benchmark cannot be run.
struct Problem: Error, CustomStringConvertible {
  let description: String
}
