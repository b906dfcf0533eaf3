import IR
import Tensors

extension OperatorFamily {
  /// Operators that turn categories into vectors.
  static let categoryEncoding = OperatorFamily("category encoding", [.oneHotEncoder])
}

private enum OneHotEncoder {
  static let integers = OptionalAttributeKey<[Int]>("cats_int64s")
  static let strings = OptionalAttributeKey<[ByteString]>("cats_strings")
  static let allowsUnknown = AttributeKey<Bool>("zeros", default: true)

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let tensor = try context.tensor(0)
    let categories = try categories(context.node.attributes)
    let shape = tensor.shape + [categories.count]
    let type = context.resultType(for: .float32)
    try context.checkOutput(type, shape: shape)
    // Other numbers are cast to int64 first: 1.7 is category 1.
    let elements = tensor.elementType == .string ? tensor : tensor.converted(to: .int64)
    let places = try KeyIndex(categories).places(of: elements)
    let allowsUnknown = try context.value(of: allowsUnknown)
    if !allowsUnknown, let unknown = places.firstIndex(of: nil) {
      throw OperatorError(
        .invalidValue, "the element at place \(unknown) is none of the categories",
        remedy: "set the attribute zeros to have no category marked for it")
    }
    let result = Tensor(of: Float.self, shape: shape) { result in
      result.update(repeating: 0)
      for (index, place) in places.enumerated() {
        if let place { result[index * categories.count + place] = 1 }
      }
    }
    return [.tensor(result.converted(to: type))]
  }

  static func categories(_ attributes: Attributes) throws(OperatorError) -> Tensor {
    let numbers = try attributes.value(of: integers) ?? []
    let texts = try attributes.value(of: strings) ?? []
    guard numbers.isEmpty != texts.isEmpty else {
      throw OperatorError(
        .invalidAttribute,
        "cats_int64s has \(numbers.count) categories and cats_strings \(texts.count)",
        remedy: "give the categories in one of both")
    }
    guard texts.isEmpty else { return Tensor(shape: [texts.count], strings: texts) }
    return Tensor(shape: [numbers.count], scalars: numbers.map(Int64.init))
  }
}

extension OperatorDefinition {
  /// Replaces each element by a vector of zeros with a one at the place of its category.
  fileprivate static let oneHotEncoder = OperatorDefinition(
    OperatorSchema(
      "OneHotEncoder", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "tensor(float)")],
      attributes: [
        OneHotEncoder.integers.declaration, OneHotEncoder.strings.declaration,
        OneHotEncoder.allowsUnknown.declaration,
      ],
      constraints: ["T": .tensors([.float32, .float64, .indices, .string])]),
    inferTypes: { context throws(OperatorError) in
      let count = try OneHotEncoder.categories(context.node.attributes).count
      guard let shape = context.shape(0) else { return [.tensor(.float32)] }
      return [.tensor(.float32, Shape(shape.dimensions + [.fixed(count)]))]
    },
    evaluate: { context throws(OperatorError) in try OneHotEncoder.evaluate(context) })
}
