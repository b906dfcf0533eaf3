import IR
import Tensors

extension OperatorFamily {
  /// Operators that look up elements in a list and return what stands beside them.
  static let labelEncoding = OperatorFamily("label encoding", [.categoryMapper, .labelEncoder])
}

/// Returns the elements of `values` at the places of the input among the keys.
///
/// - Precondition: `values` has one element more than there are keys: that of other inputs.
private func lookUp(
  _ context: borrowing KernelContext, keys: Tensor, values: Tensor
) throws(OperatorError) -> [RuntimeValue] {
  let tensor = try context.tensor(0)
  let type = context.resultType(for: values.elementType)
  try context.checkOutput(type, shape: tensor.shape)
  let places = try KeyIndex(keys).places(of: tensor).map { $0 ?? keys.count }
  let result = values.elements(at: places, shape: tensor.shape)
  return [.tensor(type == result.elementType ? result : result.converted(to: type))]
}

private let defaultString = AttributeKey<String>("default_string", default: "_Unused")
private let defaultInteger = AttributeKey<Int>("default_int64", default: -1)

extension Tensor {
  fileprivate init(list: [ByteString]) { self.init(shape: [list.count], strings: list) }
  fileprivate init(list: [Int]) { self.init(shape: [list.count], scalars: list.map(Int64.init)) }
  fileprivate init(list: [Float]) { self.init(shape: [list.count], scalars: list) }
}

// MARK: - LabelEncoder

private let encodable: ElementTypes = [
  .float32, .float64, .indices, .string, ElementTypes(.int16),
]

private enum LabelEncoder {
  static let stringKeys = OptionalAttributeKey<[ByteString]>("keys_strings")
  static let integerKeys = OptionalAttributeKey<[Int]>("keys_int64s")
  static let realKeys = OptionalAttributeKey<[Float]>("keys_floats")
  static let keyTensor = OptionalAttributeKey<Tensor>("keys_tensor")
  static let stringValues = OptionalAttributeKey<[ByteString]>("values_strings")
  static let integerValues = OptionalAttributeKey<[Int]>("values_int64s")
  static let realValues = OptionalAttributeKey<[Float]>("values_floats")
  static let valueTensor = OptionalAttributeKey<Tensor>("values_tensor")
  static let defaultReal = AttributeKey<Float>("default_float", default: -0.0)
  static let defaultTensor = OptionalAttributeKey<Tensor>("default_tensor")

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let attributes = context.node.attributes
    let keys = try keys(attributes)
    let values = try values(attributes)
    try checkCounts(("keys", keys.count), [("values", values.count)])
    let others = try defaultValue(attributes, of: values.elementType)
    return try lookUp(context, keys: keys, values: values.appending(others))
  }

  static func keys(_ attributes: Attributes) throws(OperatorError) -> Tensor {
    try onlyList(
      "keys",
      [
        try attributes.value(of: stringKeys).map { Tensor(list: $0) },
        try attributes.value(of: integerKeys).map { Tensor(list: $0) },
        try attributes.value(of: realKeys).map { Tensor(list: $0) },
        try attributes.value(of: keyTensor),
      ])
  }

  static func values(_ attributes: Attributes) throws(OperatorError) -> Tensor {
    try onlyList(
      "values",
      [
        try attributes.value(of: stringValues).map { Tensor(list: $0) },
        try attributes.value(of: integerValues).map { Tensor(list: $0) },
        try attributes.value(of: realValues).map { Tensor(list: $0) },
        try attributes.value(of: valueTensor),
      ])
  }

  /// Returns the list that is given; empty ones do not count beside another one.
  private static func onlyList(
    _ role: String, _ lists: [Tensor?]
  ) throws(OperatorError) -> Tensor {
    let given = lists.compactMap { $0 }
    let filled = given.filter { $0.count > 0 }
    guard let list = filled.first ?? given.first, filled.count <= 1 else {
      throw OperatorError(
        .invalidAttribute, "\(filled.count) lists of \(role) are given",
        remedy: "give one of \(role)_strings, \(role)_int64s, \(role)_floats and \(role)_tensor")
    }
    guard encodable.contains(list.elementType) else {
      throw OperatorError(.invalidAttribute, "\(role)_tensor holds \(list.elementType)")
    }
    return list
  }

  private static func defaultValue(
    _ attributes: Attributes, of type: ElementType
  ) throws(OperatorError) -> Tensor {
    if let tensor = try attributes.value(of: defaultTensor) {
      guard tensor.count == 1, tensor.elementType == type else {
        throw OperatorError(
          .invalidAttribute,
          "default_tensor holds \(tensor.count) elements of \(tensor.elementType), "
            + "the values are of \(type)")
      }
      return tensor
    }
    if type == .string {
      return Tensor(list: [ByteString(try attributes.value(of: defaultString))])
    }
    let number =
      type.isFloatingPoint
      ? Tensor(list: [try attributes.value(of: defaultReal)])
      : Tensor(list: [try attributes.value(of: defaultInteger)])
    return number.converted(to: type)
  }

  /// Before version 2 a list of strings was mapped to its places, or places to it.
  ///
  /// Which of both shows in the type of the input, else in the default that is given.
  static let placesToLists = OperatorUpgrade(to: 2) { graph, node throws(OperatorError) in
    let attributes = graph[node].attributes
    let classes =
      try attributes.value(of: OptionalAttributeKey<[ByteString]>("classes_strings")) ?? []
    let places = Array(classes.indices)
    var type = graph.input(0, of: node).flatMap { graph.type(of: $0)?.elementType }
    if type == nil {
      let hasString = attributes[defaultString.name] != nil
      let hasInteger = attributes[defaultInteger.name] != nil
      if hasString != hasInteger { type = hasString ? .int64 : .string }
    }
    guard let type else {
      throw OperatorError(
        .unsupported, "it is not known whether labels or their places are given",
        remedy: "declare the type of the input")
    }
    graph.update(node) { node in
      node.attributes["classes_strings"] = nil
      node.attributes[type == .string ? stringKeys.name : stringValues.name] = classes.attribute
      node.attributes[type == .string ? integerValues.name : integerKeys.name] = places.attribute
    }
  }
}

extension Tensor {
  /// Returns a list with the element of another tensor behind it.
  ///
  /// - Precondition: both have the same type, which has whole bytes or is `string`.
  fileprivate func appending(_ other: Tensor) -> Tensor {
    let shape = [count + other.count]
    guard elementType != .string else {
      return Tensor(shape: shape, strings: strings + other.strings)
    }
    return Tensor(elementType, shape: shape) { result in
      result.copyMemory(from: bytes)
      UnsafeMutableRawBufferPointer(rebasing: result[bytes.count...])
        .copyMemory(from: other.bytes)
    }
  }
}

extension OperatorDefinition {
  /// Maps each key to the value beside it, and everything else to a default.
  fileprivate static let labelEncoder = OperatorDefinition(
    OperatorSchema(
      "LabelEncoder", domain: "ai.onnx.ml", versions: [1, 2, 4],
      inputs: [.required("X", "T1")], outputs: [.required("Y", "T2")],
      attributes: [
        LabelEncoder.defaultReal.declaration, defaultInteger.declaration,
        defaultString.declaration, LabelEncoder.defaultTensor.declaration,
        LabelEncoder.realKeys.declaration, LabelEncoder.integerKeys.declaration,
        LabelEncoder.stringKeys.declaration, LabelEncoder.keyTensor.declaration,
        LabelEncoder.realValues.declaration, LabelEncoder.integerValues.declaration,
        LabelEncoder.stringValues.declaration, LabelEncoder.valueTensor.declaration,
      ],
      constraints: ["T1": .tensors(encodable), "T2": .tensors(encodable)]),
    upgrades: [LabelEncoder.placesToLists],
    inferTypes: { context throws(OperatorError) in
      let values = try LabelEncoder.values(context.node.attributes)
      return [.tensor(values.elementType, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in try LabelEncoder.evaluate(context) })
}

// MARK: - CategoryMapper

private enum CategoryMapper {
  static let integers = OptionalAttributeKey<[Int]>("cats_int64s")
  static let strings = OptionalAttributeKey<[ByteString]>("cats_strings")

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let integers = try context.value(of: integers) ?? []
    let strings = try context.value(of: strings) ?? []
    try checkCounts(("cats_int64s", integers.count), [("cats_strings", strings.count)])
    guard try context.tensor(0).elementType == .string else {
      let others = ByteString(try context.value(of: defaultString))
      return try lookUp(
        context, keys: Tensor(list: integers), values: Tensor(list: strings + [others]))
    }
    let others = try context.value(of: defaultInteger)
    return try lookUp(
      context, keys: Tensor(list: strings), values: Tensor(list: integers + [others]))
  }
}

extension OperatorDefinition {
  /// Maps strings to the integers beside them, or integers to the strings.
  fileprivate static let categoryMapper = OperatorDefinition(
    OperatorSchema(
      "CategoryMapper", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2")],
      attributes: [
        CategoryMapper.integers.declaration, CategoryMapper.strings.declaration,
        defaultInteger.declaration, defaultString.declaration,
      ],
      constraints: [
        "T1": .tensors([.int64, .string]), "T2": .tensors([.int64, .string]),
      ]),
    inferTypes: { context in
      let type: ElementType? = context.elementType(0).map { $0 == .string ? .int64 : .string }
      return [.tensor(type, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in try CategoryMapper.evaluate(context) })
}
