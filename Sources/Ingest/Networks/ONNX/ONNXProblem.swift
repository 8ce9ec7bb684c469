/// Why an ONNX file cannot be read, without the file's name.
struct ONNXProblem: Error, Equatable {
  /// What is wrong, and where in the model.
  let reason: String
  /// What the user can do; the usual advice if nil.
  let advice: String?

  init(_ reason: String, advice: String? = nil) {
    self.reason = reason
    self.advice = advice
  }
}
