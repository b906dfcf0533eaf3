import IR
import Tensors

extension OperatorFamily {
  /// The four operations of arithmetic, under broadcasting.
  static let binaryArithmetic = OperatorFamily(
    "binary arithmetic",
    [
      .arithmetic("Add", Add.self, symbolic: +),
      .arithmetic("Div", Div.self, symbolic: Dimension.quotient),
      .arithmetic("Mul", Mul.self, symbolic: *),
      .arithmetic("Sub", Sub.self, symbolic: -),
    ])
}

/// A function of two numbers of one type.
private protocol ArithmeticFunction: NumericKernel {
  static func apply<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar
}

extension ArithmeticFunction {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    return [
      try combined(left, right, by: Arithmetic<Self, Scalar>(), in: context)
    ]
  }
}

private struct Arithmetic<Function: ArithmeticFunction, Scalar: NumericScalar>: PairFunction {
  @inline(__always)
  func callAsFunction(_ left: Scalar, _ right: Scalar) -> Scalar { Function.apply(left, right) }
}

private enum Add: ArithmeticFunction {
  static func apply<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    Scalar.sum(left, right)
  }
}

private enum Sub: ArithmeticFunction {
  static func apply<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    Scalar.difference(left, right)
  }
}

private enum Mul: ArithmeticFunction {
  static func apply<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    Scalar.product(left, right)
  }
}

private enum Div: ArithmeticFunction {
  static func apply<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    Scalar.quotient(left, right)
  }

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    try checkDivisor(right, of: left, as: Scalar.self)
    return [
      try combined(left, right, by: Arithmetic<Self, Scalar>(), in: context)
    ]
  }
}

/// Checks that no element of an integer divisor is zero; floating-point numbers may be divided.
func checkDivisor<Scalar: NumericScalar>(
  _ divisor: Tensor, of dividend: Tensor, as scalar: Scalar.Type
) throws(OperatorError) {
  guard Scalar.isInteger, dividend.count > 0 else { return }
  guard let index = divisor.withScalars(of: Scalar.self, { $0.firstIndex(of: .zero) }) else {
    return
  }
  throw OperatorError(
    .invalidValue, "integers are divided by zero: element \(index) of the divisor",
    remedy: "divide as floating-point numbers, or keep zeros out of the divisor")
}

extension OperatorDefinition {
  fileprivate static func arithmetic<Function: ArithmeticFunction>(
    _ name: String, _ function: Function.Type, symbolic: @escaping SymbolicTensor.Combination
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [1, 6, 7, 13, 14],
        inputs: [.required("A", "T"), .required("B", "T")], outputs: [.required("C", "T")],
        constraints: ["T": .tensors(.numeric)]),
      upgrades: .consumedInputs + [.explicitBroadcast],
      inferTypes: { context throws(OperatorError) in
        let elements = SymbolicTensor.combining(
          context.elements(0), context.elements(1), as: context.elementType(0), symbolic)
        return [InferredValue(try broadcastOfInputs(context)[0].type, elements: elements)]
      },
      evaluate: numeric(Function.self))
  }
}
