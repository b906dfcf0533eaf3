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
      .unary("Erf", [9, 13]) { erf($0) },
      .unary("Exp", [1, 6, 13]) { exp($0) },
      .unary("Log", [1, 6, 13]) { log($0) },
      .unary("Reciprocal", [1, 6, 13], .xy) { 1 / $0 },
      .unary("Sigmoid", [1, 6, 13], .xy) { Double.sigmoid($0) },
      .unary("Sqrt", [1, 6, 13], .xy) { $0.squareRoot() },
      .unary("Tanh", [1, 6, 13]) { tanh($0) },
    ])
}

/// The names of the input and the output of an operator with one of each.
struct UnaryNames: Sendable {
  let input: String
  let output: String

  static let inputOutput = UnaryNames(input: "input", output: "output")
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
