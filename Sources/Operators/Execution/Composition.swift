import IR
import Tensors

/// Where a composed operator is built: on tensors, which computes it, or on what is known of types.
protocol Composer {
  /// What the operators that are put together are given and return.
  associatedtype Value

  /// The node that is composed.
  var node: Node { get }

  /// The number of inputs of the node, left out ones before the last included.
  var inputCount: Int { get }

  /// Whether anything uses output `index` of the node.
  func wantsOutput(_ index: Int) -> Bool

  /// Returns input `index` of the node, or nil when it is left out.
  func optionalInput(_ index: Int) throws(OperatorError) -> Value?

  /// Returns the shape of a value, or nil when its rank is not known.
  func shape(of value: Value) -> Shape?

  /// Returns the element type of a value, or nil when it is not known.
  func elementType(of value: Value) -> ElementType?

  /// Returns the integers that a value holds, or nil when they are not known.
  func knownIntegers(of value: Value) throws(OperatorError) -> [Int]?

  /// Returns a value that does not depend on the inputs.
  func constant(_ tensor: Tensor) -> Value

  /// Returns the first `count` outputs of an operator of the standard registry, in its newest form.
  func outputs(
    of name: String, _ inputs: [Value?], _ attributes: Attributes, count: Int
  ) throws(OperatorError) -> [Value]
}

extension Composer {
  /// Returns input `index` of the node.
  func input(_ index: Int) throws(OperatorError) -> Value {
    guard let value = try optionalInput(index) else {
      throw OperatorError(.missingInput, "input \(index) is missing")
    }
    return value
  }

  /// Returns the output of an operator with one.
  func callAsFunction(
    _ name: String, _ inputs: Value?..., with attributes: Attributes = [:]
  ) throws(OperatorError) -> Value {
    try outputs(of: name, inputs, attributes, count: 1)[0]
  }

  /// Returns the value of an attribute, or its default.
  func value<Value>(of key: AttributeKey<Value>) throws(OperatorError) -> Value {
    try node.attributes.value(of: key)
  }

  /// Returns the value of an attribute, or nil when it is left out.
  func value<Value>(of key: OptionalAttributeKey<Value>) throws(OperatorError) -> Value? {
    try node.attributes.value(of: key)
  }

  /// Returns those attributes of the node that have one of the given names.
  func attributes(_ names: [String]) -> Attributes {
    Attributes(distinct: node.attributes.filter { names.contains($0.name) })
  }

  /// Returns a floating-point number as a tensor without axes of the type that `other` has.
  func number(_ number: Float, like other: Value) -> Value {
    constant(Tensor(scalar: number).converted(to: elementType(of: other) ?? .float32))
  }

  /// Returns a list of integers as a tensor.
  func integers(_ integers: [Int]) -> Value {
    constant(Tensor(shape: [integers.count], scalars: integers.map(Int64.init)))
  }
}

/// An operator that is defined by other operators.
protocol ComposedOperator: SendableMetatype {
  /// The outputs that have 32 bits whatever the floating-point type of the inputs is.
  static var wideOutputs: Set<Int> { get }

  /// Returns the outputs; none when too little is known of the types of the inputs.
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value]
}

extension ComposedOperator {
  static var wideOutputs: Set<Int> { [] }
}

extension OperatorDefinition {
  /// Creates the definition of an operator whose kernel and type rule follow from those of others.
  ///
  /// Floating-point types below 32 bits are widened to float32 and the results rounded back, once.
  init<Operator: ComposedOperator>(
    _ schema: OperatorSchema, composedAs composition: Operator.Type,
    upgrades: [OperatorUpgrade] = []
  ) {
    self.init(
      schema, upgrades: upgrades,
      inferTypes: { context throws(OperatorError) in
        let outputs = try Operator.compose(context.composer).prefix(context.outputCount)
        return (0..<context.outputCount).map { index in
          guard index < outputs.count else { return schema.declaredType(ofOutput: index, context) }
          let known = outputs[index].known
          return Operator.wideOutputs.contains(index)
            ? .tensor(.float32, known.type?.shape) : known
        }
      },
      evaluate: widened(except: Operator.wideOutputs, by: schema) { context throws(OperatorError) in
        try Operator.compose(context.composer)
      })
  }
}

extension OperatorSchema {
  /// Returns what the type variable of an output tells: the element type of an input that has it.
  fileprivate func declaredType(
    ofOutput index: Int, _ context: borrowing InferenceContext
  ) -> InferredValue {
    guard index < outputs.count else { return .unknown }
    let variable = outputs[index].type
    let source = inputs.indices.first { inputs[$0].type == variable && context.hasInput($0) }
    return .tensor(source.flatMap { context.elementType($0) })
  }
}

extension OperatorSchema {
  /// Returns the element type of the first floating-point input that has an output's type variable.
  fileprivate func inputType(
    ofOutput index: Int, _ context: borrowing KernelContext
  ) -> ElementType? {
    guard index < outputs.count else { return nil }
    for (input, parameter) in zip(context.inputs, inputs)
    where parameter.type == outputs[index].type {
      if let type = input?.tensor?.elementType, type.isFloatingPoint { return type }
    }
    return nil
  }
}

/// Returns a kernel whose floating-point inputs have at least 32 bits and whose floating-point
/// outputs are rounded to the type that their input had, or to 32 bits the ones in `exceptions`.
///
/// The input of an output is the first that has its type variable in `schema`, else the first one.
func widened(
  except exceptions: Set<Int> = [], by schema: OperatorSchema? = nil,
  _ kernel: @escaping @Sendable (borrowing KernelContext) throws(OperatorError) -> [Tensor]
) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    let declared = context.firstFloatingType ?? .float32
    let isNarrow = declared.bitWidth < 32
    let outputs =
      isNarrow
      ? try kernel(context.withFloatingInputs(convertedTo: .float32)) : try kernel(context)
    let wide = context.resultType(for: .float32)
    return outputs.enumerated().map { index, output in
      if exceptions.contains(index) { return .tensor(output.converted(to: wide)) }
      let isRounded = isNarrow && output.elementType == .float32
      guard isRounded else { return .tensor(output) }
      let type = schema?.inputType(ofOutput: index, context) ?? declared
      return .tensor(output.converted(to: type))
    }
  }
}

// MARK: - Tensors

extension KernelContext {
  /// What composes the node by computing it.
  var composer: TensorComposer { TensorComposer(context: self) }

  /// Returns the first `count` outputs of an operator of the standard registry, in its newest form.
  func outputs(
    of name: String, _ inputs: [Tensor?], _ attributes: Attributes = [:], count: Int = 1
  ) throws(OperatorError) -> [Tensor] {
    let definition = try OperatorRegistry.standard.definition(of: name)
    let values = inputs.map { $0.map { RuntimeValue.tensor($0) } }
    let node = Node(definition.schema.id, attributes: attributes)
    try definition.schema.check(
      node, inputs: values.map { $0.map { ArgumentType($0) } }, outputCount: count,
      precision: precision)
    let inner = KernelContext(
      node: node, inputs: values, outputs: Array(repeating: true, count: count),
      precision: precision, memoryLimit: memoryLimit)
    let outputs = try definition.evaluate(inner).compactMap { $0.tensor }
    guard outputs.count >= count else {
      throw OperatorError(.wrongOutputCount, "\(name) returned \(outputs.count) tensors")
    }
    return Array(outputs.prefix(count))
  }

  /// Returns the output of an operator of the standard registry with one.
  func output(
    of name: String, _ inputs: Tensor?..., with attributes: Attributes = [:]
  ) throws(OperatorError) -> Tensor {
    try outputs(of: name, inputs, attributes)[0]
  }
}

/// Composes an operator by computing it.
struct TensorComposer: Composer {
  fileprivate let context: KernelContext

  var node: Node { context.node }

  var inputCount: Int { context.inputs.count }

  func wantsOutput(_ index: Int) -> Bool { context.wantsOutput(index) }

  func optionalInput(_ index: Int) throws(OperatorError) -> Tensor? {
    try context.optionalTensor(index)
  }

  func shape(of value: Tensor) -> Shape? { Shape(value.shape) }

  func elementType(of value: Tensor) -> ElementType? { value.elementType }

  func knownIntegers(of value: Tensor) throws(OperatorError) -> [Int]? { try value.integers }

  func constant(_ tensor: Tensor) -> Tensor { tensor }

  func outputs(
    of name: String, _ inputs: [Tensor?], _ attributes: Attributes, count: Int
  ) throws(OperatorError) -> [Tensor] {
    try context.outputs(of: name, inputs, attributes, count: count)
  }
}

// MARK: - Types

extension InferenceContext {
  /// What composes the node from what is known of its inputs.
  var composer: TypeComposer { TypeComposer(context: self) }
}

/// Composes what is known of an operator's outputs.
struct TypeComposer: Composer {
  /// What is known of a value, with the value itself if it is a constant.
  struct Value {
    var known: InferredValue
    var constant: Tensor?
  }

  fileprivate let context: InferenceContext

  var node: Node { context.node }

  var inputCount: Int { context.inputs.count }

  func wantsOutput(_ index: Int) -> Bool { index < context.outputCount }

  func optionalInput(_ index: Int) -> Value? {
    guard context.hasInput(index) else { return nil }
    return Value(known: context.inputs[index] ?? .unknown, constant: context.constant(index))
  }

  func shape(of value: Value) -> Shape? { value.known.type?.shape }

  func elementType(of value: Value) -> ElementType? { value.known.type?.elementType }

  func knownIntegers(of value: Value) throws(OperatorError) -> [Int]? {
    if let integers = value.known.elements?.integers { return integers }
    return try value.constant?.integers
  }

  func constant(_ tensor: Tensor) -> Value {
    let type = ValueType.tensor(tensor.elementType, Shape(tensor.shape))
    return Value(known: InferredValue(type, elements: SymbolicTensor(tensor)), constant: tensor)
  }

  func outputs(
    of name: String, _ inputs: [Value?], _ attributes: Attributes, count: Int
  ) throws(OperatorError) -> [Value] {
    let definition = try OperatorRegistry.standard.definition(of: name)
    let node = Node(definition.schema.id, attributes: attributes)
    try definition.schema.check(
      node, inputs: inputs.map { $0.map { ArgumentType($0.known.type) } }, outputCount: count)
    let inner = InferenceContext(
      node: node, inputs: inputs.map { $0?.known }, constants: inputs.map { $0?.constant },
      outputCount: count)
    let outputs = try definition.inferTypes(inner)
    return (0..<count).map { Value(known: $0 < outputs.count ? outputs[$0] : .unknown) }
  }
}

extension OperatorRegistry {
  fileprivate func definition(of name: String) throws(OperatorError) -> OperatorDefinition {
    guard let definition = self[OperatorID(name)] else {
      throw OperatorError(.unknownOperator, "\(name) is not registered")
    }
    return definition
  }
}
