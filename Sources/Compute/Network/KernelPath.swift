extension ForwardPass {
  /// The name of the kernels that compute activations; another path gives other last bits, so it
  /// is part of the key of whatever is stored.
  public static let kernelPath = "im2col-sgemm"
}
