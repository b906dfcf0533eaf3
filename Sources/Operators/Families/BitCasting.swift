import IR
import Tensors

extension OperatorFamily {
  /// Operators that read the bits of elements as another type.
  static let bitCasting = OperatorFamily("bit casting", [.bitCast])
}

private let target = AttributeKey<Int>("to")
private let castable = ElementTypes.common.subtracting(.string)

/// Returns the type that a `BitCast` makes of elements of a type, where that is known.
private func targetType(
  _ node: Node, from source: ElementType?
) throws(OperatorError) -> ElementType {
  let type = try ElementType(number: try node.attributes.value(of: target), of: "to")
  guard castable.contains(type), type.bitWidth == source?.bitWidth ?? type.bitWidth else {
    throw OperatorError(
      .invalidAttribute,
      "the bits of \(source.map(\.name) ?? "the input") are not those of \(type)",
      remedy: "both types must have as many bits, and be no strings")
  }
  return type
}

/// Returns the type whose bits are meant: in an execution in 64 bits, that of the model.
private func declaredType(
  of tensor: Tensor, _ context: borrowing KernelContext
) throws(OperatorError) -> ElementType {
  guard context.precision == .float64, tensor.elementType == .float64 else {
    return tensor.elementType
  }
  if let type = context.inputTypes.first??.elementType { return type }
  let type = try ElementType(number: try context.value(of: target), of: "to")
  return [.float64, .float32, .float16].first { $0.bitWidth == type.bitWidth } ?? .float64
}

extension OperatorDefinition {
  /// Reads the bits of elements as another type of the same width.
  fileprivate static let bitCast = OperatorDefinition(
    OperatorSchema(
      "BitCast", versions: [26], inputs: [.required("input", "T1")],
      outputs: [.required("output", "T2")], attributes: [target.declaration],
      constraints: ["T1": .tensors(castable), "T2": .tensors(castable)]),
    inferTypes: { context throws(OperatorError) in
      let type = try targetType(context.node, from: context.elementType(0))
      return [.tensor(type, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      let input = try context.tensor(0)
      let source = try declaredType(of: input, context)
      let type = try targetType(context.node, from: source)
      let bits = input.converted(to: source)
      guard
        let result = Tensor(type, shape: bits.shape, storage: bits.storage, range: bits.range)
      else {
        throw OperatorError(.invalidType, "\(source)\(bits.shape) cannot be read as \(type)")
      }
      return [
        .tensor(result.withSoundBooleans.converted(to: context.resultType(for: type)))
      ]
    })
}
