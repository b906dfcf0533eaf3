import IR
import Tensors

// Computations element by element, those that change nothing among them.

extension GraphGrower {
  private static let functions = [
    "Relu", "Sigmoid", "Tanh", "Neg", "Abs", "Floor", "Ceil", "Round", "Sign", "Exp", "Sqrt",
    "Softplus", "Elu", "HardSigmoid", "LeakyRelu", "HardSwish", "Erf", "Reciprocal", "Sin",
  ]

  /// Applies one function of one element, or the same or a related one twice.
  mutating func applyFunctionOfOneElement() -> Bool {
    let name = random.pick(Self.functions)
    let result = node(name, floats())
    switch random.number(0...5) {
    case 0: node(name, result)
    case 1: node(random.pick(["Floor", "Ceil", "Round", "Abs", "Relu", "Sign", "Neg"]), result)
    case 2:
      let condition = node("Greater", result, number(0))
      let negated = node("Not", condition)
      if random.chance(1, of: 2) {
        node("Not", negated)
      } else {
        node("Where", negated, result, number(1))
      }
    default: break
    }
    return true
  }

  /// Combines two values, or a value and a constant on either side.
  mutating func combine() -> Bool {
    let left = floats()
    let shape = shape(of: left)
    let name = random.pick(["Add", "Sub", "Mul", "Div", "Max", "Min", "Pow"])
    let same = tensor { $0.elementType == .float32 && $0.shape == shape }
    let suffix = Array(shape.dropFirst(random.number(0...shape.count)))
    let right =
      random.chance(1, of: 2)
      ? same ?? number(2) : constant(fill(.float32, random.chance(1, of: 2) ? suffix : shape))
    let isSwapped = random.chance(1, of: 3)
    node(name, isSwapped ? right : left, isSwapped ? left : right)
    return true
  }

  /// Adds a node that gives back its input, or nearly does.
  mutating func leaveAsItIs() -> Bool {
    let value = tensor { $0.elementType.isFloatingPoint || $0.elementType.isInteger } ?? floats()
    let type = known[value]?.tensor?.elementType ?? .float32
    let rank = shape(of: value).count
    switch random.number(0...17) {
    case 0: node("Identity", value)
    case 1: node("Mul", value, number(1, type))
    case 2: node("Div", value, number(1, type))
    case 3: node("Sub", value, number(random.pick([0, -0.0]), type))
    case 4: node("Add", value, number(random.pick([0, -0.0]), type))
    case 5: node("Pow", value, number(1, random.pick([type, .float32, .int64])))
    case 6: node(random.pick(["Sum", "Max", "Min", "Mean"]), value)
    case 7: node("Concat", value, attributes: ["axis": .int(0)])
    case 8: node("Dropout", value, outputs: random.number(1...2))
    case 9: node("Cast", value, attributes: ["to": .int(Int64(type.rawValue))])
    case 10: node("Tile", value, integers([Int](repeating: 1, count: rank)))
    case 11: node("Pad", value, integers([Int](repeating: 0, count: 2 * rank)))
    case 12: node("Expand", value, integers([Int](repeating: 1, count: random.number(0...rank))))
    case 13:
      let axes = (0..<rank).map(Int64.init)
      node("Transpose", value, attributes: ["perm": .ints(axes)])
    case 14:
      node("Slice", value, integers([0]), integers([Int(Int32.max)]), integers([0]))
    case 15: node("Mul", number(1, type), value)
    case 16: node("Reshape", value, integers(shape(of: value)))
    default: node("Sub", number(0, type), value)
    }
    return true
  }

  private static let numberTypes: [ElementType] = [
    .float16, .float64, .bfloat16, .int32, .int64, .int8, .uint8, .uint16,
    .uint32, .uint64, .bool, .string,
  ]

  /// Casts a value once or several times, and back.
  mutating func castThereAndBack() -> Bool {
    guard let value = tensor(where: { $0.elementType != .string }),
      let type = known[value]?.tensor?.elementType
    else { return false }
    var result = value
    for _ in 0..<random.number(1...3) {
      let code = random.pick(Self.numberTypes).rawValue
      result = node("Cast", result, attributes: ["to": .int(Int64(code))])
    }
    node("Cast", result, attributes: ["to": .int(Int64(type.rawValue))])
    return true
  }

  private static let quantizedTypes: [ElementType] = [.int8, .uint8, .int16, .uint16]

  /// Rounds a value to a grid, and takes it, or a constant, from a grid.
  mutating func quantizeAndBack() -> Bool {
    let value = random.chance(1, of: 3) ? constant(fill(.float32, [3, 2])) : floats()
    let type = random.pick(Self.quantizedTypes)
    let scale = constant(Tensor(scalar: random.pick([0.5, 0.02, 0.1] as [Float])))
    let zero = constant(
      Tensor(scalar: Int64(random.pick([0, 3]))).converted(to: type))
    let quantized = node("QuantizeLinear", value, scale, zero)
    let restored = node("DequantizeLinear", quantized, scale, zero)
    switch random.number(0...3) {
    case 0: node("QuantizeLinear", restored, scale, zero)
    case 1: node("QuantizeLinear", node("Sigmoid", restored), scale, zero)
    case 2: node("QuantizeLinear", node("Add", restored, restored), scale, zero)
    default: break
    }
    return true
  }

  /// Computes the same once more, perhaps on an equal constant.
  mutating func repeatComputation() -> Bool {
    let nodes = Array(model.graph.nodes)
    guard !nodes.isEmpty else { return false }
    let original = random.pick(nodes)
    let inputs = model.graph.inputs(of: original).map { value -> ValueID? in
      guard let value, let tensor = model.graph.constant(of: value),
        model.graph.isConstant(value), random.chance(1, of: 2)
      else { return value }
      return constant(tensor)
    }
    _ = add(
      model.graph[original], inputs, outputs: model.graph.outputs(of: original).count)
    return true
  }
}
