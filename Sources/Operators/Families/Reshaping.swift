import IR
import Tensors

extension OperatorFamily {
  /// Operators that give the same elements another shape, or repeat them along axes.
  static let reshaping = OperatorFamily(
    "reshaping", [.reshape, .flatten, .squeeze, .unsqueeze, .identity, .expand])
}

/// The most axes that a shape is given: far beyond any model, yet small enough for every loop.
private let maximumRank = 1024

/// Returns a kernel that gives the first input another shape and copies nothing.
private func reshaping(
  _ shape: @escaping @Sendable (borrowing KernelContext, Tensor) throws(OperatorError) -> [Int]
) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    let tensor = try context.tensor(0)
    let shape = try shape(context, tensor)
    guard let result = tensor.reshaped(to: shape) else {
      throw OperatorError(
        .incompatibleShapes, "\(tensor.count) elements do not fill the shape \(shape)",
        remedy: "the input has the shape \(tensor.shape)")
    }
    return [.tensor(result)]
  }
}

/// Returns what is known of the first input under another shape.
private func reshaped(_ context: borrowing InferenceContext, to shape: Shape) -> InferredValue {
  let elements = context.elements(0)?.elements
  let known = shape.extents.flatMap { extents in
    elements.flatMap { SymbolicTensor(shape: extents, elements: $0) }
  }
  return InferredValue(.tensor(context.elementType(0), shape), elements: known)
}

// MARK: - Reshape

private enum Reshape {
  static let allowZero = AttributeKey<Int>("allowzero", default: 0)

  /// Returns the shape that `target` asks for: 0 copies an extent unless allowed, -1 is inferred.
  static func resolve(
    _ target: [Int], for shape: [Int], allowsZero: Bool
  ) throws(OperatorError) -> [Int] {
    let resolved = try resolve(Shape(target), for: Shape(shape), allowsZero: allowsZero)
    guard let extents = resolved.extents else {
      throw OperatorError(.incompatibleShapes, "shape \(shape) cannot become \(target)")
    }
    return extents
  }

  /// Returns the shape that `target` asks for, as far as it is known.
  static func resolve(
    _ target: Shape, for shape: Shape?, allowsZero: Bool
  ) throws(OperatorError) -> Shape {
    guard target.rank <= maximumRank else {
      throw OperatorError(
        .limitExceeded, "a shape has \(target.rank) axes; at most 1024 are allowed")
    }
    var result = target
    var inferredAxis: Int?
    // Extents that are copied are the same on both sides, known or not.
    var copied: Set<Int> = []
    for axis in 0..<target.rank {
      switch target[axis] {
      case .fixed(0) where !allowsZero:
        result[axis] = try copiedExtent(axis, of: shape, to: target)
        copied.insert(axis)
      case .fixed(-1):
        guard inferredAxis == nil else {
          throw OperatorError(.invalidValue, "-1 stands twice in the shape \(target)")
        }
        inferredAxis = axis
        result[axis] = .unknown
      case .fixed(let extent) where extent < -1:
        throw OperatorError(.invalidValue, "the shape \(target) has a negative extent")
      default: break
      }
    }
    guard let shape else { return result }
    inferredAxis = inferredAxis ?? onlyUnknownAxis(of: result)
    let rest = (0..<shape.rank).filter { !copied.contains($0) }.map { shape[$0] }
    let others = (0..<result.rank).filter { !copied.contains($0) && $0 != inferredAxis }
    let extents = others.map { result[$0] }
    if let inferredAxis {
      result[inferredAxis] = try quotient(of: rest, by: extents, from: shape, to: target)
    } else {
      try checkEqual(rest, extents, from: shape, to: target)
    }
    return result
  }

  /// Returns the axis whose extent is decided by the others, whatever number stands for it.
  ///
  /// Beside an extent of 0 any other would do, so the others must be known numbers.
  private static func onlyUnknownAxis(of shape: Shape) -> Int? {
    let axes = shape.dimensions.indices.filter { shape[$0].fixedValue ?? 0 == 0 }
    return axes.count == 1 && shape[axes[0]] == .unknown ? axes[0] : nil
  }

  private static func copiedExtent(
    _ axis: Int, of shape: Shape?, to target: Shape
  ) throws(OperatorError) -> Dimension {
    guard let shape else { return .unknown }
    guard axis < shape.rank else {
      throw OperatorError(
        .invalidValue, "0 at \(axis) of the shape \(target) copies an axis that is not there",
        remedy: "the input has the shape \(shape)")
    }
    return shape[axis]
  }

  /// Returns the extent for -1: what is left of the elements when the other axes have their share.
  private static func quotient(
    of extents: [Dimension], by others: [Dimension], from shape: Shape, to target: Shape
  ) throws(OperatorError) -> Dimension {
    var (extents, divisors) = (extents, others)
    divisors.removeAll { divisor in
      guard divisor != .unknown, divisor != .fixed(0),
        let index = extents.firstIndex(of: divisor)
      else { return false }
      extents.remove(at: index)
      return true
    }
    let total = extents.product()
    let divisor = divisors.product()
    switch (total, divisor) {
    case (_, .fixed(0)):
      throw OperatorError(
        .incompatibleShapes, "-1 in the shape \(target) cannot be inferred beside an extent of 0")
    case (.fixed(let total), .fixed(let divisor)):
      guard total % divisor == 0 else {
        throw OperatorError(.incompatibleShapes, "shape \(shape) cannot become \(target)")
      }
      return .fixed(total / divisor)
    default: return total.floorDivided(by: divisor)
    }
  }

  private static func checkEqual(
    _ left: [Dimension], _ right: [Dimension], from shape: Shape, to target: Shape
  ) throws(OperatorError) {
    if case (.fixed(let before), .fixed(let after)) = (
      left.product(), right.product()
    ), before != after {
      throw OperatorError(.incompatibleShapes, "shape \(shape) cannot become \(target)")
    }
  }
}

extension OperatorDefinition {
  /// Gives a tensor another shape.
  fileprivate static let reshape = OperatorDefinition(
    OperatorSchema(
      "Reshape", versions: [1, 5, 13, 14, 19, 21, 23, 24, 25],
      inputs: [.required("data", "T"), .required("shape", "tensor(int64)")],
      outputs: [.required("reshaped", "T")], attributes: [Reshape.allowZero.declaration],
      constraints: ["T": .tensors(.common)]),
    upgrades: [
      .dropping(["consumed_inputs"], at: 5),
      OperatorUpgrade(to: 5) { graph, node throws(OperatorError) in
        // Without the attribute the first version reshapes to a scalar: an empty list of extents.
        let shape = try graph[node].attributes.value(of: OptionalAttributeKey<[Int]>("shape")) ?? []
        graph.update(node) { $0.attributes["shape"] = nil }
        let tensor = Tensor(shape: [shape.count], scalars: shape.map(Int64.init))
        graph.setInput(1, of: node, toConstant: tensor)
      },
    ],
    inferTypes: { context throws(OperatorError) in
      let target: Shape
      if let elements = context.elements(1)?.elements {
        target = Shape(elements)
      } else if let integers = context.integers(1) {
        target = Shape(integers)
      } else if let rank = context.shape(1)?.dimensions.first?.fixedValue, rank >= 0, rank < 64 {
        target = Shape([Dimension](repeating: .unknown, count: rank))
      } else {
        return [.tensor(context.elementType(0))]
      }
      let shape = try Reshape.resolve(
        target, for: context.shape(0), allowsZero: try context.value(of: Reshape.allowZero) == 1)
      return [reshaped(context, to: shape)]
    },
    evaluate: reshaping { context, tensor throws(OperatorError) in
      try Reshape.resolve(
        try context.integers(1), for: tensor.shape,
        allowsZero: try context.value(of: Reshape.allowZero) == 1)
    })
}

// MARK: - Flatten

private enum Flatten {
  static let axis = AttributeKey<Int>("axis", default: 1)

  static func split(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard (0...rank).contains(position) else {
      throw OperatorError(
        .invalidAttribute, "axis \(axis) is out of range for a tensor of rank \(rank)",
        remedy: "use an axis from \(-rank) to \(rank)")
    }
    return position
  }
}

extension OperatorDefinition {
  /// Makes a matrix of a tensor.
  fileprivate static let flatten = OperatorDefinition(
    OperatorSchema(
      "Flatten", versions: [1, 9, 11, 13, 21, 23, 24, 25], inputs: [.required("input", "T")],
      outputs: [.required("output", "T")], attributes: [Flatten.axis.declaration],
      constraints: ["T": .tensors(.common)]),
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else {
        return [.tensor(context.elementType(0), [.unknown, .unknown])]
      }
      let axis = try Flatten.split(try context.value(of: Flatten.axis), rank: shape.rank)
      let rows = shape.dimensions[..<axis].product()
      return [
        reshaped(context, to: [rows, shape.dimensions[axis...].product()])
      ]
    },
    evaluate: reshaping { context, tensor throws(OperatorError) in
      let axis = try Flatten.split(try context.value(of: Flatten.axis), rank: tensor.rank)
      return [product(tensor.shape[..<axis]), product(tensor.shape[axis...])]
    })
}

// MARK: - Squeeze, Unsqueeze

private enum Squeeze {
  /// Returns the shape without `axes`, without every extent of 1 when they are left out, or nil
  /// when that cannot be told.
  static func shape(_ shape: Shape, without axes: [Int]?) throws(OperatorError) -> Shape? {
    guard let axes else {
      let isKnown = shape.dimensions.allSatisfy { $0.fixedValue != nil }
      return isKnown ? Shape(shape.dimensions.filter { $0 != .fixed(1) }) : nil
    }
    let removed = try normalizedAxes(axes, rank: shape.rank)
    for axis in removed {
      if let extent = shape[axis].fixedValue, extent != 1 {
        throw OperatorError(
          .incompatibleShapes, "axis \(axis) of the shape \(shape) is not 1, but \(extent)")
      }
    }
    return Shape(shape.dimensions.indices.filter { !removed.contains($0) }.map { shape[$0] })
  }
}

private enum Unsqueeze {
  /// Returns the shape with axes of extent 1 at the given places of the result.
  static func shape(_ shape: Shape, with axes: [Int]) throws(OperatorError) -> Shape {
    guard axes.count <= maximumRank else {
      throw OperatorError(.limitExceeded, "\(axes.count) axes are added; at most 1024 are allowed")
    }
    let added = try normalizedAxes(axes, rank: shape.rank + axes.count)
    var result = shape.dimensions
    for axis in added.sorted() { result.insert(.fixed(1), at: axis) }
    return Shape(result)
  }
}

extension OperatorDefinition {
  private static let axisVersions = [1, 11, 13, 21, 23, 24, 25]

  /// Removes axes of extent 1.
  fileprivate static let squeeze = OperatorDefinition(
    OperatorSchema(
      "Squeeze", versions: axisVersions,
      inputs: [.required("data", "T"), .optional("axes", "tensor(int64)")],
      outputs: [.required("squeezed", "T")], constraints: ["T": .tensors(.common)]),
    upgrades: [.attributeToInput("axes", input: 1, at: 13)],
    inferTypes: { context throws(OperatorError) in
      let axes = context.integers(1)
      guard let shape = context.shape(0), axes != nil || !context.hasInput(1),
        let result = try Squeeze.shape(shape, without: axes)
      else { return [.tensor(context.elementType(0))] }
      return [reshaped(context, to: result)]
    },
    evaluate: reshaping { context, tensor throws(OperatorError) in
      let axes = try context.optionalIntegers(1)
      return try Squeeze.shape(Shape(tensor.shape), without: axes)?.extents ?? tensor.shape
    })

  /// Adds axes of extent 1.
  fileprivate static let unsqueeze = OperatorDefinition(
    OperatorSchema(
      "Unsqueeze", versions: axisVersions,
      inputs: [.required("data", "T"), .required("axes", "tensor(int64)")],
      outputs: [.required("expanded", "T")], constraints: ["T": .tensors(.common)]),
    upgrades: [.attributeToInput("axes", input: 1, at: 13)],
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0), let axes = context.integers(1) else {
        return [.tensor(context.elementType(0))]
      }
      return [reshaped(context, to: try Unsqueeze.shape(shape, with: axes))]
    },
    evaluate: reshaping { context, tensor throws(OperatorError) in
      let axes = try context.integers(1)
      return try Unsqueeze.shape(Shape(tensor.shape), with: axes).extents ?? tensor.shape
    })
}

// MARK: - Identity

extension OperatorDefinition {
  /// Returns what it is given.
  fileprivate static let identity = OperatorDefinition(
    OperatorSchema(
      "Identity", versions: [1, 13, 14, 16, 19, 21, 23, 24, 25],
      inputs: [.required("input", "V")], outputs: [.required("output", "V")],
      constraints: [
        "V": TypeConstraint(
          tensors: .common, sequences: .classic, optionals: .classic, optionalSequences: .classic)
      ]),
    inferTypes: { context in context.inputs.first.map { [$0 ?? .unknown] } ?? [] },
    evaluate: { context throws(OperatorError) in
      guard let value = context.inputs.first ?? nil else {
        throw OperatorError(.missingInput, "input 0 is missing")
      }
      return [value]
    })
}

// MARK: - Expand

private enum Expand: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let shape = try broadcastShape(of: [input.shape, try context.integers(1)])
    try context.checkOutput(of: Element.self, shape: shape)
    let added = [Int](repeating: 0, count: shape.count - input.shape.count)
    let strides =
      added + zip(input.shape, rowMajorStrides(of: input.shape)).map { $0 == 1 ? 0 : $1 }
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        input.withElements(of: Element.self) { source in
          StridedCopy(extents: shape, sourceStrides: strides).run(from: source, to: result)
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Repeats a tensor along axes of extent 1 until it has a shape that it broadcasts to.
  fileprivate static let expand = OperatorDefinition(
    OperatorSchema(
      "Expand", versions: [8, 13],
      inputs: [.required("input", "T"), .required("shape", "tensor(int64)")],
      outputs: [.required("output", "T")],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0), let target = context.elements(1)?.elements else {
        return [.tensor(context.elementType(0))]
      }
      let result = try broadcastShape(of: [shape, Shape(target)])
      guard let value = context.elements(0)?.elements, value.count == 1,
        let extents = result.extents, let count = Tensor.elementCount(of: extents),
        count <= SymbolicTensor.maximumCount
      else { return [.tensor(context.elementType(0), result)] }
      let elements = [Dimension](repeating: value[0], count: count)
      return [
        InferredValue(
          .tensor(context.elementType(0), result),
          elements: SymbolicTensor(shape: extents, elements: elements))
      ]
    },
    evaluate: movement(Expand.self))
}
