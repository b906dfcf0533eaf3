import IR
import Tensors

extension OperatorFamily {
  /// Operators that convert elements to another type.
  static let casting = OperatorFamily("casting", [.cast, .castLike])
}

private let target = AttributeKey<Int>("to")
private let saturate = AttributeKey<Bool>("saturate", default: true)
private let roundMode = AttributeKey<String>("round_mode", default: "up")

/// Every type but complex numbers, between which `Cast` does not convert.
private let castable = ElementTypes.all.subtracting(.complex)
/// What `CastLike` takes, whose newest version is older than the floats of 6 bits.
private let alike = ElementTypes.common.subtracting(.complex)

/// Returns a tensor converted to a type.
private func cast(
  _ tensor: Tensor, to type: ElementType, _ context: borrowing KernelContext
) throws(OperatorError) -> [RuntimeValue] {
  guard castable.contains(type) else {
    throw OperatorError(.invalidAttribute, "\(tensor.elementType) is not cast to \(type)")
  }
  let saturates = try context.value(of: saturate)
  try context.checkOutput(type, shape: tensor.shape)
  let result: Tensor =
    switch (tensor.elementType, type) {
    case (type, _): tensor
    case (.string, _): try tensor.parsed(as: type, saturating: saturates)
    case (_, .string): tensor.spelled()
    case (_, .float8E8M0):
      try tensor.roundedToPowers(try context.value(of: roundMode), saturating: saturates)
    default: tensor.converted(to: type, saturating: saturates)
    }
  return [.tensor(result)]
}

extension Tensor {
  fileprivate func roundedToPowers(
    _ mode: String, saturating: Bool
  ) throws(OperatorError) -> Tensor {
    guard let rounding = Float8E8M0.Rounding(rawValue: mode) else {
      throw OperatorError(
        .invalidAttribute, "round_mode is \"\(mode)\"", remedy: "use up, down or nearest")
    }
    let numbers = converted(to: .float64)
    return mapped(numbers, from: Double.self, to: Float8E8M0.self) {
      Float8E8M0($0, rounding: rounding, saturating: saturating)
    }
  }
}

/// Returns what is known of a cast's output.
private func castType(
  _ context: borrowing InferenceContext, to type: ElementType?
) -> [InferredValue] {
  var elements = context.elements(0)
  if let known = elements {
    elements = SymbolicTensor(
      shape: known.shape, elements: known.elements.map { $0.holding(in: type) })
  }
  let keepsElements = type == .int64 || type == .int32
  return [
    InferredValue(.tensor(type, context.shape(0)), elements: keepsElements ? elements : nil)
  ]
}

extension OperatorDefinition {
  /// Converts to the type that an attribute names.
  fileprivate static let cast = OperatorDefinition(
    OperatorSchema(
      "Cast", versions: [1, 6, 9, 13, 19, 21, 23, 24, 25, 28],
      inputs: [.required("input", "T1")], outputs: [.required("output", "T2")],
      attributes: [roundMode.declaration, saturate.declaration, target.declaration],
      constraints: ["T1": .tensors(castable), "T2": .tensors(castable)]),
    upgrades: [nameToNumber],
    inferTypes: { context throws(OperatorError) in
      castType(context, to: try ElementType(number: try context.value(of: target), of: "to"))
    },
    evaluate: { context throws(OperatorError) in
      let type = try ElementType(number: try context.value(of: target), of: "to")
      return try Operators.cast(try context.tensor(0), to: context.resultType(for: type), context)
    })

  /// Converts to the type of the second input, whose elements do not matter.
  fileprivate static let castLike = OperatorDefinition(
    OperatorSchema(
      "CastLike", versions: [15, 19, 21, 23, 24, 25],
      inputs: [.required("input", "T1"), .required("target_type", "T2")],
      outputs: [.required("output", "T2")],
      attributes: [roundMode.declaration, saturate.declaration],
      constraints: ["T1": .tensors(alike), "T2": .tensors(alike)]),
    inferTypes: { context in castType(context, to: context.elementType(1)) },
    evaluate: { context throws(OperatorError) in
      try Operators.cast(try context.tensor(0), to: try context.tensor(1).elementType, context)
    })

  /// Before version 6 the type was written as its name.
  private static let nameToNumber = OperatorUpgrade(to: 6) { graph, node throws(OperatorError) in
    let name = try graph[node].attributes.value(of: AttributeKey<String>("to")).uppercased()
    guard let type = firstTypeNames[name] else {
      throw OperatorError(
        .invalidAttribute, "attribute to names the element type \"\(name)\"",
        remedy: "types are named as in TensorProto.DataType")
    }
    graph.update(node) { $0.attributes["to"] = .int(Int64(type.rawValue)) }
  }

  private static let firstTypeNames: [String: ElementType] = [
    "FLOAT": .float32, "UINT8": .uint8, "INT8": .int8, "UINT16": .uint16, "INT16": .int16,
    "INT32": .int32, "INT64": .int64, "STRING": .string, "BOOL": .bool, "FLOAT16": .float16,
    "DOUBLE": .float64, "UINT32": .uint32, "UINT64": .uint64,
  ]
}
