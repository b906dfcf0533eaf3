public import IR
import Tensors

/// What an operator looks like from outside: its newest form (ONNX `OpSchema`).
public struct OperatorSchema: Sendable {
  public let name: String
  public let domain: String

  /// The versions of the operator set at which the definition changed, ascending.
  public let versions: [Int]

  public let inputs: [Parameter]
  public let outputs: [Parameter]
  public let attributes: [AttributeDeclaration]

  /// The types that each type variable of the parameters may stand for.
  public let constraints: [String: TypeConstraint]

  /// The types that parameters name instead of a variable.
  private let namedTypes: [String: TypeConstraint]

  public init(
    _ name: String, domain: String = "", versions: [Int], inputs: [Parameter],
    outputs: [Parameter], attributes: [AttributeDeclaration] = [],
    constraints: [String: TypeConstraint]
  ) {
    self.name = name
    self.domain = domain
    self.versions = versions
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
    self.constraints = constraints
    var namedTypes: [String: TypeConstraint] = [:]
    for parameter in inputs + outputs where constraints[parameter.type] == nil {
      namedTypes[parameter.type] = TypeConstraint(spelling: parameter.type)
    }
    self.namedTypes = namedTypes
  }

  /// The version of the form that is described here.
  public var version: Int { versions.last ?? 1 }

  /// The operator in its newest form.
  public var id: OperatorID { OperatorID(name, domain: domain, version: version) }

  /// Returns the types that a parameter takes; nil when it names a variable without constraint.
  public func constraint(of parameter: Parameter) -> TypeConstraint? {
    constraints[parameter.type] ?? namedTypes[parameter.type]
  }
}

/// An input or an output of an operator.
public struct Parameter: Hashable, Sendable {
  /// How many values the parameter stands for.
  public enum Presence: Hashable, Sendable {
    case required
    /// One, which may be left out.
    case optional
    /// At least `minimum`; only the last parameter. When they are homogeneous, all have one type.
    case variadic(minimum: Int, isHomogeneous: Bool)
  }

  public let name: String

  /// A type variable of the schema's constraints, or a single type such as `tensor(int64)`.
  public let type: String

  public let presence: Presence

  public static func required(_ name: String, _ type: String) -> Parameter {
    Parameter(name: name, type: type, presence: .required)
  }

  public static func optional(_ name: String, _ type: String) -> Parameter {
    Parameter(name: name, type: type, presence: .optional)
  }

  public static func variadic(
    _ name: String, _ type: String, minimum: Int = 1, isHomogeneous: Bool = true
  ) -> Parameter {
    let presence = Presence.variadic(minimum: minimum, isHomogeneous: isHomogeneous)
    return Parameter(name: name, type: type, presence: presence)
  }
}

/// The domain of the operators that ONNX Runtime defines.
let microsoft = "com.microsoft"
