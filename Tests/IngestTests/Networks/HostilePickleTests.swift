import Archive
import Compute
import Foundation
import Testing

@testable import Ingest

/// Writes pickles opcode by opcode.
private struct Pickle {
  var bytes: [UInt8] = [0x80, 2]

  static func + (pickle: Pickle, text: String) -> Pickle { pickle + Array(text.utf8) }

  static func + (pickle: Pickle, bytes: [UInt8]) -> Pickle {
    Pickle(bytes: pickle.bytes + bytes)
  }

  static func text(_ text: String) -> [UInt8] {
    [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
  }

  static func integer(_ value: Int) -> [UInt8] {
    [0x8a, 8] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.joined() + [0x74] }

  static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  /// A dict of one tensor `w`.
  static func tensor(
    storage: String = "FloatStorage", key: String = "0", count: Int = 4, offset: Int = 0,
    sizes: [Int] = [4], strides: [Int] = [1]
  ) -> [UInt8] {
    let id = tuple([
      text("storage"), global("torch", storage), text(key), text("cpu"), integer(count),
    ])
    let arguments = tuple([
      id + [0x51], integer(offset), tuple(sizes.map(integer)), tuple(strides.map(integer)),
      [0x89], [0x7d],
    ])
    return [0x7d] + text("w") + global("torch._utils", "_rebuild_tensor_v2") + arguments
      + [0x52, 0x73]
  }
}

@Suite("Hostile pickles end in one error, and run nothing")
struct HostilePickleTests {
  /// The result of a PyTorch file whose pickle is `body`, with a storage of the numbers 1…4.
  private func read(_ body: [UInt8]) throws -> Result<[String: Tensor], IngestError> {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.pt")
    let writer = try ZipWriter(url)
    try writer.add("a/data.pkl", [0x80, 2] + body + [0x2e])
    let numbers: [Float] = [1, 2, 3, 4]
    try writer.add("a/data/0", numbers.withUnsafeBytes { Array($0) })
    try writer.finish()
    do {
      return .success(try stateDict(url))
    } catch let error as IngestError {
      return .failure(error)
    }
  }

  private func problem(_ body: [UInt8]) throws -> String {
    switch try read(body) {
    case .success(let tensors): "no error, but \(tensors.keys.sorted())"
    case .failure(let error): error.description
    }
  }

  @Test("The writer's own tensor is read")
  func wellFormed() throws {
    let expected = Tensor(shape: [4], values: [1, 2, 3, 4])
    #expect(try read(Pickle.tensor()).get() == ["w": expected])
    let view = Pickle.tensor(offset: 1, sizes: [2, 1], strides: [2, .max])
    #expect(try read(view).get() == ["w": Tensor(shape: [2, 1], values: [2, 4])])
  }

  @Test("What would run a command is refused by name and not run")
  func commands() throws {
    let marker = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    for (module, name) in [
      ("os", "system"), ("posix", "system"), ("subprocess", "Popen"), ("builtins", "exec"),
      ("__builtin__", "eval"), ("runpy", "run_path"),
    ] {
      let call =
        Pickle.global(module, name) + Pickle.tuple([Pickle.text("touch \(marker.path)")]) + [0x52]
      for body in [call, Pickle.tensor() + Pickle.text("x") + call + [0x73]] {
        let message = try problem(body)
        #expect(message.contains("names \(module).\(name)"))
        #expect(message.contains("do not load it with PyTorch"))
      }
    }
    #expect(!FileManager.default.fileExists(atPath: marker.path))
  }

  @Test("An unknown class is inert beside the weights, and an error in their place")
  func unknownClasses() throws {
    let object =
      Pickle.global("trainer", "State") + [0x29, 0x81] + [0x7d] + Pickle.text("a") + [
        0x4b, 1, 0x73,
      ]
      + [0x62]
    let beside = Pickle.tensor() + Pickle.text("state") + object + [0x73]
    #expect(try read(beside).get().keys.sorted() == ["w"])
    #expect(try problem(object).contains("an object of trainer.State"))
    #expect(try problem(object).contains("model.state_dict()"))
    let inside = [0x7d] + Pickle.text("state_dict") + object + [0x73]
    #expect(try problem(inside).contains("a dict of state_dict"))
  }

  @Test("Tensors that reach beyond their storage")
  func bounds() throws {
    let cases: [[UInt8]] = [
      Pickle.tensor(sizes: [5]), Pickle.tensor(offset: 1), Pickle.tensor(offset: -1),
      Pickle.tensor(sizes: [-1]), Pickle.tensor(strides: [-1]), Pickle.tensor(strides: [2]),
      Pickle.tensor(offset: .max), Pickle.tensor(sizes: [.max], strides: [.max]),
      Pickle.tensor(sizes: [1 << 40, 1 << 40], strides: [0, 0]),
      Pickle.tensor(sizes: [4, 4], strides: [1]), Pickle.tensor(sizes: [1 << 40], strides: [0]),
      Pickle.tensor(count: 5, sizes: [5]), Pickle.tensor(count: -1, sizes: [0]),
      Pickle.tensor(count: .max, sizes: [.max]), Pickle.tensor(key: "1"),
      Pickle.tensor(key: "../data/0"), Pickle.tensor(storage: "DoubleStorage"),
      Pickle.tensor(
        sizes: [Int](repeating: 1, count: 65), strides: [Int](repeating: 1, count: 65)),
    ]
    for (index, body) in cases.enumerated() {
      #expect(try !problem(body).hasPrefix("no error"), "case \(index)")
    }
    #expect(
      try problem(Pickle.tensor(storage: "ComplexFloatStorage")).contains("ComplexFloatStorage"))
  }

  @Test("A view that repeats a number is read while the file can mean it")
  func expansion() throws {
    let repeated = try read(Pickle.tensor(sizes: [1000], strides: [0])).get()
    #expect(repeated["w"]?.values == [Float](repeating: 1, count: 1000))
    #expect(
      try problem(Pickle.tensor(sizes: [1 << 28], strides: [0])).contains("far more than"))
  }

  @Test("Deep nesting, loops and memos that grow without end")
  func nesting() throws {
    let deep = [UInt8](repeating: 0x4e, count: 1) + [UInt8](repeating: 0x85, count: 500_000)
    #expect(try problem(deep).contains("no state dict"))
    let deepDicts = [[UInt8]](repeating: [0x7d] + Pickle.text("model"), count: 20_000).flatMap(
      \.self)
    let closing = [0x4e] + [UInt8](repeating: 0x73, count: 20_000)
    #expect(try problem(deepDicts + closing).contains("no state dict"))
    // A dict that holds itself under the name of a state dict.
    let loop: [UInt8] = [0x7d, 0x71, 0] + Pickle.text("model") + [0x68, 0, 0x73]
    #expect(try problem(loop).contains("no state dict"))
    // A module that holds itself twice: 2^64 paths.
    let module =
      Pickle.global("a", "Net") + [0x29, 0x81, 0x71, 0, 0x7d] + Pickle.text("_modules") + [0x7d]
      + Pickle.text("a") + [0x68, 0, 0x73] + Pickle.text("b") + [0x68, 0, 0x73, 0x73, 0x62]
    #expect(try problem(module).contains("nested too deep or too many"))
    // Every list holds the one before twice.
    var bomb: [UInt8] = [0x5d, 0x71, 0]
    for level in 1..<200 {
      bomb += [0x5d, 0x68, UInt8(level - 1), 0x61, 0x68, UInt8(level - 1), 0x61]
      bomb += [0x71, UInt8(level)]
    }
    #expect(try problem(bomb).contains("no state dict"))
    #expect(
      try problem([UInt8](repeating: 0x4e, count: PickleMachine.stepLimit + 1)).contains("steps"))
  }

  @Test("Opcodes out of place")
  func opcodes() throws {
    let cases: [[UInt8]] = [
      [], [0x30], [0x52], [0x73], [0x74], [0x28, 0x73], [0x4e, 0x4e, 0x73],
      [0x7d, 0x4e, 0x28, 0x75],
      [0x7d, 0x28, 0x4e, 0x75], [0x4e, 0x4e, 0x61], [0x68, 9], [0x71, 0], [0x94], [0x93],
      [0x58, 0xff, 0xff, 0xff, 0xff], [0x8d] + [UInt8](repeating: 0xff, count: 8), [0x63, 0x61],
      [0x8a, 200], [0x8b, 0xff, 0xff, 0xff, 0xff], [0x4e, 0x51], [0xff], [0x95, 1], [0x49, 0x31],
      Pickle.global("torch._utils", "_rebuild_tensor_v2") + [0x29, 0x52],
      Pickle.global("torch._utils", "_rebuild_tensor_v3") + [0x29, 0x52],
      Pickle.global("torch._utils", "_rebuild_parameter") + [0x4e, 0x52],
      Pickle.global("collections", "OrderedDict") + [0x4e, 0x52],
    ]
    for body in cases {
      #expect(try !problem(body).hasPrefix("no error"), "\(body.prefix(20))")
    }
  }

  @Test("Two state dicts side by side are asked about")
  func ambiguous() throws {
    let one = Pickle.tensor()
    let body =
      [0x7d] + Pickle.text("generator") + one + [0x73] + Pickle.text("critic") + one + [0x73]
    #expect(try problem(body).contains("several state dicts (generator, critic)"))
    let named =
      [0x7d] + Pickle.text("generator") + one + [0x73] + Pickle.text("optimizer") + one + [0x73]
    #expect(try read(named).get().keys.sorted() == ["w"])
  }
}
