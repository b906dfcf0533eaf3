import IR
import Tensors

extension OperatorFamily {
  /// Operators that write elements to places that a tensor of indices names.
  static let scattering = OperatorFamily("scattering", [.scatterElements, .scatterND, .scatter])
}

private let scatterAxis = AttributeKey<Int>("axis", default: 0)
private let scatterReduction = AttributeKey<String>("reduction", default: "none")

/// Where the updates go, one after another: pairs of a place in the data and a run of updates.
private protocol ScatterPlan: SendableMetatype {
  init(_ context: borrowing KernelContext) throws(OperatorError)

  /// Calls `body` with the place of each run in the data, in the updates, and its length.
  func forEachRun(_ body: (_ place: Int, _ update: Int, _ count: Int) -> Void)
    throws(OperatorError)
}

/// The plan of ScatterElements: each run is one element.
private struct ElementScatter: ScatterPlan {
  private let indices: [Int]
  private let shape: [Int]
  private let strides: [Int]
  private let step: Int
  private let extent: Int

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let data = try context.tensor(0)
    shape = try context.tensor(1).shape
    indices = try context.integers(1)
    let axis = try normalizedAxis(try context.value(of: scatterAxis), rank: data.rank)
    try checkElementIndices(shape, of: data.shape, along: axis)
    let updates = try context.tensor(2)
    guard updates.shape == shape else {
      throw OperatorError(
        .incompatibleShapes,
        "updates of shape \(updates.shape) do not match indices of shape \(shape)")
    }
    var strides = rowMajorStrides(of: data.shape)
    step = strides[axis]
    extent = data.shape[axis]
    strides[axis] = 0
    self.strides = strides
  }

  func forEachRun(_ body: (Int, Int, Int) -> Void) throws(OperatorError) {
    try forEachOffset(in: shape, strides, rowMajorStrides(of: shape)) {
      (base, position) throws(OperatorError) in
      let index = try normalizedIndex(indices[position], extent: extent)
      body(base + index * step, position, 1)
    }
  }
}

/// The plan of ScatterND: each run is a slice.
private struct SliceScatter: ScatterPlan {
  private let indices: [Int]
  private let layout: CoordinateLayout

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let data = try context.tensor(0)
    let list = try context.tensor(1)
    indices = try list.integers
    layout = try CoordinateLayout(of: data.shape, indices: list.shape, batchAxes: 0)
    let expected = list.shape.dropLast() + data.shape.dropFirst(layout.extents.count)
    let updates = try context.tensor(2)
    guard updates.shape == Array(expected) else {
      throw OperatorError(
        .incompatibleShapes, "updates have the shape \(updates.shape), not \(Array(expected))")
    }
  }

  func forEachRun(_ body: (Int, Int, Int) -> Void) throws(OperatorError) {
    for coordinate in 0..<layout.coordinates {
      let place = try layout.offset(of: coordinate, in: indices)
      body(place, coordinate * layout.width, layout.width)
    }
  }
}

/// Replaces elements, whatever their type.
private enum Replacement<Plan: ScatterPlan>: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let plan = try Plan(context)
    try context.checkOutput(of: Element.self, shape: data[0].shape)
    return [
      try MovableTensor(of: Element.self, shape: data[0].shape) { (result) throws(OperatorError) in
        data[0].withElements(of: Element.self) { source in
          StridedCopy(extents: [source.count], sourceStrides: [1]).run(from: source, to: result)
        }
        try data[1].withElements(of: Element.self) { (updates) throws(OperatorError) in
          try plan.forEachRun { place, update, count in
            for index in 0..<count { result[place + index] = updates[update + index] }
          }
        }
      }
    ]
  }
}

/// Combines numbers with those that are there, in the order of the updates.
private enum Reduction<Plan: ScatterPlan>: NumericKernel {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    switch try context.value(of: scatterReduction) {
    case "add": try reduced(context, in: Scalar.self) { Scalar.sum($0, $1) }
    case "mul": try reduced(context, in: Scalar.self) { Scalar.product($0, $1) }
    case "max": try reduced(context, in: Scalar.self) { max($0, $1) }
    case "min": try reduced(context, in: Scalar.self) { min($0, $1) }
    case let name:
      throw OperatorError(
        .invalidAttribute, "reduction is \"\(name)\"",
        remedy: "use \"none\", \"add\", \"mul\", \"max\" or \"min\"")
    }
  }

  @inline(__always)
  private static func reduced<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type,
    _ combine: (Scalar, Scalar) -> Scalar
  ) throws(OperatorError) -> [Tensor] {
    let plan = try Plan(context)
    let data = try context.tensor(0)
    let updates = try context.tensor(2)
    return [
      try Tensor(of: Scalar.self, shape: data.shape) { (result) throws(OperatorError) in
        data.withScalars(of: Scalar.self) { source in
          _ = result.initialize(from: source)
        }
        try updates.withScalars(of: Scalar.self) { (updates) throws(OperatorError) in
          try plan.forEachRun { place, update, count in
            for index in 0..<count {
              result[place + index] = combine(result[place + index], updates[update + index])
            }
          }
        }
      }
    ]
  }
}

private func scattering<Plan: ScatterPlan>(_ plan: Plan.Type) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    try context.value(of: scatterReduction) == "none"
      ? try movement(Replacement<Plan>.self) { _ in [0, 2] }(context)
      : try numeric(Reduction<Plan>.self)(context)
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  private static let elementInputs: [Parameter] = [
    .required("data", "T"), .required("indices", "Tind"), .required("updates", "T"),
  ]

  /// Writes single elements along one axis.
  fileprivate static let scatterElements = OperatorDefinition(
    OperatorSchema(
      "ScatterElements", versions: [11, 13, 16, 18], inputs: elementInputs,
      outputs: [.required("output", "T")],
      attributes: [scatterAxis.declaration, scatterReduction.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16]), "Tind": .tensors(.indices)]),
    inferTypes: sameAsFirstInput, evaluate: scattering(ElementScatter.self))

  /// Writes slices at coordinates.
  fileprivate static let scatterND = OperatorDefinition(
    OperatorSchema(
      "ScatterND", versions: [11, 13, 16, 18],
      inputs: [
        .required("data", "T"), .required("indices", "tensor(int64)"), .required("updates", "T"),
      ],
      outputs: [.required("output", "T")], attributes: [scatterReduction.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: sameAsFirstInput, evaluate: scattering(SliceScatter.self))

  /// The operator that ScatterElements replaced.
  fileprivate static let scatter = OperatorDefinition(
    OperatorSchema(
      "Scatter", versions: [9, 11], inputs: elementInputs, outputs: [.required("output", "T")],
      attributes: [scatterAxis.declaration],
      constraints: ["T": .tensors(.classic), "Tind": .tensors(.indices)]),
    upgrades: [
      OperatorUpgrade(to: 11) { graph, node in
        graph.update(node) { $0.operatorID = OperatorID("ScatterElements", version: 11) }
      }
    ],
    inferTypes: sameAsFirstInput, evaluate: scattering(ElementScatter.self))
}
