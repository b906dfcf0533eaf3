import IR
import Tensors

extension OperatorFamily {
  /// Convolutions with what follows them, and convolutions whose channels are the last axis.
  static let fusedConvolution = OperatorFamily(
    "fused convolution", [.fusedConv, .nhwcConv, .nhwcFusedConv])
}

/// The attributes that are those of `Conv`.
private let windowAttributes = [
  WindowAttributes.autoPad.declaration, WindowAttributes.dilations.declaration,
  AttributeKey<Int>("group", default: 1).declaration, WindowAttributes.kernelShape.declaration,
  WindowAttributes.pads.declaration, WindowAttributes.strides.declaration,
]

/// A convolution, plus what its fourth input holds, under an activation.
private enum FusedConv: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let sum = try convolution(c, of: c.input(0), plus: c.optionalInput(3))
    return [try ConvolutionActivation(c.node.attributes).apply(to: sum, c)]
  }

  static func convolution<C: Composer>(
    _ c: C, of input: C.Value, plus addend: C.Value?
  ) throws(OperatorError) -> C.Value {
    let attributes = c.attributes(windowAttributes.map(\.name))
    let result = try c("Conv", input, c.input(1), c.optionalInput(2), with: attributes)
    guard let addend else { return result }
    return try c("Add", result, addend)
  }
}

/// The same with channels as the last axis of all but the weights.
private enum NhwcFusedConv: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    guard let input = try c.channelsFirst(c.input(0)) else { return [] }
    let addend = try c.optionalInput(3).flatMap { value throws(OperatorError) in
      try c.channelsFirst(value)
    }
    let sum = try FusedConv.convolution(c, of: input, plus: addend)
    let result = try ConvolutionActivation(c.node.attributes).apply(to: sum, c)
    return [try c.channelsLast(result)].compactMap { $0 }
  }
}

/// The function at the end of a fused convolution.
struct ConvolutionActivation {
  static let name = OptionalAttributeKey<String>("activation")
  static let parameters = OptionalAttributeKey<[Float]>("activation_params")

  private let name: String
  private let parameters: [Float]

  /// The activations with the number of their parameters.
  private static let counts = [
    "": 0, "Clip": 2, "HardSigmoid": 2, "HardSwish": 0, "LeakyRelu": 1, "Relu": 0, "Sigmoid": 0,
    "Tanh": 0,
  ]

  /// Reads the activation from a node's attributes.
  init(_ attributes: Attributes) throws(OperatorError) {
    name = try attributes.value(of: Self.name) ?? ""
    let parameters = try attributes.value(of: Self.parameters) ?? []
    guard let count = Self.counts[name] else {
      throw OperatorError(
        .invalidAttribute, "activation is \"\(name)\"",
        remedy: "use \(Self.counts.keys.filter { !$0.isEmpty }.sorted().joined(separator: ", "))")
    }
    guard count == 0 || parameters.count == count else {
      throw OperatorError(
        .invalidAttribute,
        "activation_params has \(parameters.count) numbers; \(name) takes \(count)")
    }
    self.parameters = parameters
  }

  /// Returns the activation of a value.
  func apply<C: Composer>(to value: C.Value, _ c: C) throws(OperatorError) -> C.Value {
    switch name {
    case "": value
    case "Clip":
      try c(
        "Clip", value, c.number(parameters[0], like: value), c.number(parameters[1], like: value))
    case "HardSigmoid":
      try c(
        name, value, with: ["alpha": .float(parameters[0]), "beta": .float(parameters[1])])
    case "LeakyRelu": try c(name, value, with: ["alpha": .float(parameters[0])])
    default: try c(name, value)
    }
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  private static let activation = [
    ConvolutionActivation.name.declaration, ConvolutionActivation.parameters.declaration,
  ]

  fileprivate static let fusedConv = OperatorDefinition(
    OperatorSchema(
      "FusedConv", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("W", "T"), .optional("B", "T"), .optional("Z", "T"),
      ],
      outputs: [.required("Y", "T")], attributes: activation + windowAttributes,
      constraints: ["T": .tensors(.ieeeFloats)]),
    composedAs: FusedConv.self)

  fileprivate static let nhwcConv = OperatorDefinition(
    OperatorSchema(
      "NhwcConv", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .required("W", "T"), .optional("B", "T")],
      outputs: [.required("Y", "T")], attributes: windowAttributes,
      constraints: ["T": .tensors(.ieeeFloats)]),
    composedAs: NhwcFusedConv.self)

  fileprivate static let nhwcFusedConv = OperatorDefinition(
    OperatorSchema(
      "NhwcFusedConv", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("W", "T"), .optional("B", "T"), .optional("Z", "T"),
      ],
      outputs: [.required("Y", "T")], attributes: activation + windowAttributes,
      constraints: ["T": .tensors(.singleOrHalf)]),
    composedAs: NhwcFusedConv.self)
}
