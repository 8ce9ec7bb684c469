import Compute

/// How the window of a convolution or pool slides, with every attribute resolved.
struct ONNXWindow {
  /// The kernel's sides; of a dilated one, those of the plain one that it equals.
  let kernel: Extent
  let stride: Extent
  /// What the file's attributes put around the map.
  let padding: Padding
  /// Further rows below and columns to the right, which `ceil_mode` lets windows hang over.
  let overhang: Extent

  /// The window of a node.
  ///
  /// - Parameters:
  ///   - node: A convolution or pool.
  ///   - kernel: The kernel's sides.
  ///   - input: The map that it slides over.
  /// - Throws: `ONNXProblem` if the attributes are not those of two dimensions, or absurd.
  init(_ node: ONNXNode, kernel: [Int], over input: Shape) throws {
    let sides = 1...4_096
    let strides = node.integers("strides") ?? [1, 1]
    guard kernel.count == 2, strides.count == 2, (kernel + strides).allSatisfy(sides.contains)
    else { throw node.problem("has the kernel \(kernel) and strides \(strides), not two of each") }
    stride = Extent(height: strides[0], width: strides[1])
    let kernel = try ONNXWindow.spread(node, kernel)
    self.kernel = Extent(height: kernel[0], width: kernel[1])
    let pads = try ONNXWindow.pads(node, kernel, strides, [input.height, input.width])
    padding = Padding(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    let isCeiling = node.integer("ceil_mode") == 1
    let over = [input.height, input.width].enumerated().map { axis, side in
      isCeiling
        ? ONNXWindow.overhang(
          side: side, before: pads[axis], after: pads[axis + 2], kernel[axis], strides[axis]) : 0
    }
    overhang = Extent(height: over[0], width: over[1])
  }

  /// The kernel's sides with the distance of its points.
  private static func spread(_ node: ONNXNode, _ kernel: [Int]) throws -> [Int] {
    let steps = node.integers("dilations") ?? [1, 1]
    guard steps != [1, 1] else { return kernel }
    guard steps.count == 2, let height = DilatedKernels.side(kernel[0], step: steps[0]),
      let width = DilatedKernels.side(kernel[1], step: steps[1])
    else { throw node.problem("has the dilations \(steps.prefix(8)) for the kernel \(kernel)") }
    return [height, width]
  }

  /// The padding with the overhang, as a window of plain ⌊…⌋ needs it.
  var wholePadding: Padding {
    Padding(
      top: padding.top, left: padding.left, bottom: padding.bottom + overhang.height,
      right: padding.right + overhang.width)
  }

  /// The padding as one number a direction, if both sides agree and nothing hangs over.
  ///
  /// - Parameter limit: The largest that the operation takes.
  /// - Returns: Vertical and horizontal padding, nil if the operation cannot take it.
  func evenPadding(upTo limit: Extent) -> Extent? {
    let whole = wholePadding
    guard whole.top == whole.bottom, whole.left == whole.right, whole.top <= limit.height,
      whole.left <= limit.width
    else { return nil }
    return Extent(height: whole.top, width: whole.left)
  }

  /// Top, left, bottom, right.
  private static func pads(
    _ node: ONNXNode, _ kernel: [Int], _ strides: [Int], _ input: [Int]
  ) throws -> [Int] {
    let mode = node.text("auto_pad") ?? "NOTSET"
    switch mode {
    case "NOTSET", "":
      let pads = node.integers("pads") ?? [0, 0, 0, 0]
      guard pads.count == 4, pads.allSatisfy((0...4_096).contains) else {
        throw node.problem("has the pads \(pads.prefix(8)); four from 0 to 4096 are supported")
      }
      return pads
    case "VALID": return [0, 0, 0, 0]
    case "SAME_UPPER", "SAME_LOWER":
      var pads = [0, 0, 0, 0]
      for axis in 0..<2 {
        let output = (input[axis] - 1) / strides[axis] + 1
        let total = max(0, (output - 1) * strides[axis] + kernel[axis] - input[axis])
        let less = total / 2
        pads[axis] = mode == "SAME_UPPER" ? less : total - less
        pads[axis + 2] = total - pads[axis]
      }
      return pads
    default: throw node.problem("has the unknown auto_pad '\(mode.prefix(40))'")
    }
  }

  /// How far the last window hangs over, if sides are rounded up.
  ///
  /// A window that would begin beyond the map and the padding before it is left out, as PyTorch and
  /// onnxruntime have it.
  private static func overhang(
    side: Int, before: Int, after: Int, _ kernel: Int, _ stride: Int
  ) -> Int {
    let room = side + before + after - kernel
    guard room >= 0 else { return 0 }
    var windows = (room + stride - 1) / stride + 1
    if (windows - 1) * stride >= side + before { windows -= 1 }
    return max(0, (windows - 1) * stride + kernel - (side + before + after))
  }
}
