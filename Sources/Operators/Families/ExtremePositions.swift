import IR
import Tensors

extension OperatorFamily {
  /// Operators that find where along an axis the greatest or the least element is.
  static let extremePositions = OperatorFamily(
    "extreme positions",
    [.extremePosition("ArgMax", ArgMax.self), .extremePosition("ArgMin", ArgMin.self)])
}

private let axis = AttributeKey<Int>("axis", default: 0)
private let keepsAxis = AttributeKey<Bool>("keepdims", default: true)
private let takesLast = AttributeKey<Bool>("select_last_index", default: false)

private protocol ExtremePosition: NumericKernel {
  /// Whether `x` takes the place of the extreme so far.
  static func isBetter<Scalar: NumericScalar>(_ x: Scalar, than extreme: Scalar) -> Bool
}

private enum ArgMax: ExtremePosition {
  static func isBetter<Scalar: NumericScalar>(_ x: Scalar, than extreme: Scalar) -> Bool {
    x > extreme
  }
}

private enum ArgMin: ExtremePosition {
  static func isBetter<Scalar: NumericScalar>(_ x: Scalar, than extreme: Scalar) -> Bool {
    x < extreme
  }
}

extension ExtremePosition {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let axis = try context.value(of: Operators.axis)
    let layout = AxisLayout(try normalizedAxis(axis, rank: tensor.rank), of: tensor.shape)
    let plan = try ReductionPlan(
      tensor.shape, axes: [axis], keepsAxes: try context.value(of: keepsAxis))
    let count = try context.checkOutput(.int64, shape: plan.shape)
    guard layout.extent > 0 || count == 0 else {
      throw OperatorError(
        .invalidValue, "axis \(axis) of a tensor of shape \(tensor.shape) has no elements")
    }
    let takesLast = try context.value(of: Operators.takesLast)
    return [
      tensor.withScalars(of: Scalar.self) { x in
        Tensor(of: Int64.self, shape: plan.shape) { result in
          for row in 0..<layout.rows {
            find(x, layout, row, takesLast: takesLast, into: result)
          }
        }
      }
    ]
  }

  /// Sets the positions of one row before the axis; the first NaN counts as extreme.
  private static func find<Scalar: NumericScalar>(
    _ x: UnsafeBufferPointer<Scalar>, _ layout: AxisLayout, _ row: Int, takesLast: Bool,
    into result: UnsafeMutableBufferPointer<Int64>
  ) {
    let first = row * layout.extent * layout.width
    for column in 0..<layout.width {
      var (position, extreme) = (0, x[first + column])
      for step in 0..<layout.extent {
        let element = x[first + step * layout.width + column]
        let isFirstNaN = element != element && extreme == extreme
        if isFirstNaN || isBetter(element, than: extreme) || takesLast && element == extreme {
          (position, extreme) = (step, element)
        }
      }
      result[row * layout.width + column] = Int64(position)
    }
  }
}

extension OperatorDefinition {
  fileprivate static func extremePosition<Function: ExtremePosition>(
    _ name: String, _ function: Function.Type
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [1, 11, 12, 13], inputs: [.required("data", "T")],
        outputs: [.required("reduced", "tensor(int64)")],
        attributes: [axis.declaration, keepsAxis.declaration, takesLast.declaration],
        constraints: ["T": .tensors(.numeric)]),
      inferTypes: { context throws(OperatorError) in
        guard let shape = context.shape(0) else { return [.tensor(.int64)] }
        let axes = [try context.value(of: axis)]
        let keepsAxis = try context.value(of: keepsAxis)
        return [.tensor(.int64, try reducedShape(of: shape, axes: axes, keepsAxes: keepsAxis))]
      },
      evaluate: numeric(Function.self))
  }
}
