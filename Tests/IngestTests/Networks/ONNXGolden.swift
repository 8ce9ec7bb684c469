import Compute
import Testing

/// PyTorch's values for a small VGG16, which `Tests/Fixtures/compute/generate_torch.py` wrote
/// together with `onnx/vgg_small.onnx`.
struct ONNXGolden {
  private let fixture: NetworkFixture

  /// Opens the file.
  init() throws { fixture = try NetworkFixture.tensors("compute/vgg_small_golden") }

  /// The four pictures.
  func input() throws -> Activation {
    Activation(
      channelsFirst: try values("input"), samples: 4,
      shape: Shape(channels: 3, height: 32, width: 32))
  }

  /// Numbers by name, in PyTorch's order.
  func values(_ name: String) throws -> [Float] {
    try #require(fixture.all[name]).values
  }
}
