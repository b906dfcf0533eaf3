public import IR
public import Tensors

/// In which floating-point type a graph is executed.
public enum Precision: String, Hashable, Sendable {
  /// In the types that the graph declares.
  case declared
  /// In 64 bits, whatever floating-point type the graph declares.
  case float64
}

/// What a kernel is given.
public struct KernelContext {
  /// Executes a subgraph with the given inputs and returns its outputs.
  public typealias BlockRunner = (BlockID, [RuntimeValue]) throws(OperatorError) -> [RuntimeValue]

  public let node: Node

  /// The inputs; nil for one that is left out.
  public internal(set) var inputs: [RuntimeValue?]

  /// Whether each output has a place to go: a kernel may skip the others.
  public let outputs: [Bool]

  /// What is known of the types of the outputs, given for nodes with subgraphs.
  ///
  /// It decides where no element does: in the empty outputs of a loop that never runs.
  public let outputTypes: [ValueType?]

  /// What is known of the types that the model has for the inputs, given in executions in 64 bits.
  public let inputTypes: [ValueType?]

  public let precision: Precision

  /// The largest number of bytes that one output may take.
  public let memoryLimit: Int

  /// The type of the first floating-point input, where a kernel computes in more bits than it has.
  var narrowType: ElementType?

  private let runBlock: BlockRunner

  public init(
    node: Node, inputs: [RuntimeValue?], outputs: [Bool] = [true],
    outputTypes: [ValueType?] = [], inputTypes: [ValueType?] = [],
    precision: Precision = .declared, memoryLimit: Int = 8 << 30,
    runBlock: @escaping BlockRunner = { _, _ in [] }
  ) {
    self.node = node
    self.inputs = inputs
    self.outputs = outputs
    self.outputTypes = outputTypes
    self.inputTypes = inputTypes
    self.precision = precision
    self.memoryLimit = memoryLimit
    self.runBlock = runBlock
  }
}

extension KernelContext {
  /// Returns the tensor at `index` of the inputs.
  ///
  /// - Throws: `missingInput` when it is left out, `invalidType` when it is no tensor.
  public func tensor(_ index: Int) throws(OperatorError) -> Tensor {
    guard let tensor = try optionalTensor(index) else {
      throw OperatorError(.missingInput, "input \(index) is missing")
    }
    return tensor
  }

  /// Returns the tensor at `index` of the inputs, or nil when it is left out.
  public func optionalTensor(_ index: Int) throws(OperatorError) -> Tensor? {
    guard index < inputs.count, let value = inputs[index] else { return nil }
    guard let tensor = value.tensor else {
      throw OperatorError(.invalidType, "input \(index) is \(value.kindName), not a tensor")
    }
    return tensor
  }

  /// Returns the integers of the int32 or int64 tensor at `index`, or nil when it is left out.
  public func optionalIntegers(_ index: Int) throws(OperatorError) -> [Int]? {
    guard let tensor = try optionalTensor(index) else { return nil }
    return try tensor.integers
  }

  /// Returns the integers of the int32 or int64 tensor at `index`.
  public func integers(_ index: Int) throws(OperatorError) -> [Int] {
    try tensor(index).integers
  }

  /// Returns the value of an attribute, or its default.
  public func value<Value>(of key: AttributeKey<Value>) throws(OperatorError) -> Value {
    try node.attributes.value(of: key)
  }

  /// Returns the value of an attribute, or nil when it is left out.
  public func value<Value>(of key: OptionalAttributeKey<Value>) throws(OperatorError) -> Value? {
    try node.attributes.value(of: key)
  }

  /// Whether anything uses output `index`.
  public func wantsOutput(_ index: Int) -> Bool { index < outputs.count && outputs[index] }

  /// Returns the type that stands for `type` in this execution's precision.
  public func resultType(for type: ElementType) -> ElementType {
    precision == .float64 && type.isFloatingPoint ? .float64 : type
  }

  /// Returns the number of elements of an output, having checked it against the memory limit.
  ///
  /// - Throws: `incompatibleShapes` for a negative extent, `limitExceeded` for too large an output.
  @discardableResult
  public func checkOutput(
    _ type: ElementType, shape: [Int]
  ) throws(OperatorError) -> Int {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw OperatorError(.incompatibleShapes, "the output would have the shape \(shape)")
    }
    // A string takes the place of its offset and of its bytes.
    let sized = type == .string ? ElementType.complex128 : type
    let bytes = Tensor.elementCount(of: shape).flatMap(sized.byteCount(forElements:))
    guard let bytes, bytes <= memoryLimit else {
      throw OperatorError(
        .limitExceeded,
        "an output of \(type)\(shape) exceeds the memory limit of \(memoryLimit) bytes",
        remedy: "check the sizes that the model asks for")
    }
    return shape.reduce(1, *)
  }

  /// Executes a subgraph with the given inputs and returns its outputs.
  public func run(_ block: BlockID, with inputs: [RuntimeValue]) throws(OperatorError)
    -> [RuntimeValue]
  {
    try runBlock(block, inputs)
  }
}

extension Tensor {
  /// The elements of an int32 or int64 tensor.
  public var integers: [Int] {
    get throws(OperatorError) {
      switch elementType {
      case .int64: withScalars(of: Int64.self) { $0.map(Int.init) }
      case .int32: withScalars(of: Int32.self) { $0.map(Int.init) }
      default:
        throw OperatorError(
          .invalidType, "a tensor of \(elementType) stands where int64 is expected")
      }
    }
  }
}
