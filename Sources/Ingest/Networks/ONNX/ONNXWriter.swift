import Compute
import Foundation

/// Writes networks as ONNX files, which PyTorch, onnxruntime and others read.
///
/// The file has opset 13, or 20 where the network has a GELU, a free batch dimension, and Lethe's
/// names for nodes and weights. Weights beyond `largestFile` bytes go into `NAME.data` beside it,
/// since a protocol-buffers file must stay below 2 GB.
enum ONNXWriter {
  /// A model file with more bytes of weights than this has them in a file of their own.
  static let largestFile = 1_900_000_000

  /// Writes a network; a file that is there already is replaced once the new one is whole.
  ///
  /// - Parameters:
  ///   - graph: The network; its last node becomes the output `logits`.
  ///   - parameters: Its weights.
  ///   - classes: Names in the order of the logits, which other copies of Lethe read again.
  ///   - url: The file to write.
  ///   - limit: How many bytes of weights the file itself may hold.
  /// - Throws: `NetworkError` if the parameters are not the graph's, `IngestError` if the file cannot
  ///   be written.
  static func write(
    graph: Graph, parameters: Parameters, classes: [String]? = nil, to url: URL,
    limit: Int = largestFile
  ) throws {
    try graph.check(parameters)
    var writing = ONNXGraphWriter(graph)
    writing.writeNodes(parameters)
    let isExternal = writing.tensors.reduce(0) { $0 + $1.byteCount } > limit
    let dataName = url.lastPathComponent + ".data"
    if isExternal {
      try replace(url.deletingLastPathComponent().appendingPathComponent(dataName)) { file in
        for tensor in writing.tensors where tensor.isFloat {
          try file.write(contentsOf: tensor.raw)
        }
      }
    }
    let headers = ONNXWriter.headers(of: writing.tensors, dataName: isExternal ? dataName : nil)
    let frame = ONNXWriter.frame(writing, headers: headers, classes: classes)
    try replace(url) { file in
      try file.write(contentsOf: frame.head)
      for (header, tensor) in zip(headers, writing.tensors) {
        var field = ProtobufWriter()
        field.open(5, length: header.total)
        try file.write(contentsOf: field.bytes + header.bytes)
        if header.total > header.bytes.count { try file.write(contentsOf: tensor.raw) }
      }
      try file.write(contentsOf: frame.tail)
    }
  }

  /// A TensorProto but for the numbers that follow it, and its length with them.
  private static func headers(
    of tensors: [ONNXGraphWriter.Constant], dataName: String?
  ) -> [(bytes: Data, total: Int)] {
    var offset = 0
    return tensors.map { tensor in
      var message = ProtobufWriter()
      for side in tensor.dims { message.add(1, integer: side) }
      let type: ONNXElementType = tensor.isFloat ? .float32 : .int64
      message.add(2, integer: type.rawValue)
      message.add(8, text: tensor.name)
      guard let dataName, tensor.isFloat else {
        message.open(9, length: tensor.byteCount)
        return (message.bytes, message.bytes.count + tensor.byteCount)
      }
      let pairs = [
        ("location", dataName), ("offset", "\(offset)"), ("length", "\(tensor.byteCount)"),
      ]
      for (key, value) in pairs {
        message.add(13) { pair in
          pair.add(1, text: key)
          pair.add(2, text: value)
        }
      }
      message.add(14, integer: 1)
      offset += tensor.byteCount
      return (message.bytes, message.bytes.count)
    }
  }

  /// What stands before and behind the weights.
  private static func frame(
    _ writing: ONNXGraphWriter, headers: [(bytes: Data, total: Int)], classes: [String]?
  ) -> (head: Data, tail: Data) {
    let ends = writing.ends()
    var weights = 0
    for header in headers {
      var field = ProtobufWriter()
      field.open(5, length: header.total)
      weights += field.bytes.count + header.total
    }
    var head = ProtobufWriter()
    head.add(1, integer: writing.opset > 13 ? 9 : 7)
    head.add(2, text: "lethe")
    head.add(8) { $0.add(2, integer: writing.opset) }
    head.open(7, length: writing.nodes.bytes.count + weights + ends.count)
    var tail = ProtobufWriter()
    if let classes, let names = try? JSONEncoder().encode(classes) {
      tail.add(14) { pair in
        pair.add(1, text: "classes")
        pair.add(2, bytes: names)
      }
    }
    return (head.bytes + writing.nodes.bytes, ends + tail.bytes)
  }

  private static func replace(_ url: URL, _ fill: (FileHandle) throws -> Void) throws {
    let partial = url.appendingPathExtension("partial")
    do {
      try Data().write(to: partial)
      let file = try FileHandle(forWritingTo: partial)
      try fill(file)
      try file.close()
      guard rename(partial.path, url.path) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw IngestError(
        "cannot write \(url.path): \(error.localizedDescription)",
        advice: "check the folder, and whether it has room")
    }
  }
}
