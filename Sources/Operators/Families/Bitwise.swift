import IR
import Tensors

extension OperatorFamily {
  /// Operators on the bits of integers.
  static let bitwise = OperatorFamily(
    "bitwise",
    [
      .bitShift,
      .bitwise("BitwiseAnd", BitwiseAnd.self), .bitwiseNot, .bitwise("BitwiseOr", BitwiseOr.self),
      .bitwise("BitwiseXor", BitwiseXor.self),
    ])
}

private protocol BitwiseFunction: IntegerKernel {
  static func apply<Scalar: FixedWidthInteger>(_ left: Scalar, _ right: Scalar) -> Scalar
}

extension BitwiseFunction {
  static func evaluate<Scalar: NumericScalar & FixedWidthInteger>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    return [
      try combined(left, right, as: Scalar.self, into: Scalar.self, in: context) { apply($0, $1) }
    ]
  }
}

private enum BitwiseAnd: BitwiseFunction {
  static func apply<Scalar: FixedWidthInteger>(_ left: Scalar, _ right: Scalar) -> Scalar {
    left & right
  }
}

private enum BitwiseOr: BitwiseFunction {
  static func apply<Scalar: FixedWidthInteger>(_ left: Scalar, _ right: Scalar) -> Scalar {
    left | right
  }
}

private enum BitwiseXor: BitwiseFunction {
  static func apply<Scalar: FixedWidthInteger>(_ left: Scalar, _ right: Scalar) -> Scalar {
    left ^ right
  }
}

private enum BitwiseNot: IntegerKernel {
  static func evaluate<Scalar: NumericScalar & FixedWidthInteger>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    [mapped(try context.tensor(0), from: Scalar.self, to: Scalar.self) { ~$0 }]
  }
}

/// Shifts; an amount that is negative or too large leaves nothing but copies of the sign.
private enum BitShift: IntegerKernel {
  static let direction = AttributeKey<String>("direction")

  static func evaluate<Scalar: NumericScalar & FixedWidthInteger>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    let direction = try context.value(of: Self.direction)
    guard ["LEFT", "RIGHT"].contains(direction) else {
      throw OperatorError(
        .invalidAttribute, "direction is \"\(direction)\"", remedy: "use LEFT or RIGHT")
    }
    let isLeft = direction == "LEFT"
    return [
      try combined(left, right, as: Scalar.self, into: Scalar.self, in: context) { x, amount in
        let isInside = amount >= 0 && amount < Scalar.bitWidth
        if isLeft { return isInside ? x &<< amount : 0 }
        return isInside ? x &>> amount : x < 0 ? ~0 : 0
      }
    ]
  }
}

extension OperatorDefinition {
  fileprivate static func bitwise<Function: BitwiseFunction>(
    _ name: String, _ function: Function.Type
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [18],
        inputs: [.required("A", "T"), .required("B", "T")], outputs: [.required("C", "T")],
        constraints: ["T": .tensors(.integers)]),
      inferTypes: broadcastOfInputs, evaluate: integer(Function.self))
  }

  fileprivate static let bitwiseNot = unary(
    "BitwiseNot", [18], .xy, types: .integers, evaluate: integer(BitwiseNot.self))

  fileprivate static let bitShift = OperatorDefinition(
    OperatorSchema(
      "BitShift", versions: [11, 28], inputs: [.required("X", "T"), .required("Y", "T")],
      outputs: [.required("Z", "T")], attributes: [BitShift.direction.declaration],
      constraints: ["T": .tensors(.integers)]),
    inferTypes: broadcastOfInputs, evaluate: integer(BitShift.self))
}
