public import IR
public import Operators
public import Tensors

/// One example of what an operator computes.
public struct OperatorCase: Sendable, CustomStringConvertible {
  public let description: String
  public let node: Node
  public let inputs: [Tensor?]
  public let expected: [Tensor]

  /// Creates an example; `name` is an operator of the registry, such as `Concat`.
  public init(
    _ description: String, _ name: String, domain: String = "", _ attributes: Attributes = [:],
    inputs: [Tensor?], expected: [Tensor] = []
  ) {
    self.description = description
    self.node = Node(OperatorID(name, domain: domain), attributes: attributes)
    self.inputs = inputs
    self.expected = expected
  }

  /// Checks the node against its schema and evaluates it.
  public func evaluate(
    precision: Precision = .declared, memoryLimit: Int = 1 << 30
  ) throws -> [Tensor] {
    let definition = try definition
    let values = inputs.map { $0.map { RuntimeValue.tensor($0) } }
    try definition.schema.check(
      node, inputs: values.map { $0.map { ArgumentType($0) } }, outputCount: outputCount,
      precision: precision)
    let outputs = [Bool](repeating: true, count: outputCount)
    let context = KernelContext(
      node: node, inputs: values, outputs: outputs, precision: precision,
      memoryLimit: memoryLimit)
    return try definition.evaluate(context).compactMap(\.tensor)
  }

  /// Infers the types of the outputs from those of the inputs, which are constants.
  public func inferTypes() throws -> [ValueType?] { try infer().map(\.type) }

  /// Infers the elements of the outputs from those of the inputs, which are constants.
  public func inferElements() throws -> [SymbolicTensor?] { try infer().map(\.elements) }

  private func infer() throws -> [InferredValue] {
    let known = inputs.map { input in
      input.map {
        InferredValue(
          .tensor($0.elementType, Shape($0.shape)), elements: SymbolicTensor($0))
      }
    }
    let context = InferenceContext(
      node: node, inputs: known, constants: inputs, outputCount: outputCount)
    return try definition.infer(context)
  }

  /// The types of the expected outputs.
  public var expectedTypes: [ValueType?] {
    expected.map { .tensor($0.elementType, Shape($0.shape)) }
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
