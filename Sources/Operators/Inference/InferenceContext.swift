public import IR
public import Tensors

/// What a type rule is given.
public struct InferenceContext {
  /// Infers a subgraph whose inputs are as given and returns what is known of its outputs.
  public typealias BlockRule = (BlockID, [InferredValue]) throws(OperatorError) -> [InferredValue]

  public let node: Node

  /// What is known of the inputs; nil for one that is left out.
  public let inputs: [InferredValue?]

  /// The tensors of inputs that are constants.
  public let constants: [Tensor?]

  /// The number of outputs of the node.
  public let outputCount: Int

  private let inferBlock: BlockRule

  public init(
    node: Node, inputs: [InferredValue?], constants: [Tensor?] = [], outputCount: Int = 1,
    inferBlock: @escaping BlockRule = { _, _ in [] }
  ) {
    self.node = node
    self.inputs = inputs
    self.constants = constants
    self.outputCount = outputCount
    self.inferBlock = inferBlock
  }
}

extension InferenceContext {
  /// Whether input `index` is given.
  public func hasInput(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// What is known of the type of input `index`.
  public func type(_ index: Int) -> ValueType? {
    index < inputs.count ? inputs[index]?.type : nil
  }

  /// The element type of input `index`, where it is a tensor of known type.
  public func elementType(_ index: Int) -> ElementType? { type(index)?.elementType }

  /// The shape of input `index`, where its rank is known.
  public func shape(_ index: Int) -> Shape? { type(index)?.shape }

  /// The elements of input `index`, where it is a small integer tensor and something is known.
  public func elements(_ index: Int) -> SymbolicTensor? {
    index < inputs.count ? inputs[index]?.elements : nil
  }

  /// The integers of input `index`, where all are known.
  public func integers(_ index: Int) -> [Int]? {
    if let integers = elements(index)?.integers { return integers }
    guard let constant = constant(index), constant.encoding == .dense else { return nil }
    return try? constant.integers
  }

  /// The tensor of input `index`, where it is a constant.
  public func constant(_ index: Int) -> Tensor? {
    index < constants.count ? constants[index] : nil
  }

  /// Returns the value of an attribute, or its default.
  public func value<Value>(of key: AttributeKey<Value>) throws(OperatorError) -> Value {
    try node.attributes.value(of: key)
  }

  /// Returns the value of an attribute, or nil when it is left out.
  public func value<Value>(of key: OptionalAttributeKey<Value>) throws(OperatorError) -> Value? {
    try node.attributes.value(of: key)
  }

  /// Infers a subgraph whose inputs are as given and returns what is known of its outputs.
  public func infer(_ block: BlockID, with inputs: [InferredValue]) throws(OperatorError)
    -> [InferredValue]
  {
    try inferBlock(block, inputs)
  }
}
