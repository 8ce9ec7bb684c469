import Compute
import Foundation
import Testing

@testable import Ingest

@Suite("PyTorch and safetensors files")
struct PyTorchTests {
  @Test(
    "Every way to save a state dict gives the same tensors, bit by bit",
    arguments: [
      "vgg_tiny.pth", "vgg_tiny_checkpoint.pth", "vgg_tiny_legacy.pth", "vgg_tiny_module.pth",
    ])
  func stateDicts(_ name: String) throws {
    let expected = try stateDict(networkFixture("vgg_tiny.safetensors"))
    #expect(expected.count == 32)
    #expect(try stateDict(networkFixture(name)) == expected)
  }

  @Test("The names of a data-parallel module keep their prefix")
  func dataParallel() throws {
    let expected = try stateDict(networkFixture("vgg_tiny.safetensors"))
    let found = try stateDict(networkFixture("vgg_tiny_dataparallel.pth"))
    #expect(found == Dictionary(uniqueKeysWithValues: expected.map { ("module." + $0, $1) }))
  }

  @Test(
    "Views, shared storages, other number types and every pickle protocol",
    arguments: ["odd_2.pt", "odd_3.pt", "odd_4.pt", "odd_5.pt", "odd_legacy.pt"])
  func odd(_ name: String) throws {
    let expected = try stateDict(networkFixture("odd.safetensors"))
    #expect(expected.count == 12)
    #expect(expected["transposed"]?.shape == [4, 2, 3])
    #expect(expected["empty"]?.shape == [0, 3])
    // Integers (a counter, a mask) are left out.
    #expect(try stateDict(networkFixture(name)) == expected)
  }

  @Test("A module of the old form, which carries its source")
  func legacyModule() throws {
    #expect(
      try stateDict(networkFixture("linear_module_legacy.pth"))
        == stateDict(networkFixture("linear.safetensors")))
  }

  @Test("BF16 is read as the upper half of float32")
  func bfloat16() throws {
    let exact = try stateDict(networkFixture("vgg_tiny.safetensors"))
    let found = try stateDict(networkFixture("vgg_tiny_bf16.safetensors"))
    #expect(Set(found.keys) == Set(exact.keys))
    for (name, tensor) in found {
      let rounded = try #require(exact[name])
      #expect(tensor.shape == rounded.shape)
      for (value, original) in zip(tensor.values, rounded.values) {
        #expect(value.bitPattern & 0xffff == 0)
        // Eight bits of significand, rounded to nearest.
        #expect(abs(value - original) <= abs(original) / 256)
      }
    }
  }

  @Test("A TorchScript program is refused, and says how to save its weights")
  func script() {
    #expect(failure(networkFixture("script.pt"))?.contains("torch.jit.load") == true)
  }

  @Test("Other files, and none, are refused")
  func others() throws {
    let folder = try TemporaryFolder()
    let cases = [
      "text": Array("hello, this is a text and no network".utf8), "empty": [],
      "zip": Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18),
    ]
    for (name, bytes) in cases {
      let message = failure(try folder.write(bytes, to: name))
      #expect(message?.contains("/\(name): ") == true, "\(message ?? "no error")")
    }
    #expect(failure(folder.url.appending(path: "none"))?.contains("cannot be read") == true)
    #expect(failure(folder.url)?.contains("cannot be read") == true)
  }

  @Test(
    "Damaged files end in a result or an error",
    arguments: [
      "vgg_tiny.pth", "odd_2.pt", "odd_4.pt", "odd_legacy.pt", "odd.safetensors",
      "vgg_tiny_module.pth",
    ])
  func damaged(_ name: String) throws {
    let counts = try damage(
      networkFixture(name), in: TemporaryFolder(), mutations: 300, seed: 11)
    #expect(counts.refused >= 50)
  }
}
