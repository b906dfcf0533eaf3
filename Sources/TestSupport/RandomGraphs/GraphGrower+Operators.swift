import IR
import Operators
import Tensors

extension GraphGrower {
  private static let definitions = OperatorRegistry.standard.all.filter { definition in
    // Models that ask for derivatives are left alone by every pass.
    definition.schema.name != "Gradient"
  }

  /// Uses any operator: its inputs are values that there are, constants or new inputs.
  mutating func useOperator() -> Bool {
    var definition = random.pick(Self.definitions)
    // Half of the uses are of the operators that most models consist of.
    while random.chance(1, of: 2), !definition.schema.domain.isEmpty {
      definition = random.pick(Self.definitions)
    }
    var generator = UseGenerator(definition, seed: random.next())
    for _ in 0..<6 {
      let use = generator.plausibleUse()
      guard use.node.attributes.allSatisfy({ $0.value.blocks.isEmpty }),
        use.outcome(by: definition).isComputed
      else { continue }
      var inputs: [ValueID?] = []
      for content in use.inputs {
        guard let content else {
          inputs.append(nil)
          continue
        }
        guard let value = value(like: content) else { return false }
        inputs.append(value)
      }
      return attempt(inBothPrecisions: true) { grower in
        _ = grower.add(use.node, inputs, outputs: use.outputs.count)
        return true
      }
    }
    return false
  }

  /// Returns a value that an operator may take in the place of another.
  private mutating func value(like content: RuntimeValue) -> ValueID? {
    guard let tensor = content.tensor else {
      return value { $0.kindName == content.kindName } ?? sequence(like: content)
    }
    // Integers in a list are sizes, axes or indices: most say how to compute.
    let isParameter = tensor.elementType == .int64 && tensor.rank <= 1
    if isParameter, random.chance(3, of: 4) { return constant(tensor) }
    if let value = self.tensor(where: {
      $0.elementType == tensor.elementType && $0.shape == tensor.shape
    }), random.chance(3, of: 4) {
      return value
    }
    if random.chance(1, of: 4),
      let value = self.tensor(where: {
        $0.elementType == tensor.elementType && $0.rank == tensor.rank
      })
    {
      return value
    }
    return random.chance(1, of: 2) ? constant(tensor) : input(tensor)
  }

  private mutating func sequence(like content: RuntimeValue) -> ValueID? {
    guard case .sequence(let elements) = content, !elements.isEmpty else { return nil }
    let values = elements.compactMap { $0.tensor.map { constant($0) } }
    return add(Node(.newest("SequenceConstruct")), values)
  }
}

extension OperatorID {
  /// The newest form of an operator of the default operator set.
  static func newest(_ name: String) -> OperatorID {
    OperatorRegistry.standard[OperatorID(name)]?.schema.id ?? OperatorID(name)
  }
}
