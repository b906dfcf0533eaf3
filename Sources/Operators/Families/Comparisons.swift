import IR
import Tensors

extension OperatorFamily {
  /// Operators that compare elements, under broadcasting.
  static let comparisons = OperatorFamily(
    "comparisons",
    [
      .equal,
      .comparison("Greater", Greater.self, [1, 7, 9, 13]),
      .comparison("GreaterOrEqual", GreaterOrEqual.self, [12, 16]),
      .comparison("Less", Less.self, [1, 7, 9, 13]),
      .comparison("LessOrEqual", LessOrEqual.self, [12, 16]),
    ])
}

private protocol Comparison: NumericKernel {
  static func holds<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool
}

extension Comparison {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    return [
      try combined(left, right, as: Scalar.self, into: Bool.self, in: context) { holds($0, $1) }
    ]
  }
}

private enum Equal: Comparison {
  static func holds<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool {
    left == right
  }
}

private enum Greater: Comparison {
  static func holds<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool {
    left > right
  }
}

private enum GreaterOrEqual: Comparison {
  static func holds<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool {
    left >= right
  }
}

private enum Less: Comparison {
  static func holds<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool {
    left < right
  }
}

private enum LessOrEqual: Comparison {
  static func holds<Scalar: NumericScalar>(_ left: Scalar, _ right: Scalar) -> Bool {
    left <= right
  }
}

extension OperatorDefinition {
  fileprivate static func comparison<Function: Comparison>(
    _ name: String, _ function: Function.Type, _ versions: [Int]
  ) -> OperatorDefinition {
    comparison(name, versions, types: .numeric, evaluate: numeric(Function.self))
  }

  private static func comparison(
    _ name: String, _ versions: [Int], types: ElementTypes,
    inferTypes: @escaping TypeRule = booleansOfBroadcastInputs, evaluate: @escaping Kernel
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: versions, inputs: [.required("A", "T"), .required("B", "T")],
        outputs: [.required("C", "T1")],
        constraints: ["T": .tensors(types), "T1": .tensors(.bool)]),
      upgrades: versions.starts(with: [1, 7]) ? [.explicitBroadcast] : [],
      inferTypes: inferTypes, evaluate: evaluate)
  }

  /// Compares booleans as bytes, and strings as their places among the different ones.
  fileprivate static let equal = comparison(
    "Equal", [1, 7, 11, 13, 19], types: [.numeric, .bool, .string],
    inferTypes: { context throws(OperatorError) in
      let elements = SymbolicTensor.combining(
        context.elements(0), context.elements(1), as: .bool, Dimension.equality)
      return [
        InferredValue(try booleansOfBroadcastInputs(context)[0].type, elements: elements)
      ]
    },
    evaluate: { context throws(OperatorError) in
      let (left, right) = (try context.tensor(0), try context.tensor(1))
      switch left.elementType {
      case .bool:
        let numbers = context.replacingInput(0, with: left.converted(to: .uint8))
          .replacingInput(1, with: right.converted(to: .uint8))
        return try Equal.evaluate(numbers, in: UInt8.self).map { .tensor($0) }
      case .string:
        var places: [ByteString: Int64] = [:]
        let numbers = context.replacingInput(0, with: left.numberingStrings(in: &places))
          .replacingInput(1, with: right.numberingStrings(in: &places))
        return try Equal.evaluate(numbers, in: Int64.self).map { .tensor($0) }
      default: return try numeric(Equal.self)(context)
      }
    })
}

extension Tensor {
  /// Returns a number for each string; equal strings have equal numbers.
  fileprivate func numberingStrings(in places: inout [ByteString: Int64]) -> Tensor {
    var numbers: [Int64] = []
    numbers.reserveCapacity(count)
    for string in strings {
      let next = Int64(places.count)
      numbers.append(places[string, default: next])
      places[string] = numbers.last
    }
    return Tensor(shape: shape, scalars: numbers)
  }
}
