import IR
import Tensors

extension OperatorFamily {
  /// Operators that the default operator set has as well, or took over later.
  static let renamedOperators = OperatorFamily(
    "renamed operators",
    [
      .convTransposeWithDynamicPads, .dequantizeLinear, .expandDims, .gatherND, .gridSample, .pad,
      .quantizeLinear, .range, .trilu, .unique,
    ])
}

private let axisKey = OptionalAttributeKey<Int>("axis")

private enum Trilu: ComposedOperator {
  static let upper = AttributeKey<Bool>("upper", default: true)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try c("Trilu", c.input(0), c.optionalInput(1), with: c.attributes(["upper"]))]
  }
}

private enum ExpandDims: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let axis = try c("Cast", c.input(1), with: ["to": .int(7)])
    return [try c("Unsqueeze", c.input(0), c("Reshape", axis, c.integers([1])))]
  }
}

private enum GatherND: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try c("GatherND", c.input(0), c("Cast", c.input(1), with: ["to": .int(7)]))]
  }
}

/// `GridSample` with the older names of its modes.
private enum GridSample: ComposedOperator {
  static let mode = AttributeKey<String>("mode", default: "bilinear")

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    var attributes = c.attributes(["align_corners", "padding_mode"])
    let names = ["bilinear": "linear", "bicubic": "cubic"]
    let mode = try c.value(of: mode)
    attributes["mode"] = (names[mode] ?? mode).attribute
    return [try c("GridSample", c.input(0), c.input(1), with: attributes)]
  }
}

/// `Pad` with parameters that may have an axis too many.
private enum Pad: ComposedOperator {
  static let mode = AttributeKey<String>("mode", default: "constant")

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let pads = try c("Reshape", c.input(1), c.integers([-1]))
    var value = try c.optionalInput(2)
    if let given = value { value = try c.scalar(given) }
    return [try c("Pad", c.input(0), pads, value, with: c.attributes(["mode"]))]
  }
}

/// `Range` whose step is 1 unless it is given.
private enum RangeWithDefault: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let start = try c.scalar(c.input(0))
    var step = try c("CastLike", c.constant(Tensor(scalar: 1 as Int32)), start)
    if let given = try c.optionalInput(2) { step = given }
    return [try c("Range", start, c.scalar(c.input(1)), c.scalar(step))]
  }
}

/// The elements in the order in which they first occur, where each came to lie, and how many each
/// one stands for.
private enum Unique: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let outputs = try c.outputs(of: "Unique", [c.input(0)], ["sorted": .int(0)], count: 4)
    return [outputs[0], outputs[2], outputs[3]]
  }
}

private enum QuantizeLinear: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [
      try c(
        "QuantizeLinear", c.input(0), c.input(1), c.optionalInput(2),
        with: c.attributes(["axis", "block_size"]))
    ]
  }
}

private enum DequantizeLinear: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [
      try c(
        "DequantizeLinear", c.input(0), c.input(1), c.optionalInput(2),
        with: c.attributes(["axis", "block_size"]))
    ]
  }
}

/// `ConvTranspose` whose pads are an input.
private enum ConvTranspose: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    var attributes = c.attributes(
      ["auto_pad", "dilations", "group", "kernel_shape", "output_padding", "strides"])
    if let pads = try c.optionalInput(2) {
      guard let pads = try c.knownIntegers(of: pads) else { return [] }
      attributes["pads"] = pads.attribute
    }
    return [
      try c("ConvTranspose", c.input(0), c.input(1), c.optionalInput(3), with: attributes)
    ]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  private static let anyElements = ElementTypes.classic

  fileprivate static let trilu = OperatorDefinition(
    OperatorSchema(
      "Trilu", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .optional("k", "tensor(int64)")],
      outputs: [.required("Y", "T")], attributes: [Trilu.upper.declaration],
      constraints: ["T": .tensors([.numeric, .bool])]),
    composedAs: Trilu.self)

  fileprivate static let expandDims = OperatorDefinition(
    OperatorSchema(
      "ExpandDims", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .required("axis", "tensor(int32)")],
      outputs: [.required("Y", "T")], constraints: ["T": .tensors(anyElements)]),
    composedAs: ExpandDims.self)

  fileprivate static let gatherND = OperatorDefinition(
    OperatorSchema(
      "GatherND", domain: microsoft, versions: [1],
      inputs: [.required("data", "T"), .required("indices", "Tind")],
      outputs: [.required("output", "T")],
      constraints: ["T": .tensors(anyElements), "Tind": .tensors(.indices)]),
    composedAs: GatherND.self)

  fileprivate static let gridSample = OperatorDefinition(
    OperatorSchema(
      "GridSample", domain: microsoft, versions: [1],
      inputs: [.required("X", "T1"), .required("Grid", "T1")], outputs: [.required("Y", "T2")],
      attributes: [
        AttributeKey<Int>("align_corners", default: 0).declaration, GridSample.mode.declaration,
        AttributeKey<String>("padding_mode", default: "zeros").declaration,
      ],
      constraints: ["T1": .tensors(anyElements), "T2": .tensors(.ieeeFloats)]),
    composedAs: GridSample.self)

  fileprivate static let pad = OperatorDefinition(
    OperatorSchema(
      "Pad", domain: microsoft, versions: [1],
      inputs: [
        .required("data", "T"), .required("pads", "tensor(int64)"), .optional("value", "T"),
      ],
      outputs: [.required("output", "T")], attributes: [Pad.mode.declaration],
      constraints: ["T": .tensors(.ieeeFloats)]),
    composedAs: Pad.self)

  fileprivate static let range = OperatorDefinition(
    OperatorSchema(
      "Range", domain: microsoft, versions: [1],
      inputs: [.required("start", "T"), .required("limit", "T"), .optional("delta", "T")],
      outputs: [.required("Y", "T")],
      constraints: [
        "T": .tensors(ElementTypes([.float32, .float64, .int16, .int32, .int64]))
      ]),
    composedAs: RangeWithDefault.self)

  fileprivate static let unique = OperatorDefinition(
    OperatorSchema(
      "Unique", domain: microsoft, versions: [1], inputs: [.required("x", "T")],
      outputs: [
        .required("y", "T"), .required("idx", "tensor(int64)"),
        .required("counts", "tensor(int64)"),
      ],
      constraints: ["T": .tensors(anyElements)]),
    composedAs: Unique.self)

  fileprivate static let quantizeLinear = OperatorDefinition(
    OperatorSchema(
      "QuantizeLinear", domain: microsoft, versions: [1],
      inputs: [
        .required("x", "T1"), .required("y_scale", "T1"), .optional("y_zero_point", "T2"),
      ],
      outputs: [.required("y", "T2")], attributes: [axisKey.declaration],
      constraints: [
        "T1": .tensors(.singleOrHalf),
        "T2": .tensors(ElementTypes([.int8, .uint8, .int16, .uint16, .int4, .uint4])),
      ]),
    composedAs: QuantizeLinear.self)

  fileprivate static let dequantizeLinear = OperatorDefinition(
    OperatorSchema(
      "DequantizeLinear", domain: microsoft, versions: [1],
      inputs: [
        .required("x", "T1"), .required("x_scale", "T2"), .optional("x_zero_point", "T1"),
      ],
      outputs: [.required("y", "T2")], attributes: [axisKey.declaration],
      constraints: [
        "T1": .tensors(ElementTypes([.int8, .uint8, .int16, .uint16, .int32, .int4, .uint4])),
        "T2": .tensors(.singleOrHalf),
      ]),
    composedAs: DequantizeLinear.self)

  fileprivate static let convTransposeWithDynamicPads = OperatorDefinition(
    OperatorSchema(
      "ConvTransposeWithDynamicPads", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("W", "T"), .optional("Pads", "tensor(int64)"),
        .optional("B", "T"),
      ],
      outputs: [.required("Y", "T")],
      attributes: [
        WindowAttributes.autoPad.declaration, WindowAttributes.dilations.declaration,
        AttributeKey<Int>("group", default: 1).declaration,
        WindowAttributes.kernelShape.declaration, TransposedWindows.outputPadding.declaration,
        WindowAttributes.strides.declaration,
      ],
      constraints: ["T": .tensors(.ieeeFloats)]),
    composedAs: ConvTranspose.self)
}
