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

extension OperatorDefinition {
  /// Derives what is known of the outputs before execution, and checks that their extents can be.
  ///
  /// - Throws: what the type rule throws, or `incompatibleShapes` for a negative extent.
  public func infer(_ context: borrowing InferenceContext) throws(OperatorError) -> [InferredValue]
  {
    let results = try inferTypes(context)
    for (index, result) in results.enumerated() {
      guard let shape = result.type?.shape else { continue }
      guard shape.dimensions.allSatisfy({ $0.fixedValue ?? 0 >= 0 }) else {
        throw OperatorError(
          .incompatibleShapes, "output \(index) would have the shape \(shape)",
          remedy: "check the sizes that the model asks for")
      }
    }
    return results
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
