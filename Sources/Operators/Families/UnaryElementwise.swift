import IR
import Tensors

extension OperatorFamily {
  /// Operators that map every number and keep the shape.
  static let unaryElementwise = OperatorFamily(
    "unary elementwise",
    [
      .unary(Erf.self, versions: [9, 13]),
      .unary(Exp.self, versions: [1, 6, 13], legacy: .consumedInputs),
      .unary(HardSwish.self, versions: [14, 22]),
      .unary(Log.self, versions: [1, 6, 13], legacy: .consumedInputs),
      .unary(Reciprocal.self, versions: [1, 6, 13], legacy: .consumedInputs),
      .unary(Sigmoid.self, versions: [1, 6, 13], legacy: .consumedInputs),
      .unary(Sqrt.self, versions: [1, 6, 13], legacy: .consumedInputs),
      .unary(Tanh.self, versions: [1, 6, 13], legacy: .consumedInputs),
    ])
}

/// A function of one real number.
private protocol RealFunction: RealKernel {
  static var name: String { get }
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar
}

extension RealFunction {
  static var name: String { "\(Self.self)" }

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    [mapped(try context.tensor(0), from: Scalar.self, to: Scalar.self) { apply($0) }]
  }
}

private enum Erf: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { Scalar.erf(x) }
}

private enum Exp: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { Scalar.exp(x) }
}

private enum HardSwish: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar {
    x * max(0, min(1, x / 6 + 0.5))
  }
}

private enum Log: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { Scalar.log(x) }
}

private enum Reciprocal: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { 1 / x }
}

private enum Sigmoid: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { Scalar.sigmoid(x) }
}

private enum Sqrt: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { x.squareRoot() }
}

private enum Tanh: RealFunction {
  static func apply<Scalar: RealScalar>(_ x: Scalar) -> Scalar { Scalar.tanh(x) }
}

extension OperatorDefinition {
  fileprivate static func unary<Function: RealFunction>(
    _ function: Function.Type, versions: [Int], legacy upgrades: [OperatorUpgrade] = []
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        Function.name, versions: versions, inputs: [.required("input", "T")],
        outputs: [.required("output", "T")],
        constraints: ["T": .tensors(versions.last ?? 0 >= 13 ? .floats : .ieeeFloats)]),
      upgrades: upgrades, inferTypes: sameAsFirstInput, evaluate: real(Function.self))
  }
}
