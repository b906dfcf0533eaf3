import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Functions of one real number that keep the shape.
  static let unaryElementwise = OperatorFamily(
    "unary elementwise",
    [
      .unary("Abs", [1, 6, 13], .xy, types: .numeric, { abs($0) }, numeric(AbsoluteValue.self)),
      .unary("Acos", [7, 22]) { acos($0) },
      .unary("Acosh", [9, 22]) { acosh($0) },
      .unary("Asin", [7, 22]) { asin($0) },
      .unary("Asinh", [9, 22]) { asinh($0) },
      .unary("Atan", [7, 22]) { atan($0) },
      .unary("Atanh", [9, 22]) { atanh($0) },
      .unary("Ceil", [1, 6, 13], .xy) { $0.rounded(.up) },
      .unary("Cos", [7, 22]) { cos($0) },
      .unary("Cosh", [9, 22]) { cosh($0) },
      .unary("Erf", [9, 13]) { erf($0) },
      .unary("Exp", [1, 6, 13]) { exp($0) },
      .unary("Floor", [1, 6, 13], .xy) { $0.rounded(.down) },
      .unary("Log", [1, 6, 13]) { log($0) },
      .unary("Neg", [1, 6, 13], .xy, types: signed, { -$0 }, numeric(Negation.self)),
      .unary("Reciprocal", [1, 6, 13], .xy) { 1 / $0 },
      .unary("Round", [11, 22], .xy) { $0.rounded(.toNearestOrEven) },
      .unary("Sigmoid", [1, 6, 13], .xy) { Double.sigmoid($0) },
      .unary("Sign", [9, 13], types: .numeric, { sign(of: $0) }, numeric(Sign.self)),
      .unary("Sin", [7, 22]) { sin($0) },
      .unary("Sinh", [9, 22]) { sinh($0) },
      .unary("Sqrt", [1, 6, 13], .xy) { $0.squareRoot() },
      .unary("Tan", [7, 22]) { tan($0) },
      .unary("Tanh", [1, 6, 13]) { tanh($0) },
    ])
}

private let signed: ElementTypes = [.floats, .signedIntegers]

/// Returns the sign of a number; NaN is its own.
private func sign(of x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x }

/// The names of the input and the output of an operator with one of each.
struct UnaryNames: Sendable {
  let input: String
  let output: String

  /// The names that most operators use.
  static let inputOutput = UnaryNames(input: "input", output: "output")
  /// The names that operators of neural networks use.
  static let xy = UnaryNames(input: "X", output: "Y")
}

extension OperatorDefinition {
  /// Returns the definition of a function of one real number without attributes.
  static func unary(
    _ name: String, _ versions: [Int], _ names: UnaryNames = .inputOutput,
    _ function: @escaping RealFunction
  ) -> OperatorDefinition {
    unary(name, versions, names) { context throws(OperatorError) in
      [.tensor(try context.tensor(0).mappedReal(function))]
    }
  }

  /// Returns the definition of a function of real numbers with a kernel of its own for integers.
  fileprivate static func unary(
    _ name: String, _ versions: [Int], _ names: UnaryNames = .inputOutput, types: ElementTypes,
    _ function: @escaping RealFunction, _ integers: @escaping Kernel
  ) -> OperatorDefinition {
    unary(name, versions, names, types: types) { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      guard tensor.elementType.isFloatingPoint else { return try integers(context) }
      return [.tensor(tensor.mappedReal(function))]
    }
  }

  /// Returns the definition of an operator whose output has the type and shape of its input.
  ///
  /// Operators that had a version 6 after a version 1 lost an attribute without effect with it.
  static func unary(
    _ name: String, _ versions: [Int], _ names: UnaryNames = .inputOutput,
    types: ElementTypes = .floats, attributes: [AttributeDeclaration] = [],
    upgrades: [OperatorUpgrade] = [], evaluate: @escaping Kernel
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: versions, inputs: [.required(names.input, "T")],
        outputs: [.required(names.output, "T")], attributes: attributes,
        constraints: ["T": .tensors(types)]),
      upgrades: upgrades + (versions.starts(with: [1, 6]) ? .consumedInputs : []),
      inferTypes: sameAsFirstInput, evaluate: evaluate)
  }
}

// MARK: - Integers

/// A function of an integer; the least wraps around where its opposite is too large.
private protocol IntegerFunction: NumericKernel {
  static func apply<Scalar: NumericScalar>(_ x: Scalar) -> Scalar
}

extension IntegerFunction {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    [mapped(try context.tensor(0), from: Scalar.self, to: Scalar.self) { apply($0) }]
  }
}

private enum AbsoluteValue: IntegerFunction {
  static func apply<Scalar: NumericScalar>(_ x: Scalar) -> Scalar {
    x < .zero ? .difference(.zero, x) : x
  }
}

private enum Negation: IntegerFunction {
  static func apply<Scalar: NumericScalar>(_ x: Scalar) -> Scalar { .difference(.zero, x) }
}

private enum Sign: IntegerFunction {
  static func apply<Scalar: NumericScalar>(_ x: Scalar) -> Scalar {
    x > .zero ? .one : x < .zero ? .difference(.zero, .one) : .zero
  }
}
