import IR
import Operators
import Tensors

/// The operators of a registry, with their schemas in ONNX's words.
struct OperatorsReport: Encodable {
  struct Operator: Encodable {
    let domain: String
    let name: String
    /// The versions of the operator set that changed the definition.
    let versions: [Int]
    let inputs: [ParameterDocument]
    let outputs: [ParameterDocument]
    let attributes: [AttributeDocument]
    /// The types that each type variable may stand for, such as `tensor(float)`.
    let typeConstraints: [String: [String]]
    /// Whether this build executes it.
    let hasKernel: Bool
  }

  let operators: [Operator]

  init(_ registry: OperatorRegistry) {
    operators = registry.all.map { Operator($0.schema) }
  }

  /// The operators of each domain, in order.
  var byDomain: [(domain: String, operators: [Operator])] {
    var groups: [(domain: String, operators: [Operator])] = []
    for listed in operators {
      if groups.last?.domain == listed.domain {
        groups[groups.count - 1].operators.append(listed)
      } else {
        groups.append((listed.domain, [listed]))
      }
    }
    return groups
  }
}

extension OperatorsReport.Operator {
  /// Creates the entry of a registered operator; a definition always brings its kernel.
  init(_ schema: OperatorSchema) {
    domain = schema.domain.isEmpty ? "ai.onnx" : schema.domain
    name = schema.name
    versions = schema.versions
    inputs = schema.inputs.map(ParameterDocument.init)
    outputs = schema.outputs.map(ParameterDocument.init)
    attributes = schema.attributes.map(AttributeDocument.init)
    typeConstraints = schema.constraints.mapValues(\.onnxNames)
    hasKernel = true
  }
}

/// An input or an output of an operator.
struct ParameterDocument: Encodable {
  let name: String
  /// A type variable or a single type.
  let type: String
  let presence: String
  /// The fewest values of a variadic parameter.
  let minimum: Int?
  /// Whether all values of a variadic parameter have one type.
  let isHomogeneous: Bool?

  init(_ parameter: Parameter) {
    name = parameter.name
    type = parameter.type
    switch parameter.presence {
    case .required: (presence, minimum, isHomogeneous) = ("required", nil, nil)
    case .optional: (presence, minimum, isHomogeneous) = ("optional", nil, nil)
    case .variadic(let count, let isUniform):
      (presence, minimum, isHomogeneous) = ("variadic", count, isUniform)
    }
  }
}

/// An attribute of an operator.
struct AttributeDocument: Encodable {
  let name: String
  /// As ONNX's `AttributeProto.AttributeType`, in lower case.
  let kind: String
  let isRequired: Bool
  let defaultValue: DefaultValue?

  private enum CodingKeys: String, CodingKey {
    case name, kind, isRequired
    case defaultValue = "default"
  }

  init(_ declaration: AttributeDeclaration) {
    name = declaration.name
    kind = declaration.kind.onnxName
    isRequired = declaration.isRequired
    defaultValue = declaration.defaultValue.map(DefaultValue.init)
  }

  /// The default of an attribute: a number, a text, or a list of them.
  struct DefaultValue: Encodable {
    let attribute: Attribute

    init(_ attribute: Attribute) { self.attribute = attribute }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch attribute {
      case .int(let value): try container.encode(value)
      case .float(let value): try container.encode(value)
      case .string(let value): try container.encode(value.description)
      case .ints(let values): try container.encode(values)
      case .floats(let values): try container.encode(values)
      case .strings(let values): try container.encode(values.map(\.description))
      default: try container.encodeNil()
      }
    }
  }
}

extension Attribute.Kind {
  /// The name in ONNX's `AttributeProto.AttributeType`, in lower case.
  fileprivate var onnxName: String {
    switch self {
    case .sparseTensor: "sparse_tensor"
    case .sparseTensors: "sparse_tensors"
    case .type: "type_proto"
    case .types: "type_protos"
    default: "\(self)"
    }
  }
}
