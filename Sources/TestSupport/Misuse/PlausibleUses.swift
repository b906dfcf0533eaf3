import IR
public import Operators
import Tensors

/// Makes uses of one operator from its schema: plausible ones, and changes that break them.
public struct UseGenerator: Sendable {
  let schema: OperatorSchema
  /// Where the choices come from.
  public var random: SeededGenerator

  /// Creates the generator of an operator; the same seed makes the same uses.
  public init(_ definition: OperatorDefinition, seed: UInt64) {
    schema = definition.schema
    random = SeededGenerator(seed: seed, definition.schema.id.description)
  }
}

// MARK: - Plausible uses

extension UseGenerator {
  /// Returns a use that the schema allows; whether the operator takes its shapes and values is open.
  public mutating func plausibleUse() -> OperatorUse {
    let examples = ExampleArguments.of(schema.id)
    if !examples.isEmpty, random.chance(3, of: 4) { return use(like: random.pick(examples)) }
    let rank = random.number(0...4)
    let shape = (0..<rank).map { _ in random.number(1...3) }
    var types: [String: ElementType] = [:]
    var inputs: [RuntimeValue?] = []
    for parameter in schema.inputs {
      switch parameter.presence {
      case .required: inputs.append(value(for: parameter, &types, shape))
      case .optional:
        inputs.append(random.chance(1, of: 2) ? value(for: parameter, &types, shape) : nil)
      case .variadic(let minimum, let isHomogeneous):
        for _ in 0..<random.number(minimum...(minimum + 2)) {
          if !isHomogeneous { types[parameter.type] = nil }
          inputs.append(value(for: parameter, &types, shape))
        }
      }
    }
    while let last = inputs.last, last == nil, random.chance(1, of: 2) { inputs.removeLast() }
    var attributes: Attributes = [:]
    for declaration in schema.attributes where declaration.isRequired || random.chance(1, of: 3) {
      attributes[declaration.name] = plausibleAttribute(declaration, rank: rank)
    }
    let outputs = [Bool](repeating: true, count: random.number(1...max(1, schema.outputs.count)))
    return OperatorUse(
      node: Node(schema.id, attributes: attributes), inputs: inputs, outputs: outputs)
  }

  /// Chooses the type of a parameter that takes tensors, the same for every use of its variable.
  mutating func tensorType(
    of parameter: Parameter, _ types: inout [String: ElementType]
  ) -> ElementType? {
    guard let constraint = schema.constraints[parameter.type] else {
      return ElementType.allCases.first { "tensor(\($0.onnxName))" == parameter.type } ?? .float32
    }
    let allowed = constraint.tensors.elements
    guard !allowed.isEmpty else { return nil }
    let common = allowed.filter { [.float32, .int64, .float16, .bool, .string].contains($0) }
    let pool = !common.isEmpty && random.chance(2, of: 3) ? common : allowed
    let type = types[parameter.type] ?? random.pick(pool)
    types[parameter.type] = type
    return type
  }

  private mutating func value(
    for parameter: Parameter, _ types: inout [String: ElementType], _ shape: [Int]
  ) -> RuntimeValue {
    let own: [Int] =
      switch random.number(0...9) {
      case 0: []
      case 1, 2: [random.number(1...4)]
      case 3: (0..<random.number(0...4)).map { _ in random.number(1...3) }
      default: shape
      }
    guard let type = tensorType(of: parameter, &types) else {
      return otherValue(for: schema.constraints[parameter.type] ?? TypeConstraint())
    }
    return .tensor(tensor(type, own))
  }

  /// Returns a sequence, an optional or a map, as the constraint has it.
  private mutating func otherValue(for constraint: TypeConstraint) -> RuntimeValue {
    if let type = constraint.sequences.elements.first {
      let elements = (0..<random.number(0...3)).map { _ in RuntimeValue.tensor(tensor(type, [2])) }
      return .sequence(elements)
    }
    if let type = constraint.optionals.elements.first {
      return .optional(random.chance(1, of: 2) ? .tensor(tensor(type, [2])) : nil)
    }
    return map()
  }

  mutating func map() -> RuntimeValue {
    let keys = tensor(random.chance(1, of: 2) ? .int64 : .string, [2])
    return .map(keys: keys, values: [.tensor(tensor(.float32, [])), .tensor(tensor(.float32, []))])
  }

  mutating func plausibleAttribute(
    _ declaration: AttributeDeclaration, rank: Int
  ) -> Attribute {
    if let value = declaration.defaultValue, random.chance(1, of: 3) { return value }
    return attribute(declaration.kind, count: random.pick([rank, max(0, rank - 2), 2, 1])) {
      Int64($0.number(-1...3))
    }
  }
}

// MARK: - Values

extension UseGenerator {
  /// The words that attributes of operators consist of.
  private static let words: [ByteString] = [
    "constant", "edge", "reflect", "wrap", "linear", "nearest", "cubic", "SAME_UPPER", "VALID",
    "NOTSET", "add", "mul", "max", "half_pixel", "asymmetric", "align_corners", "forward",
    "reverse", "bidirectional", "sum", "mean", "none", "DCR", "CRD", "Tanh", "Sigmoid", "Relu",
    "ij,jk->ik", "...i,i", "floor", "TF", "TO_FLOAT", "SOFTMAX", "BRANCH_LEQ", "LEAF", "a", "",
  ]

  /// Returns an attribute of a kind whose numbers `number` gives.
  mutating func attribute(
    _ kind: Attribute.Kind, count: Int, number: (inout SeededGenerator) -> Int64
  ) -> Attribute {
    switch kind {
    case .int: .int(number(&random))
    case .ints: .ints((0..<count).map { _ in number(&random) })
    case .float: .float(Float(number(&random)) / 2)
    case .floats: .floats((0..<count).map { _ in Float(number(&random)) / 2 })
    case .string: .string(random.pick(Self.words))
    case .strings: .strings((0..<count).map { _ in random.pick(Self.words) })
    case .tensor: .tensor(tensor(random.pick([.float32, .int64, .string, .float64]), [count]))
    case .tensors: .tensors((0..<count).map { _ in tensor(.float32, [2]) })
    case .graph: .block(Graph().body)
    case .graphs: .blocks([Graph().body])
    case .sparseTensor: .tensor(sparseTensor())
    case .sparseTensors: .tensors([sparseTensor()])
    case .type: .type(.tensor(.float32, [2]))
    case .types: .types([.sequence(.tensor(.int64, nil))])
    }
  }

  /// Returns a dense tensor of small numbers.
  mutating func tensor(_ type: ElementType, _ shape: [Int]) -> Tensor {
    tensor(type, shape) { Double($0.number(-2...5)) / (type.isFloatingPoint ? 2 : 1) }
  }

  mutating func tensor(
    _ type: ElementType, _ shape: [Int], number: (inout SeededGenerator) -> Double
  ) -> Tensor {
    let count = Tensor.elementCount(of: shape) ?? 0
    if type == .string {
      return Tensor(shape: shape, strings: (0..<count).map { _ in random.pick(Self.words) })
    }
    let numbers = (0..<count).map { _ in number(&random) }
    return Tensor(shape: shape, scalars: numbers).converted(to: type)
  }

  /// Returns a tensor of four numbers, two of which are stored.
  mutating func sparseTensor() -> Tensor {
    let values = tensor(.float32, [2])
    let indices = Tensor(shape: [2], scalars: [0, 3] as [Int64])
    return Tensor(
      .float32, shape: [2, 2], encoding: .coordinates(indices: indices), storage: values.storage)
      ?? values
  }
}
