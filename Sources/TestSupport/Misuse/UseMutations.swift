import IR
public import Operators
import Tensors

// MARK: - One change at a time

extension UseGenerator {
  /// Returns every single change of a use: counts, kinds, types, ranks, extents and attributes.
  public mutating func misuses(of use: OperatorUse) -> [OperatorUse] {
    var result = counts(use)
    for index in use.inputs.indices {
      for (change, value) in replacements(of: use.inputs[index]) {
        result.append(use.changed("input \(index) \(change)") { $0.inputs[index] = value })
      }
    }
    for declaration in schema.attributes { result += attributes(use, declaration) }
    return result
  }

  /// Returns one of the changes of ``misuses(of:)``.
  public mutating func misuse(of use: OperatorUse) -> OperatorUse {
    random.pick(misuses(of: use))
  }

  private mutating func counts(_ use: OperatorUse) -> [OperatorUse] {
    var result = [
      use.changed("no inputs") { $0.inputs = [] },
      use.changed("no outputs") { $0.outputs = [] },
      use.changed("many outputs") { $0.outputs = [Bool](repeating: true, count: 9) },
      use.changed("unused outputs") { use in use.outputs = use.outputs.map { _ in false } },
    ]
    let extra = RuntimeValue.tensor(tensor(.float32, [2]))
    result.append(
      use.changed("too many inputs") { use in
        use.inputs += [RuntimeValue](repeating: extra, count: 9)
      })
    if !use.inputs.isEmpty { result.append(use.changed("one less") { $0.inputs.removeLast() }) }
    return result
  }

  private mutating func replacements(
    of value: RuntimeValue?
  ) -> [(change: String, value: RuntimeValue?)] {
    let type = value?.tensor?.elementType ?? .float32
    let shape = value?.tensor?.shape ?? [2]
    let element = RuntimeValue.tensor(tensor(type, shape))
    var result: [(change: String, value: RuntimeValue?)] = [
      ("missing", nil), ("as an empty sequence", .sequence([])),
      ("as a sequence", .sequence([element, .tensor(tensor(type, [1]))])),
      ("as a mixed sequence", .sequence([element, .tensor(tensor(.int64, [])), .optional(nil)])),
      ("as an empty optional", .optional(nil)), ("as an optional", .optional(element)),
      ("as a map", map()), ("sparse", .tensor(sparseTensor())),
    ]
    for other in ElementType.allCases {
      result.append(("of \(other)", .tensor(tensor(other, shape))))
    }
    let shapes = [
      [], [1], [0], [4], [1, 1, 1, 1, 1, 1, 1], [2, 1, 2, 1, 2, 1, 2], [0, 3], [3, 0, 2],
      [0, .max], [Int.max, 0, 1], [1, 0, 1 << 40, 3], shape + [1], Array(shape.dropLast()),
      [100], [3, 40],
    ]
    for other in shapes { result.append(("of shape \(other)", .tensor(tensor(type, other)))) }
    for _ in 0..<6 { result.append(("extreme", .tensor(extreme(type, shape)))) }
    result.append(("extreme scalar", .tensor(extreme(type, []))))
    return result
  }

  private mutating func attributes(
    _ use: OperatorUse, _ declaration: AttributeDeclaration
  ) -> [OperatorUse] {
    let name = declaration.name
    var values: [Attribute?] = [nil]
    for kind in Attribute.Kind.allCases {
      values.append(attribute(kind, count: 2) { Int64($0.number(-1...3)) })
    }
    for _ in 0..<4 {
      values.append(
        attribute(declaration.kind, count: random.number(0...4)) { $0.extremeInteger() })
    }
    for count in [0, 1, 5, 2000] {
      values.append(attribute(declaration.kind, count: count) { Int64($0.number(-1...3)) })
    }
    switch declaration.kind {
    case .int: values += [.min, .max, -1, 0, 1, 1 << 32, 7, -7].map { .int($0) }
    case .ints: values += [.min, .max, -1, 0, 1 << 40].map { .ints([$0, $0]) }
    case .float:
      values += [.nan, .infinity, -.infinity, 0, -1, 3e38, 1e-38].map { .float($0) }
    case .floats: values += [.nan, .infinity, 0, -1].map { .floats([$0, $0]) }
    case .string:
      let bytes = ByteString(bytes: [0xff, 0x00])
      values += [bytes, "", ByteString(String(repeating: "i", count: 3000))].map { .string($0) }
    default: break
    }
    return values.map { value in
      use.changed("attribute \(name)") { $0.node.attributes[name] = value }
    }
  }
}

extension OperatorUse {
  /// Returns the use with a change.
  func changed(_ text: String, _ change: (inout OperatorUse) -> Void) -> OperatorUse {
    var copy = self
    change(&copy)
    copy.change = self.change.isEmpty ? text : "\(self.change); \(text)"
    return copy
  }
}

// MARK: - Values

extension SeededGenerator {
  /// Returns a number at which arithmetic on sizes goes wrong.
  mutating func extremeInteger() -> Int64 {
    pick([
      .min, .max, .min + 1, -1, 0, 1, 2, 1 << 31, -(1 << 31), 1 << 32, 1 << 62, 3 << 60, 1 << 40,
      1000, -2, 7,
    ])
  }

  fileprivate mutating func extremeNumber() -> Double {
    pick([.nan, .infinity, -.infinity, 0, -0.0, 1e300, -1e300, 3e38, 1e-45, 1e18, -1, 65504, 1])
  }
}

extension UseGenerator {
  /// Returns a tensor of numbers at the ends of what its type holds.
  mutating func extreme(_ type: ElementType, _ shape: [Int]) -> Tensor {
    if type == .int64 || type == .int32 {
      let count = Tensor.elementCount(of: shape) ?? 0
      let isMixed = random.chance(1, of: 2)
      let numbers = (0..<count).map { _ in
        isMixed && random.chance(1, of: 2) ? Int64(random.number(-1...3)) : random.extremeInteger()
      }
      return Tensor(shape: shape, scalars: numbers).converted(to: type)
    }
    return tensor(type, shape) { $0.extremeNumber() }
  }

  /// Returns what might be known of inputs before execution: parts of their types, huge extents,
  /// symbols, and elements that nothing computed.
  public mutating func knowledge(of use: OperatorUse) -> [InferredValue?] {
    use.inputs.map { value in
      guard let value else { return nil }
      guard let tensor = value.tensor else { return InferredValue(value) }
      let element = random.chance(1, of: 6) ? nil : tensor.elementType
      guard !random.chance(1, of: 6) else { return .tensor(element) }
      let rank = random.chance(1, of: 4) ? random.number(0...8) : tensor.rank
      let shape = Shape((0..<rank).map { dimension($0 < tensor.rank ? tensor.shape[$0] : 1) })
      guard element == .int64 || element == .int32, random.chance(2, of: 3) else {
        return .tensor(element, shape)
      }
      let elements = (0..<tensor.count).map { _ in anyElement() }
      return InferredValue(
        .tensor(element, Shape(tensor.shape)),
        elements: SymbolicTensor(shape: tensor.shape, elements: elements))
    }
  }

  private mutating func dimension(_ extent: Int) -> Dimension {
    switch random.number(0...11) {
    case 0: .unknown
    case 1: .symbol("n")
    case 2: .symbol("m")
    case 3: Dimension(parsing: "2*n+1") ?? .unknown
    case 4: .fixed(random.pick([0, .max, 1 << 62, 1 << 32, .max - 1]))
    default: .fixed(extent)
    }
  }

  private mutating func anyElement() -> Dimension {
    switch random.number(0...4) {
    case 0: .unknown
    case 1: .symbol("n")
    case 2: .fixed(Int(random.extremeInteger()))
    default: .fixed(random.number(-1...3))
    }
  }
}
