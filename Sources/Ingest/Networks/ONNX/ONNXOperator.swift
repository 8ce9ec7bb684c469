/// The operators that are read.
enum ONNXOperator: String, CaseIterable {
  case add = "Add"
  case averagePool = "AveragePool"
  case batchNormalization = "BatchNormalization"
  case cast = "Cast"
  case clip = "Clip"
  case concat = "Concat"
  case constant = "Constant"
  case constantOfShape = "ConstantOfShape"
  case conv = "Conv"
  case div = "Div"
  case dropout = "Dropout"
  case elu = "Elu"
  case flatten = "Flatten"
  case gather = "Gather"
  case gelu = "Gelu"
  case gemm = "Gemm"
  case globalAveragePool = "GlobalAveragePool"
  case globalMaxPool = "GlobalMaxPool"
  case hardSigmoid = "HardSigmoid"
  case hardSwish = "HardSwish"
  case identity = "Identity"
  case leakyRelu = "LeakyRelu"
  case logSoftmax = "LogSoftmax"
  case matMul = "MatMul"
  case maxPool = "MaxPool"
  case mish = "Mish"
  case mul = "Mul"
  case pad = "Pad"
  case reduceMean = "ReduceMean"
  case reduceProd = "ReduceProd"
  case relu = "Relu"
  case reshape = "Reshape"
  case selu = "Selu"
  case shape = "Shape"
  case sigmoid = "Sigmoid"
  case slice = "Slice"
  case softmax = "Softmax"
  case softplus = "Softplus"
  case sqrt = "Sqrt"
  case squeeze = "Squeeze"
  case sub = "Sub"
  case tanh = "Tanh"
  case transpose = "Transpose"
  case unsqueeze = "Unsqueeze"
}

extension ONNXNode {
  /// The operator.
  ///
  /// - Returns: What the node does.
  /// - Throws: `ONNXProblem` that lists what is supported.
  func supportedOperator() throws -> ONNXOperator {
    guard ONNXNode.isStandard(domain), let found = ONNXOperator(rawValue: kind) else {
      let owner = ONNXNode.isStandard(domain) ? "" : " of the domain '\(domain.prefix(80))'"
      throw problem(
        "has an operator\(owner) that is not supported",
        advice: "supported are \(ONNXOperator.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return found
  }
}
