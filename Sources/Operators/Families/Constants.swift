import IR
import Tensors

extension OperatorFamily {
  /// Operators that compute the same whatever they are given.
  static let constants = OperatorFamily("constants", [.constant])
}

private enum Constant {
  static let tensor = OptionalAttributeKey<Tensor>("value")
  static let sparseTensor = AttributeDeclaration("sparse_value", .sparseTensor)
  static let float = OptionalAttributeKey<Float>("value_float")
  static let floats = OptionalAttributeKey<[Float]>("value_floats")
  static let int = OptionalAttributeKey<Int>("value_int")
  static let ints = OptionalAttributeKey<[Int]>("value_ints")
  static let string = OptionalAttributeKey<ByteString>("value_string")
  static let strings = OptionalAttributeKey<[ByteString]>("value_strings")

  static let declarations = [
    sparseTensor, tensor.declaration, float.declaration, floats.declaration, int.declaration,
    ints.declaration, string.declaration, strings.declaration,
  ]

  /// Returns the tensor of the one attribute that a node has; it may be sparse.
  static func tensor(of node: Node) throws(OperatorError) -> Tensor {
    let given = declarations.compactMap { node.attributes[$0.name] }
    guard given.count == 1, let tensor = given[0].constantTensor else {
      throw OperatorError(
        .invalidAttribute, "\(given.count) attributes say what the constant is",
        remedy: "exactly one of \(declarations.map(\.name).joined(separator: ", ")) does")
    }
    return tensor
  }
}

extension OperatorDefinition {
  /// Returns the tensor that an attribute holds, or a scalar or list of its numbers or strings.
  fileprivate static let constant = OperatorDefinition(
    OperatorSchema(
      "Constant", versions: [1, 9, 11, 12, 13, 19, 21, 23, 24, 25], inputs: [],
      outputs: [.required("output", "T")], attributes: Constant.declarations,
      constraints: ["T": .tensors(.common)]),
    // Numbers and strings instead of a tensor came with version 12.
    upgrades: [OperatorUpgrade(to: 12) { _, _ in }],
    inferTypes: { context throws(OperatorError) in
      let tensor = try Constant.tensor(of: context.node)
      return [
        InferredValue(
          .tensor(tensor.elementType, Shape(tensor.shape)), elements: SymbolicTensor(tensor))
      ]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try Constant.tensor(of: context.node).dense(
        withinBytes: context.memoryLimit)
      return [.tensor(context.inPrecision(tensor))]
    })
}
