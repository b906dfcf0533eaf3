import IR
import Tensors

extension OperatorFamily {
  /// Operators on the diagonals of matrices.
  static let diagonals = OperatorFamily("diagonals", [.trilu, .eyeLike])
}

// MARK: - Trilu

private enum Trilu: MovementKernel {
  static let upper = AttributeKey<Bool>("upper", default: true)

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    guard input.shape.count >= 2 else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(input.shape) is no matrix")
    }
    let diagonals = try context.optionalIntegers(1) ?? [0]
    guard diagonals.count == 1 else {
      throw OperatorError(.incompatibleShapes, "k holds \(diagonals.count) numbers, not one")
    }
    let isUpper = try context.value(of: upper)
    let (rows, columns) = (input.shape[input.shape.count - 2], input.shape[input.shape.count - 1])
    let diagonal = min(max(diagonals[0], -rows), columns)
    try context.checkOutput(of: Element.self, shape: input.shape)
    let zero = data[1].withElements(of: Element.self) { $0[0] }
    return [
      MovableTensor(of: Element.self, shape: input.shape) { result in
        input.withElements(of: Element.self) { source in
          for start in stride(from: 0, to: source.count, by: max(1, columns)) {
            let row = start / columns % rows
            // The columns on this side of the diagonal are zero above it, or from it on.
            let edge = min(max(row + diagonal + (isUpper ? 0 : 1), 0), columns)
            for column in 0..<columns {
              let isKept = isUpper ? column >= edge : column < edge
              result[start + column] = isKept ? source[start + column] : zero
            }
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Keeps the upper or the lower triangle of matrices.
  fileprivate static let trilu = OperatorDefinition(
    OperatorSchema(
      "Trilu", versions: [14],
      inputs: [.required("input", "T"), .optional("k", "tensor(int64)")],
      outputs: [.required("output", "T")], attributes: [Trilu.upper.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: sameAsFirstInput,
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      let diagonal = context.inputs.count > 1 ? context.inputs[1] : nil
      let zero = RuntimeValue.tensor(.zero(of: tensor.elementType))
      return try movement(Trilu.self) { _ in [0, 2] }(
        context.replacingInputs([.tensor(tensor), diagonal, zero]))
    })
}

// MARK: - EyeLike

private enum EyeLike: MovementKernel {
  static let diagonal = AttributeKey<Int>("k", default: 0)
  static let type = OptionalAttributeKey<Int>("dtype")
  static let types: ElementTypes = [.numeric, .bool]

  static func elementType(_ number: Int) throws(OperatorError) -> ElementType {
    guard let raw = UInt8(exactly: number), let type = ElementType(rawValue: raw),
      types.contains(type)
    else {
      throw OperatorError(.invalidAttribute, "dtype is \(number), which is no numeric type")
    }
    return type
  }

  /// Makes the matrix of zero and one, which are the inputs, in the shape of the third one.
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let shape = try context.tensor(2).shape
    guard shape.count == 2 else {
      throw OperatorError(.incompatibleShapes, "a tensor of shape \(shape) is no matrix")
    }
    let diagonal = min(max(try context.value(of: diagonal), -shape[0]), shape[1])
    try context.checkOutput(of: Element.self, shape: shape)
    let (zero, one) = (
      data[0].withElements(of: Element.self) { $0[0] },
      data[1].withElements(of: Element.self) { $0[0] }
    )
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        result.update(repeating: zero)
        for row in 0..<shape[0] where (0..<shape[1]).contains(row + diagonal) {
          result[row * shape[1] + row + diagonal] = one
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Makes a matrix with ones on a diagonal in the shape of another one.
  fileprivate static let eyeLike = OperatorDefinition(
    OperatorSchema(
      "EyeLike", versions: [9, 22], inputs: [.required("input", "T1")],
      outputs: [.required("output", "T2")],
      attributes: [EyeLike.type.declaration, EyeLike.diagonal.declaration],
      constraints: ["T1": .tensors(EyeLike.types), "T2": .tensors(EyeLike.types)]),
    inferTypes: { context throws(OperatorError) in
      let number = try context.value(of: EyeLike.type)
      guard let number else { return [.tensor(context.elementType(0), context.shape(0))] }
      return [.tensor(try EyeLike.elementType(number), context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      var type = tensor.elementType
      if let number = try context.value(of: EyeLike.type) {
        type = context.resultType(for: try EyeLike.elementType(number))
      }
      let elements = [0, 1].map {
        RuntimeValue.tensor(Tensor(scalar: $0 as Float).converted(to: type))
      }
      return try movement(EyeLike.self) { _ in [0, 1] }(
        context.replacingInputs(elements + [.tensor(tensor)]))
    })
}
