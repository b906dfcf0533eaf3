import IR
import Tensors

extension OperatorFamily {
  /// Operators that compute with shapes rather than with elements.
  static let shapeInformation = OperatorFamily(
    "shape information", [.shape, .size, .constantOfShape, .range])
}

// MARK: - Shape, Size

private enum ShapeOf {
  static let start = AttributeKey<Int>("start", default: 0)
  static let end = OptionalAttributeKey<Int>("end")

  /// Returns the axes that `start` and `end` select, each counted from the end when negative and
  /// brought into the range of the axes.
  static func axes(start: Int, end: Int?, rank: Int) -> Range<Int> {
    func place(_ axis: Int) -> Int { min(max(axis < 0 ? axis + rank : axis, 0), rank) }
    let first = place(start)
    return first..<max(first, place(end ?? rank))
  }
}

extension OperatorDefinition {
  /// Returns the extents of a tensor.
  fileprivate static let shape = OperatorDefinition(
    OperatorSchema(
      "Shape", versions: [1, 13, 15, 19, 21, 23, 24, 25], inputs: [.required("data", "T")],
      outputs: [.required("shape", "T1")],
      attributes: [ShapeOf.end.declaration, ShapeOf.start.declaration],
      constraints: ["T": .tensors(.common), "T1": .tensors(.int64)]),
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else { return [.tensor(.int64, [.unknown])] }
      let axes = ShapeOf.axes(
        start: try context.value(of: ShapeOf.start), end: try context.value(of: ShapeOf.end),
        rank: shape.rank)
      return [
        InferredValue(
          .tensor(.int64, Shape([axes.count])),
          elements: SymbolicTensor(
            shape: [axes.count], elements: Array(shape.dimensions[axes])))
      ]
    },
    evaluate: { context throws(OperatorError) in
      let shape = try context.tensor(0).shape
      let axes = ShapeOf.axes(
        start: try context.value(of: ShapeOf.start), end: try context.value(of: ShapeOf.end),
        rank: shape.count)
      return [.tensor(Tensor(shape: [axes.count], scalars: shape[axes].map(Int64.init)))]
    })

  /// Returns the number of elements of a tensor.
  fileprivate static let size = OperatorDefinition(
    OperatorSchema(
      "Size", versions: [1, 13, 19, 21, 23, 24, 25], inputs: [.required("data", "T")],
      outputs: [.required("size", "T1")],
      constraints: ["T": .tensors(.common), "T1": .tensors(.int64)]),
    inferTypes: { context in
      let count = context.shape(0)?.dimensions.product()
      return [
        InferredValue(
          .tensor(.int64, []),
          elements: count.flatMap { SymbolicTensor(shape: [], elements: [$0]) })
      ]
    },
    evaluate: { context throws(OperatorError) in
      [.tensor(Tensor(scalar: Int64(try context.tensor(0).count)))]
    })
}

// MARK: - ConstantOfShape

private enum ConstantOfShape: MovementKernel {
  static let value = OptionalAttributeKey<Tensor>("value")

  /// Returns the one element that fills the result: the attribute, or a zero of float32.
  static func element(_ value: Tensor?) throws(OperatorError) -> Tensor {
    guard let value else { return Tensor(scalar: 0 as Float) }
    guard value.elementType != .string, value.elementType.kind != .complex else {
      throw OperatorError(.invalidType, "value is of \(value.elementType)")
    }
    guard let scalar = value.reshaped(to: []) else {
      throw OperatorError(
        .invalidAttribute, "value holds \(value.count) elements; it takes one")
    }
    return scalar
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let shape = try context.integers(1)
    try context.checkOutput(of: Element.self, shape: shape)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        data[0].withElements(of: Element.self) { result.update(repeating: $0[0]) }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Fills a tensor of a given shape with one element.
  fileprivate static let constantOfShape = OperatorDefinition(
    OperatorSchema(
      "ConstantOfShape", versions: [9, 20, 21, 23, 24, 25], inputs: [.required("input", "T1")],
      outputs: [.required("output", "T2")], attributes: [ConstantOfShape.value.declaration],
      constraints: [
        "T1": .tensors(.int64),
        "T2": .tensors(ElementTypes.common.subtracting([.complex, .string])),
      ]),
    inferTypes: { context throws(OperatorError) in
      let element = try ConstantOfShape.element(try context.value(of: ConstantOfShape.value))
      guard let extents = context.elements(0)?.elements else {
        guard let rank = context.shape(0)?.dimensions.first?.fixedValue, (0..<64).contains(rank)
        else { return [.tensor(element.elementType)] }
        let shape = Shape([Dimension](repeating: .unknown, count: rank))
        return [.tensor(element.elementType, shape)]
      }
      let shape = Shape(extents)
      guard let fixed = shape.extents, let count = Tensor.elementCount(of: fixed),
        count <= SymbolicTensor.maximumCount, let value = SymbolicTensor(element)?.elements.first
      else { return [.tensor(element.elementType, shape)] }
      let elements = [Dimension](repeating: value, count: count)
      return [
        InferredValue(
          .tensor(element.elementType, shape),
          elements: SymbolicTensor(shape: fixed, elements: elements))
      ]
    },
    evaluate: { context throws(OperatorError) in
      var element = try ConstantOfShape.element(try context.value(of: ConstantOfShape.value))
      element = element.converted(to: context.resultType(for: element.elementType))
      let filling = context.replacingInputs([.tensor(element), .tensor(try context.tensor(0))])
      return try movement(ConstantOfShape.self)(filling)
    })
}

// MARK: - Range

private enum Counting {
  static let stashType = AttributeKey<Int>("stash_type", default: 1)

  /// The numbers from `start` on, computed in 64 bits and rounded once.
  static func evaluate(_ bounds: [Tensor], _ count: Int, as type: ElementType) -> Tensor {
    let numbers =
      bounds[0].elementType == .int64
      ? bounds[0].withScalars(of: Int64.self) { start in
        bounds[2].withScalars(of: Int64.self) { delta in
          Tensor(of: Int64.self, shape: [count]) { result in
            for index in 0..<count { result[index] = start[0] &+ Int64(index) &* delta[0] }
          }
        }
      }
      : bounds[0].withScalars(of: Double.self) { start in
        bounds[2].withScalars(of: Double.self) { delta in
          Tensor(of: Double.self, shape: [count]) { result in
            for index in 0..<count { result[index] = start[0] + Double(index) * delta[0] }
          }
        }
      }
    return numbers.converted(to: type)
  }

  /// Returns a number in 64 bits: int64, or float64 for floating-point numbers.
  static func bound(_ tensor: Tensor) throws(OperatorError) -> Tensor {
    guard tensor.count == 1, let scalar = tensor.reshaped(to: []) else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(tensor.shape) stands where one number is expected"
      )
    }
    return scalar.converted(to: tensor.elementType.isFloatingPoint ? .float64 : .int64)
  }

  /// Returns the number of elements between the bounds: start, limit and delta.
  static func count(_ bounds: [Tensor]) throws(OperatorError) -> Int {
    let count: Int?
    if bounds[0].elementType == .int64 {
      let numbers = bounds.map { $0.withScalars(of: Int64.self) { $0[0] } }
      count = try self.count(from: numbers[0], to: numbers[1], by: numbers[2])
    } else {
      let numbers = bounds.map { $0.withScalars(of: Double.self) { $0[0] } }
      count = try self.count(from: numbers[0], to: numbers[1], by: numbers[2])
    }
    guard let count else {
      throw OperatorError(.invalidValue, "the range has no number of elements")
    }
    return count
  }

  /// Returns the number of elements between bounds that depend on symbols.
  static func count(_ context: borrowing InferenceContext) -> Dimension {
    let known = (0..<3).map { context.elements($0)?.elements ?? [] }
    guard known.allSatisfy({ $0.count == 1 }), let delta = known[2][0].fixedValue, delta > 0 else {
      return .unknown
    }
    return .maximum(0, (known[1][0] - known[0][0]).ceilDivided(by: .fixed(delta)))
  }

  private static func count(
    from start: Int64, to limit: Int64, by delta: Int64
  ) throws(OperatorError) -> Int? {
    guard delta != 0 else { throw OperatorError(.invalidValue, "the delta of the range is 0") }
    guard delta > 0 ? limit > start : limit < start else { return 0 }
    let (high, low) = delta > 0 ? (limit, start) : (start, limit)
    // The distance may need 64 bits without a sign.
    let distance = UInt64(bitPattern: high &- low)
    return Int(exactly: (distance - 1) / delta.magnitude + 1)
  }

  private static func count(
    from start: Double, to limit: Double, by delta: Double
  ) throws(OperatorError) -> Int? {
    guard delta != 0 else { throw OperatorError(.invalidValue, "the delta of the range is 0") }
    let quotient = ((limit - start) / delta).rounded(.up)
    return quotient < 0 ? 0 : Int(exactly: quotient)
  }
}

extension OperatorDefinition {
  /// Counts from one number to another.
  fileprivate static let range = OperatorDefinition(
    OperatorSchema(
      "Range", versions: [11, 27],
      inputs: [.required("start", "T"), .required("limit", "T"), .required("delta", "T")],
      outputs: [.required("output", "T")], attributes: [Counting.stashType.declaration],
      constraints: ["T": .tensors([.floats, ElementTypes([.int16, .int32, .int64])])]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let bounds = rangeBounds(context) else {
        return [.tensor(type, [Counting.count(context)])]
      }
      let count = try Counting.count(bounds)
      guard let start = context.integers(0)?.first, let delta = context.integers(2)?.first,
        count <= SymbolicTensor.maximumCount
      else { return [.tensor(type, Shape([count]))] }
      let elements = (0..<count).map { Dimension.fixed(start &+ $0 &* delta) }
      return [
        InferredValue(
          .tensor(type, Shape([count])),
          elements: SymbolicTensor(shape: [count], elements: elements))
      ]
    },
    evaluate: { context throws(OperatorError) in
      var bounds: [Tensor] = []
      for index in 0..<3 { bounds.append(try Counting.bound(try context.tensor(index))) }
      let count = try Counting.count(bounds)
      try context.checkOutput(.int64, shape: [count])
      let type = try context.tensor(0).elementType
      return [.tensor(Counting.evaluate(bounds, count, as: type))]
    })

  /// Returns start, limit and delta as int64 or float64, where they are known.
  private static func rangeBounds(_ context: borrowing InferenceContext) -> [Tensor]? {
    var bounds: [Tensor] = []
    for index in 0..<3 {
      if let constant = context.constant(index), constant.encoding == .dense, constant.count == 1,
        let bound = try? Counting.bound(constant)
      {
        bounds.append(bound)
      } else if let integers = context.integers(index), integers.count == 1 {
        bounds.append(Tensor(scalar: Int64(integers[0])))
      } else {
        return nil
      }
    }
    return bounds.allSatisfy { $0.elementType == bounds[0].elementType } ? bounds : nil
  }
}
