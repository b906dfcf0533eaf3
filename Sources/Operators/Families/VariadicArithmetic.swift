import IR
import Tensors

extension OperatorFamily {
  /// Operators that combine any number of tensors, under broadcasting.
  static let variadicArithmetic = OperatorFamily(
    "variadic arithmetic",
    [
      .variadic("Max", Max.self, types: .numeric, symbolic: Dimension.maximum),
      .variadic("Mean", Mean.self),
      .variadic("Min", Min.self, types: .numeric, symbolic: Dimension.minimum),
      .variadic("Sum", Sum.self),
    ])
}

private protocol VariadicFunction: NumericKernel {
  static func combine<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar
}

extension VariadicFunction {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] { [try folded(context, in: Scalar.self)] }

  /// Combines the inputs from first to last.
  static func folded<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> Tensor {
    var result = try context.tensor(0)
    for index in context.inputs.indices.dropFirst() {
      let next = try context.tensor(index)
      result = try combined(result, next, by: Combination<Self, Scalar>(), in: context)
    }
    return result
  }
}

private struct Combination<Function: VariadicFunction, Scalar: NumericScalar>: PairFunction {
  @inline(__always)
  func callAsFunction(_ left: Scalar, _ right: Scalar) -> Scalar { Function.combine(left, right) }
}

private enum Max: VariadicFunction {
  static func combine<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    right > left || right != right ? right : left
  }
}

private enum Min: VariadicFunction {
  static func combine<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    right < left || right != right ? right : left
  }
}

private enum Sum: VariadicFunction {
  static func combine<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    .sum(left, right)
  }
}

private enum Mean: VariadicFunction {
  static func combine<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Scalar {
    .sum(left, right)
  }

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let count = Scalar(truncating: Double(context.inputs.count))
    return [
      mapped(try folded(context, in: Scalar.self), from: Scalar.self, to: Scalar.self) {
        Scalar.quotient($0, count)
      }
    ]
  }
}

extension OperatorDefinition {
  fileprivate static func variadic<Function: VariadicFunction>(
    _ name: String, _ function: Function.Type, types: ElementTypes = .floats,
    symbolic: SymbolicTensor.Combination? = nil
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: types == .floats ? [1, 6, 8, 13] : [1, 6, 8, 12, 13],
        inputs: [.variadic("data_0", "T")], outputs: [.required(name.lowercased(), "T")],
        constraints: ["T": .tensors(types)]),
      upgrades: .consumedInputs,
      inferTypes: { context throws(OperatorError) in
        let type = context.elementType(0)
        let operands = context.inputs.indices.map(context.elements)
        let elements = symbolic.flatMap { symbolic in
          SymbolicTensor.combining(operands, as: type) { $0.dropFirst().reduce($0[0], symbolic) }
        }
        return [InferredValue(try broadcastOfInputs(context)[0].type, elements: elements)]
      },
      evaluate: numeric(Function.self))
  }
}
