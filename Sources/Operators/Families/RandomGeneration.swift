import IR
import Tensors

extension OperatorFamily {
  /// Operators that fill a tensor with random numbers.
  static let randomGeneration = OperatorFamily(
    "random generation",
    [
      .random("RandomNormal", RandomNormal.self),
      .randomLike("RandomNormalLike", RandomNormal.self),
      .random("RandomUniform", RandomUniform.self),
      .randomLike("RandomUniformLike", RandomUniform.self),
    ])
}

private let outputShape = AttributeKey<[Int]>("shape")
private let outputType = AttributeKey<Int>("dtype", default: Int(ElementType.float32.rawValue))
private let typeInsteadOfInput = OptionalAttributeKey<Int>("dtype")

// MARK: - Distributions

/// A distribution of real numbers with two parameters.
private protocol RandomDistribution: SendableMetatype {
  static var first: AttributeKey<Float> { get }
  static var second: AttributeKey<Float> { get }

  /// Returns a tensor of numbers drawn from the distribution.
  static func draw(
    _ numbers: RandomNumbers, _ first: Double, _ second: Double, _ type: ElementType, _ shape: [Int]
  ) throws(OperatorError) -> Tensor
}

private enum RandomNormal: RandomDistribution {
  static let first = AttributeKey<Float>("mean", default: 0)
  static let second = AttributeKey<Float>("scale", default: 1)

  static func draw(
    _ numbers: RandomNumbers, _ mean: Double, _ scale: Double, _ type: ElementType, _ shape: [Int]
  ) throws(OperatorError) -> Tensor {
    guard mean.isFinite, scale.isFinite, scale >= 0 else {
      throw OperatorError(
        .invalidAttribute, "no normal distribution has mean \(mean) and deviation \(scale)")
    }
    return Tensor(type, shape: shape) { mean + scale * numbers.normal($0) }
  }
}

private enum RandomUniform: RandomDistribution {
  static let first = AttributeKey<Float>("low", default: 0)
  static let second = AttributeKey<Float>("high", default: 1)

  static func draw(
    _ numbers: RandomNumbers, _ low: Double, _ high: Double, _ type: ElementType, _ shape: [Int]
  ) throws(OperatorError) -> Tensor {
    guard low.isFinite, high.isFinite, low <= high else {
      throw OperatorError(.invalidAttribute, "no number lies from \(low) to \(high)")
    }
    // One step of the type below the upper boundary, so that no number is rounded up to it.
    let step = Double(sign: .plus, exponent: 52 - type.fractionBits, significand: high.ulp)
    let limit = max(low, high - step)
    return Tensor(type, shape: shape) { min(low + numbers.uniform($0) * (high - low), limit) }
  }
}

extension ElementType {
  /// The bits behind the leading one of a number of the type.
  fileprivate var fractionBits: Int {
    switch self {
    case .float64: 52
    case .float32: 23
    case .float16: 10
    default: 7
    }
  }
}

// MARK: - Definitions

/// Returns the type of the elements that an attribute names.
private func elementType(_ number: Int) throws(OperatorError) -> ElementType {
  try elementType(try ElementType(number: number, of: outputType.name))
}

/// Returns a type, having checked that random numbers may have it.
private func elementType(_ type: ElementType) throws(OperatorError) -> ElementType {
  guard ElementTypes.floats.contains(type) else {
    throw OperatorError(
      .invalidAttribute, "random numbers are not drawn as \(type)",
      remedy:
        "set dtype to one of \(ElementTypes.floats.elements.map(\.name).joined(separator: ", "))")
  }
  return type
}

extension RandomDistribution {
  /// Returns the only output of a node.
  fileprivate static func evaluate(
    _ context: borrowing KernelContext, _ type: ElementType, _ shape: [Int]
  ) throws(OperatorError) -> [RuntimeValue] {
    let type = context.resultType(for: type)
    try context.checkOutput(type, shape: shape)
    let numbers = try RandomNumbers(for: context.node)
    let (first, second) = (try context.value(of: first), try context.value(of: second))
    return [.tensor(try draw(numbers, Double(first), Double(second), type, shape))]
  }

  fileprivate static func attributes(_ others: [AttributeDeclaration]) -> [AttributeDeclaration] {
    others + [RandomNumbers.seed.declaration, first.declaration, second.declaration]
  }
}

extension OperatorDefinition {
  /// Draws numbers for a shape that an attribute gives.
  fileprivate static func random<Distribution: RandomDistribution>(
    _ name: String, _ distribution: Distribution.Type
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [1, 22], inputs: [], outputs: [.required("output", "T")],
        attributes: Distribution.attributes([outputType.declaration, outputShape.declaration]),
        constraints: ["T": .tensors(.floats)]),
      inferTypes: { context throws(OperatorError) in
        let type = try elementType(try context.value(of: outputType))
        let shape = try context.value(of: outputShape)
        guard Tensor.elementCount(of: shape) != nil else {
          throw OperatorError(.invalidAttribute, "no tensor has the shape \(shape)")
        }
        return [.tensor(type, Shape(shape))]
      },
      evaluate: { context throws(OperatorError) in
        let type = try elementType(try context.value(of: outputType))
        return try Distribution.evaluate(context, type, try context.value(of: outputShape))
      })
  }

  /// Draws numbers for the shape of the input, whose elements do not matter.
  fileprivate static func randomLike<Distribution: RandomDistribution>(
    _ name: String, _ distribution: Distribution.Type
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [1, 22], inputs: [.required("input", "T1")],
        outputs: [.required("output", "T2")],
        attributes: Distribution.attributes([typeInsteadOfInput.declaration]),
        constraints: ["T1": .tensors([.classic, .bfloat16]), "T2": .tensors(.floats)]),
      inferTypes: { context throws(OperatorError) in
        if let number = try context.value(of: typeInsteadOfInput) {
          return [.tensor(try elementType(number), context.shape(0))]
        }
        let type = context.elementType(0)
        if let type { _ = try elementType(type) }
        return [.tensor(type, context.shape(0))]
      },
      evaluate: { context throws(OperatorError) in
        let input = try context.tensor(0)
        let type =
          if let number = try context.value(of: typeInsteadOfInput) {
            try elementType(number)
          } else { try elementType(input.elementType) }
        return try Distribution.evaluate(context, type, input.shape)
      })
  }
}
