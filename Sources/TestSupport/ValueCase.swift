public import IR
import Operators
public import Tensors

/// One example of what an operator computes of values that may be no tensors.
public struct ValueCase: Sendable, CustomStringConvertible {
  public let description: String
  public let node: Node
  public let inputs: [RuntimeValue?]
  public let expected: [RuntimeValue]

  /// Creates an example; `name` is an operator of the registry, such as `SequenceAt`.
  public init(
    _ description: String, _ name: String, domain: String = "", _ attributes: Attributes = [:],
    inputs: [RuntimeValue?], expected: [RuntimeValue] = []
  ) {
    self.description = description
    self.node = Node(OperatorID(name, domain: domain), attributes: attributes)
    self.inputs = inputs
    self.expected = expected
  }

  /// Checks the node against its schema and evaluates it.
  public func evaluate(memoryLimit: Int = 1 << 30) throws -> [RuntimeValue] {
    let definition = try definition
    try definition.schema.check(
      node, inputs: inputs.map { $0.map { ArgumentType($0) } }, outputCount: outputCount)
    let context = KernelContext(
      node: node, inputs: inputs, outputs: [Bool](repeating: true, count: outputCount),
      memoryLimit: memoryLimit)
    return try definition.evaluate(context)
  }

  /// Infers the types of the outputs from those of the inputs; tensors are constants.
  public func inferTypes() throws -> [ValueType?] {
    let known = inputs.map { input in
      input.map {
        InferredValue($0.type, elements: $0.tensor.flatMap { SymbolicTensor($0) })
      }
    }
    let context = InferenceContext(
      node: node, inputs: known, constants: inputs.map { $0?.tensor }, outputCount: outputCount)
    return try definition.inferTypes(context).map(\.type)
  }

  private var outputCount: Int { max(1, expected.count) }

  private var definition: OperatorDefinition {
    get throws {
      guard let definition = OperatorRegistry.standard[node.operatorID] else {
        throw OperatorError(.unknownOperator, "\(node.operatorID) is not registered")
      }
      return definition
    }
  }
}

extension RuntimeValue {
  /// The type as a model would declare it; that of a sequence is the one of its first element.
  public var type: ValueType? {
    switch self {
    case .tensor(let tensor): .tensor(tensor.elementType, Shape(tensor.shape))
    case .sequence(let elements): .sequence(elements.first?.type ?? .tensor(nil, nil))
    case .optional(let content): content?.type.map { .optional($0) }
    case .map(let keys, let values):
      values.first?.type.map { .map(key: keys.elementType, value: $0) }
    }
  }
}
