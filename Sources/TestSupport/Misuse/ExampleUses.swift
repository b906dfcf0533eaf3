import IR
import Operators
import Tensors

extension UseGenerator {
  /// Returns a use whose inputs have the shapes or the contents of an example, now and then
  /// without an optional one or with another attribute.
  mutating func use(like example: ExampleArguments) -> OperatorUse {
    var types: [String: ElementType] = [:]
    var inputs: [RuntimeValue?] = []
    for (index, input) in example.inputs.enumerated() {
      guard let parameter = schema.parameter(ofInput: index) else { break }
      let type = tensorType(of: parameter, &types) ?? .float32
      let isLeftOut = parameter.presence == .optional && random.chance(1, of: 6)
      inputs.append(isLeftOut ? nil : tensor(like: input, type).map { .tensor($0) })
    }
    var attributes = example.attributes
    if !schema.attributes.isEmpty, random.chance(1, of: 2) {
      let declaration = random.pick(schema.attributes)
      attributes[declaration.name] = plausibleAttribute(declaration, rank: 2)
    }
    let outputs = [Bool](repeating: true, count: random.number(1...max(1, schema.outputs.count)))
    return OperatorUse(
      node: Node(schema.id, attributes: attributes), inputs: inputs, outputs: outputs)
  }

  private mutating func tensor(like input: ExampleArguments.Input, _ type: ElementType) -> Tensor? {
    switch input {
    case .omitted: nil
    case .shape(let shape): tensor(type, shape)
    case .integers(let values): tensor([values.count], values.map(Double.init), type)
    case .scalar(let value): tensor([], [Double(value)], type)
    case .numbers(let shape, let values): tensor(shape, values, type)
    case .typed(let type, let input): tensor(like: input, type)
    }
  }

  private func tensor(_ shape: [Int], _ values: [Double], _ type: ElementType) -> Tensor {
    type == .string
      ? Tensor(shape: shape, strings: values.map { ByteString("\(Int($0))") })
      : Tensor(shape: shape, scalars: values).converted(to: type)
  }
}
