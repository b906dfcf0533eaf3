public import Tensors

extension TypeConstraint {
  /// The types in the spelling of ONNX's schemas, such as `tensor(float)` or `seq(tensor(int64))`.
  public var onnxNames: [String] {
    tensors.elements.map { "tensor(\($0.onnxName))" }
      + sequences.elements.map { "seq(tensor(\($0.onnxName)))" }
      + optionals.elements.map { "optional(tensor(\($0.onnxName)))" }
      + optionalSequences.elements.map { "optional(seq(tensor(\($0.onnxName))))" } + maps
  }
}

extension ElementType {
  /// The name in ONNX's schemas, which call the oldest floating-point types as C does.
  public var onnxName: String {
    switch self {
    case .float32: "float"
    case .float64: "double"
    default: name
    }
  }
}
