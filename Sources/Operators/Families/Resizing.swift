import IR
import Tensors

extension OperatorFamily {
  /// Operators that resize images and other signals.
  static let resizing = OperatorFamily("resizing", [.resize, .upsample])
}

// MARK: - Execution

private enum NearestResize: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    var tensor = data[0]
    let plan = try ResizePlan(context, of: tensor.shape)
    guard !plan.shape.contains(0) else {
      try context.checkOutput(of: Element.self, shape: plan.shape)
      return [MovableTensor(of: Element.self, shape: plan.shape) { _ in }]
    }
    let constant = data[1].withElements(of: Element.self) { $0[0] }
    for (axis, table) in plan.passes {
      let layout = AxisLayout(axis, of: tensor.shape)
      var shape = tensor.shape
      shape[axis] = plan.shape[axis]
      try context.checkOutput(of: Element.self, shape: shape)
      tensor = MovableTensor(of: Element.self, shape: shape) { result in
        tensor.withElements(of: Element.self) { source in
          table.copyNearest(from: source, layout, to: result, outside: constant)
        }
      }
    }
    return [tensor]
  }
}

private enum InterpolatedResize: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    var tensor = try context.tensor(0)
    let plan = try ResizePlan(context, of: tensor.shape)
    guard !plan.shape.contains(0) else {
      try context.checkOutput(Scalar.elementType, shape: plan.shape)
      return [Tensor(of: Scalar.self, shape: plan.shape) { _ in }]
    }
    for (index, (axis, table)) in plan.passes.enumerated() {
      let layout = AxisLayout(axis, of: tensor.shape)
      var shape = tensor.shape
      shape[axis] = plan.shape[axis]
      try context.checkOutput(Scalar.elementType, shape: shape)
      let isLast = index == plan.passes.count - 1
      tensor = tensor.withScalars(of: Scalar.self) { source in
        Tensor(of: Scalar.self, shape: shape) { result in
          table.interpolate(from: source, layout, to: result)
          if isLast { extrapolate(result, plan) }
        }
      }
    }
    return [tensor]
  }

  /// An element is outside when it is along any axis: decided when all axes have been resized.
  private static func extrapolate<Scalar: RealScalar>(
    _ result: UnsafeMutableBufferPointer<Scalar>, _ plan: ResizePlan
  ) {
    for (axis, table) in plan.passes {
      let layout = AxisLayout(axis, of: plan.shape)
      table.extrapolate(result, layout, with: Scalar(plan.extrapolationValue))
    }
  }
}

/// Resizes, in float64 and rounded to the nearest when the elements are integers.
private func resize(_ context: borrowing KernelContext) throws(OperatorError) -> [RuntimeValue] {
  let tensor = try context.tensor(0)
  let type = tensor.elementType
  if try context.value(of: Resize.mode) == "nearest" {
    let value = Tensor(scalar: try context.value(of: Resize.extrapolationValue))
    let constant = type == .string ? .zero(of: type) : value.converted(to: type)
    let inputs = context.inputs + [RuntimeValue.tensor(constant)]
    return try movement(NearestResize.self) { [0, $0.inputs.count - 1] }(
      context.replacingInputs(inputs))
  }
  if type.isFloatingPoint { return try real(InterpolatedResize.self)(context) }
  guard type.isInteger else {
    throw OperatorError(
      .invalidType, "elements of \(type) cannot be interpolated",
      remedy: "use the mode \"nearest\"")
  }
  var inputs = context.inputs
  inputs[0] = .tensor(tensor.converted(to: .float64))
  let outputs = try real(InterpolatedResize.self)(context.replacingInputs(inputs))
  return outputs.map { $0.tensor.map { .tensor(rounded($0, to: type)) } ?? $0 }
}

/// Returns float64 numbers as integers: rounded to even, and brought into the range of the type.
private func rounded(_ tensor: Tensor, to type: ElementType) -> Tensor {
  let bits = type.kind == .signedInteger ? type.bitWidth - 1 : type.bitWidth
  // The largest number of 63 or 64 bits that a double holds exactly.
  let limit =
    bits > 53
    ? Double(sign: .plus, exponent: bits, significand: 1).nextDown
    : Double(sign: .plus, exponent: bits, significand: 1) - 1
  let least = type.kind == .signedInteger ? -Double(sign: .plus, exponent: bits, significand: 1) : 0
  return mapped(tensor, from: Double.self, to: Double.self) {
    min(max($0.rounded(.toNearestOrEven), least), limit)
  }.converted(to: type)
}

// MARK: - Types

/// Returns the shape that a resize leaves, as far as it is known.
private func resizedShape(
  _ context: borrowing InferenceContext, _ shape: Shape
) throws(OperatorError) -> Shape {
  let axes = try Resize.axes(of: context.node, rank: shape.rank)
  let policy = try context.value(of: Resize.aspectPolicy)
  let extents = Shape(axes.map { shape[$0] })
  var result = shape
  for axis in axes { result[axis] = .unknown }
  if let tensor = context.constant(2), tensor.encoding == .dense, tensor.count > 0 {
    let scales = try Resize.scales(tensor)
    guard scales.count == axes.count else {
      throw OperatorError(
        .incompatibleShapes, "\(scales.count) scales are given for \(axes.count) axes")
    }
    for (axis, scale) in zip(axes, scales) { result[axis] = try scaled(shape[axis], by: scale) }
  } else if let sizes = context.elements(3)?.elements, sizes.count == axes.count, !sizes.isEmpty {
    if policy == "stretch" {
      for (axis, size) in zip(axes, sizes) { result[axis] = size }
    } else if let sizes = Shape(sizes).extents, let extents = extents.extents {
      let resizings = try Resize.resizings(
        .sizes(sizes), of: extents, axes: Array(axes.indices), policy: policy)
      for (axis, resizing) in zip(axes, resizings) { result[axis] = .fixed(resizing.output) }
    }
  }
  return result
}

private func scaled(_ extent: Dimension, by scale: Float) throws(OperatorError) -> Dimension {
  if let extent = extent.fixedValue { return .fixed(try Resize.scaled(extent, by: scale)) }
  guard let factor = Int(exactly: scale) else { return .unknown }
  return extent * .fixed(factor)
}

// MARK: - Definitions

extension OperatorDefinition {
  /// Resizes along axes by taking the nearest elements or interpolating between several.
  fileprivate static let resize = OperatorDefinition(
    OperatorSchema(
      "Resize", versions: [10, 11, 13, 18, 19],
      inputs: [
        .required("X", "T1"), .optional("roi", "T2"), .optional("scales", "tensor(float)"),
        .optional("sizes", "tensor(int64)"),
      ],
      outputs: [.required("Y", "T1")],
      attributes: [
        Resize.antialias.declaration, Resize.axes.declaration, Resize.coordinateMode.declaration,
        Resize.cubicCoefficient.declaration, Resize.excludeOutside.declaration,
        Resize.extrapolationValue.declaration, Resize.aspectPolicy.declaration,
        Resize.mode.declaration, Resize.nearestMode.declaration,
      ],
      constraints: ["T1": .tensors([.classic, .bfloat16]), "T2": .tensors(.ieeeFloats)]),
    upgrades: [
      OperatorUpgrade(to: 11) { graph, node in
        let inputs = graph.inputs(of: node)
        guard inputs.count > 1 else { return }
        let mode = nearestMode(of: inputs[1].flatMap { graph.constant(of: $0) })
        graph.setInputs([inputs[0], nil, inputs[1]], of: node)
        graph.update(node) { $0.attributes = asymmetric($0.attributes, mode) }
      }
    ],
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
      return [.tensor(context.elementType(0), try resizedShape(context, shape))]
    },
    evaluate: { context throws(OperatorError) in try Operators.resize(context) })

  /// The operator that Resize replaced.
  fileprivate static let upsample = OperatorDefinition(
    OperatorSchema(
      "Upsample", versions: [1, 7, 9, 10],
      inputs: [.required("X", "T"), .required("scales", "tensor(float)")],
      outputs: [.required("Y", "T")], attributes: [Resize.mode.declaration],
      constraints: ["T": .tensors(.classic)]),
    upgrades: [
      OperatorUpgrade(to: 7) { graph, node throws(OperatorError) in
        let attributes = graph[node].attributes
        let height = try attributes.value(of: AttributeKey<Float>("height_scale"))
        let width = try attributes.value(of: AttributeKey<Float>("width_scale"))
        let isLinear = attributes["mode"] == .string("bilinear")
        graph.update(node) {
          $0.attributes = ["scales": .floats([1, 1, height, width])]
          $0.attributes["mode"] = isLinear ? .string("linear") : attributes["mode"]
        }
      },
      OperatorUpgrade(to: 9) { graph, node throws(OperatorError) in
        let scales = try graph[node].attributes.value(of: AttributeKey<[Float]>("scales"))
        graph.update(node) { $0.attributes["scales"] = nil }
        graph.setInput(1, of: node, toConstant: Tensor(shape: [scales.count], scalars: scales))
      },
      OperatorUpgrade(to: 10) { graph, node in
        graph.update(node) { $0.operatorID = OperatorID("Resize", version: 10) }
      },
    ],
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
      let resizing = InferenceContext(
        node: context.node, inputs: [context.inputs[0], nil, context.inputs[1]],
        constants: [nil, nil, context.constant(1)])
      return [.tensor(context.elementType(0), try resizedShape(resizing, shape))]
    },
    evaluate: { context throws(OperatorError) in
      var node = context.node
      node.attributes = asymmetric(node.attributes, nearestMode(of: try context.tensor(1)))
      return try Operators.resize(
        KernelContext(
          node: node, inputs: [context.inputs[0], nil, context.inputs[1]],
          precision: context.precision, memoryLimit: context.memoryLimit))
    })

  /// Returns the attributes for what the first version of the operator computed.
  private static func asymmetric(_ attributes: Attributes, _ nearestMode: String) -> Attributes {
    var result = attributes
    result["coordinate_transformation_mode"] = .string("asymmetric")
    result["nearest_mode"] = .string(ByteString(nearestMode))
    return result
  }

  /// The first version left the choice open; engines round up where the tensor becomes smaller.
  private static func nearestMode(of scales: Tensor?) -> String {
    guard let scales, scales.encoding == .dense, let scales = try? Resize.scales(scales),
      scales.contains(where: { $0 < 1 }), scales.allSatisfy({ $0 <= 1 })
    else { return "floor" }
    return "ceil"
  }
}
