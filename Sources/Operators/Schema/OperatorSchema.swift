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
  }

  /// The version of the form that is described here.
  public var version: Int { versions.last ?? 1 }

  /// The operator in its newest form.
  public var id: OperatorID { OperatorID(name, domain: domain, version: version) }
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

/// The types that a type variable may stand for.
public struct TypeConstraint: Hashable, Sendable {
  /// The elements of tensors.
  public var tensors: ElementTypes
  /// The elements of tensors in sequences.
  public var sequences: ElementTypes
  /// The elements of optional tensors.
  public var optionals: ElementTypes
  /// The elements of tensors in optional sequences.
  public var optionalSequences: ElementTypes
  /// Maps and sequences of maps, in ONNX's spelling.
  public var maps: [String]

  public init(
    tensors: ElementTypes = [], sequences: ElementTypes = [], optionals: ElementTypes = [],
    optionalSequences: ElementTypes = [], maps: [String] = []
  ) {
    self.tensors = tensors
    self.sequences = sequences
    self.optionals = optionals
    self.optionalSequences = optionalSequences
    self.maps = maps
  }

  /// Tensors of some types and nothing else.
  public static func tensors(_ types: ElementTypes) -> TypeConstraint {
    TypeConstraint(tensors: types)
  }

  /// Whether only tensors are allowed.
  public var isTensor: Bool {
    sequences.isEmpty && optionals.isEmpty && optionalSequences.isEmpty && maps.isEmpty
  }
}

/// The domain of the operators that ONNX Runtime defines.
let microsoft = "com.microsoft"
