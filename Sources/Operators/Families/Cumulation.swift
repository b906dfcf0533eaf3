import IR
import Tensors

extension OperatorFamily {
  /// Operators whose elements gather those before them along an axis.
  static let cumulation = OperatorFamily(
    "cumulation",
    [.cumulation("CumProd", CumProd.self, [26]), .cumulation("CumSum", CumSum.self, [11, 14])])
}

private let excludesOwn = AttributeKey<Bool>("exclusive", default: false)
private let isReverse = AttributeKey<Bool>("reverse", default: false)

private protocol Cumulation: NumericKernel {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total
}

private enum CumProd: Cumulation {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total { .one }
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    .product(total, x)
  }
}

private enum CumSum: Cumulation {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total { .zero }
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total { .sum(total, x) }
}

extension Cumulation {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let axes = try context.integers(1)
    guard let axis = axes.first, axes.count == 1 else {
      throw OperatorError(.invalidValue, "\(axes.count) axes are given, not one")
    }
    let layout = AxisLayout(try normalizedAxis(axis, rank: tensor.rank), of: tensor.shape)
    let excludesOwn = try context.value(of: Operators.excludesOwn)
    let isReverse = try context.value(of: Operators.isReverse)
    guard tensor.count > 0 else { return [tensor] }
    let steps = isReverse ? Array((0..<layout.extent).reversed()) : Array(0..<layout.extent)
    return [
      tensor.withScalars(of: Scalar.self) { x in
        Tensor(of: Scalar.self, shape: tensor.shape) { result in
          for row in 0..<layout.rows {
            let starts = steps.map { (row * layout.extent + $0) * layout.width }
            gather(x, into: result, starts, width: layout.width, excludesOwn: excludesOwn)
          }
        }
      }
    ]
  }

  /// Sets the results of some runs of `width` elements, each of which gathers those before it.
  private static func gather<Scalar: NumericScalar>(
    _ x: UnsafeBufferPointer<Scalar>, into result: UnsafeMutableBufferPointer<Scalar>,
    _ starts: [Int], width: Int, excludesOwn: Bool
  ) {
    var totals = [Scalar.Accumulator](repeating: initial(Scalar.Accumulator.self), count: width)
    for start in starts {
      for column in 0..<width {
        let total = add(totals[column], x[start + column].accumulator)
        result[start + column] = Scalar(excludesOwn ? totals[column] : total)
        totals[column] = total
      }
    }
  }
}

extension OperatorDefinition {
  fileprivate static func cumulation<Function: Cumulation>(
    _ name: String, _ function: Function.Type, _ versions: [Int]
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: versions,
        inputs: [.required("x", "T"), .required("axis", "T2")], outputs: [.required("y", "T")],
        attributes: [excludesOwn.declaration, isReverse.declaration],
        constraints: [
          "T": .tensors([.floats, .indices, ElementTypes([.uint32, .uint64])]),
          "T2": .tensors(.indices),
        ]),
      inferTypes: sameAsFirstInput, evaluate: numeric(Function.self))
  }
}
