import IR
public import Tensors

/// Everything the converter knows about one operator.
///
/// A definition describes the newest form of the operator; ``upgrades`` bring older nodes to it.
public struct OperatorDefinition: Sendable {
  /// Derives what is known of the outputs before execution, one entry an output.
  public typealias TypeRule =
    @Sendable (borrowing InferenceContext) throws(OperatorError) -> [InferredValue]

  /// Computes the outputs, one entry an output.
  ///
  /// The schema was checked: required inputs are there, types are allowed, attributes have their
  /// kinds. Shapes and values are the kernel's to check.
  public typealias Kernel =
    @Sendable (borrowing KernelContext) throws(OperatorError) -> [RuntimeValue]

  public let schema: OperatorSchema
  public let upgrades: [OperatorUpgrade]
  public let inferTypes: TypeRule
  public let evaluate: Kernel

  public init(
    _ schema: OperatorSchema, upgrades: [OperatorUpgrade] = [],
    inferTypes: @escaping TypeRule, evaluate: @escaping Kernel
  ) {
    self.schema = schema
    self.upgrades = upgrades
    self.inferTypes = inferTypes
    self.evaluate = evaluate
  }

  /// The oldest version of the operator set in which the newest form can be written.
  ///
  /// Later versions only widened the types or added attributes whose default is the old meaning.
  public var formVersion: Int {
    upgrades.map(\.formVersion).max() ?? schema.versions.first ?? 1
  }
}

/// A named group of operators that share one source file.
public struct OperatorFamily: Sendable {
  public let name: String
  public let operators: [OperatorDefinition]

  init(_ name: String, _ operators: [OperatorDefinition]) {
    self.name = name
    self.operators = operators
  }
}
