// Writes maps by one codec and reads them back, so that peers can be timed in turn with it.
//
//   codec-bench MAPS OUTPUT CODEC THREADS
//
// MAPS is an HDF5 file with a chunked float32 dataset a layer, OUTPUT is made anew with chunks of
// the same shapes, CODEC is deflate or relu. Prints the seconds of writing (to the closed file), of
// reading everything back into memory, and the bytes of the file. Fails if a bit differs.
import Foundation
import HDF5

struct Problem: Error, CustomStringConvertible {
  let description: String
}

/// The maps of a layer, in memory.
struct Layer {
  let name: String
  let shape: [Int]
  let chunk: [Int]
  let values: [Float]
}

func seconds(_ body: () throws -> Void) throws -> Double {
  let start = DispatchTime.now().uptimeNanoseconds
  try body()
  return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
}

func benchmark(_ arguments: [String]) throws {
  guard arguments.count == 4, let threads = Int(arguments[3]), threads > 0,
    let codec: HDF5Codec = ["deflate": .deflate(level: 1, shuffle: true), "relu": .relu][
      arguments[2]]
  else { throw Problem(description: "usage: codec-bench MAPS OUTPUT deflate|relu THREADS") }
  let source = try HDF5File.open(URL(filePath: arguments[0])).root()
  let layers = try source.members().map { name in
    let dataset = try source.dataset(name)
    guard let chunk = dataset.chunk else { throw Problem(description: "\(name) has no chunks") }
    return Layer(
      name: name, shape: dataset.shape, chunk: chunk, values: try dataset.readAll(Float.self))
  }
  let output = URL(filePath: arguments[1])
  try? FileManager.default.removeItem(at: output)
  let writing = try seconds {
    let file = try HDF5File.create(output)
    let root = try file.root()
    for layer in layers {
      let dataset = try root.createDataset(
        layer.name, of: .float32, shape: layer.shape, storage: .chunked(layer.chunk, codec))
      try HDF5ChunkWriter(dataset, threads: threads).write(layer.values, at: 0)
    }
    try file.close()
  }
  // Memory that is there already, as a reader has it that goes from block to block.
  var targets = layers.map { [Float](repeating: -1, count: $0.values.count) }
  let reading = try seconds {
    let root = try HDF5File.open(output).root()
    for (index, layer) in layers.enumerated() {
      try targets[index].withUnsafeMutableBufferPointer {
        try root.dataset(layer.name).read(
          into: $0, boxes: [HDF5Box(at: layer.shape.map { _ in 0 }, count: layer.shape)],
          threads: threads)
      }
    }
  }
  for (layer, target) in zip(layers, targets) {
    let isSame = layer.values.withUnsafeBytes { one in
      target.withUnsafeBytes { other in one.elementsEqual(other) }
    }
    guard isSame else { throw Problem(description: "\(layer.name) came back otherwise") }
  }
  let bytes = try FileManager.default.attributesOfItem(atPath: output.path)[.size] as? Int
  print(writing, reading, bytes ?? 0)
}

do {
  try benchmark(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("codec-bench: \(error)\n".utf8))
  exit(1)
}
