import IR
import Tensors

// The layers of networks, and the formulas that exporters write for them.

extension GraphGrower {
  private func channelShape(_ count: Int, rank: Int) -> [Int] {
    [count] + [Int](repeating: 1, count: max(0, rank - 2))
  }

  private static let activations = [
    "Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Elu", "Softplus", "Gelu",
    "Mish",
  ]

  /// Convolves an image, often in several ways that are alike, and normalizes, scales, shifts or
  /// activates what comes of it.
  mutating func convolve() -> Bool {
    let channels = random.number(1...3)
    var image =
      tensor { $0.elementType == .float32 && $0.rank == 4 && $0.shape[1] == channels }
      ?? input(fill(.float32, [random.number(1...2), channels, 4, random.number(2...5)]))
    if random.chance(1, of: 4) { image = node("Pad", image, integers([0, 0, 1, 1, 0, 0, 1, 1])) }
    let isTransposed = random.chance(1, of: 4)
    let extent = random.number(1...3)
    let hasBias = random.chance(1, of: 2)
    var attributes: Attributes = [:]
    if random.chance(1, of: 2) { attributes["pads"] = .ints([1, 1, 1, 1]) }
    if random.chance(1, of: 4) { attributes["strides"] = .ints([2, 1]) }
    let name = isTransposed ? "ConvTranspose" : "Conv"
    let activation = random.pick(Self.activations)
    let siblings = random.chance(1, of: 3) ? random.number(2...4) : 1
    for _ in 0..<siblings {
      let count = random.number(1...3)
      let weights = fill(
        .float32, (isTransposed ? [channels, count] : [count, channels]) + [extent, extent])
      let bias = hasBias ? constant(fill(.float32, [count])) : nil
      let result = node(name, image, constant(weights), bias, attributes: attributes)
      switch siblings > 1 ? random.number(0...5) : 5 {
      case 0...2: node(activation, result)
      case 3...4: break
      default: finish(scale(result, count, rank: 4))
      }
    }
    return true
  }

  /// Adds what scales and shifts each channel.
  private mutating func scale(_ value: ValueID, _ count: Int, rank: Int) -> ValueID {
    var result = value
    for _ in 0..<random.number(0...2) {
      if random.chance(1, of: 2) {
        let numbers = (0..<4).map { _ in fill(.float32, [count]) }
        let variance = numbers[3].converted(to: .float64).scalars(of: Double.self).map {
          $0.isFinite ? abs($0) + 0.25 : 1
        }
        let spread = Tensor(shape: [count], scalars: variance).converted(to: .float32)
        result = node(
          "BatchNormalization", result, constant(numbers[0]), constant(numbers[1]),
          constant(numbers[2]), constant(spread))
      } else {
        let shapes = [
          [], [1], channelShape(count, rank: rank), [1] + channelShape(count, rank: rank),
        ]
        let factor = constant(fill(.float32, random.pick(shapes)))
        let name = random.pick(["Mul", "Add", "Sub", "Div"])
        result = random.chance(1, of: 4) ? node(name, factor, result) : node(name, result, factor)
      }
    }
    return result
  }

  /// Adds a residual connection and an activation, or neither.
  private mutating func finish(_ value: ValueID) {
    var result = value
    if random.chance(1, of: 4) { result = node("Add", result, floats()) }
    if random.chance(1, of: 3) { result = node(random.pick(Self.activations), result) }
    if random.chance(1, of: 6) { result = node("Relu", result) }
    if random.chance(1, of: 6) { result = node("Clip", result, number(-0.5), number(0.75)) }
    if random.chance(1, of: 8) { node("Mul", result, node("Sigmoid", result)) }
  }

  /// Multiplies by constant weights and adds a bias.
  mutating func multiplyMatrices() -> Bool {
    let isMatrix = random.chance(1, of: 2)
    var value = floats(rank: isMatrix ? 2...2 : 1...4)
    let inner = shape(of: value).last ?? 1
    if random.chance(1, of: 3) {
      value = node(random.pick(["Mul", "Div"]), value, constant(fill(.float32, [inner])))
    }
    let count = random.number(1...4)
    guard isMatrix, random.chance(2, of: 3) else {
      let product = node("MatMul", value, constant(fill(.float32, [inner, count])))
      finish(node("Add", product, constant(fill(.float32, [count]))))
      return true
    }
    var attributes: Attributes = [:]
    let isTransposed = random.chance(1, of: 2)
    if isTransposed { attributes["transB"] = .int(1) }
    if random.chance(1, of: 5) { attributes["alpha"] = .float(0.5) }
    if random.chance(1, of: 5) { attributes["beta"] = .float(2) }
    let weights = constant(fill(.float32, isTransposed ? [count, inner] : [inner, count]))
    let bias =
      random.chance(2, of: 3) ? constant(fill(.float32, random.pick([[count], [1]]))) : nil
    let product = node("Gemm", value, weights, bias, attributes: attributes)
    finish(scale(product, count, rank: 2))
    return true
  }

  /// Normalizes by a formula: of layers, by the root mean square, or softmax.
  mutating func normalize() -> Bool {
    let x = floats(rank: 1...4)
    let width = shape(of: x).last ?? 1
    let axis = integers([-1])
    let keep: Attributes = random.chance(1, of: 12) ? ["keepdims": .int(0)] : [:]
    switch random.number(0...3) {
    case 0, 1:
      let centred = node("Sub", x, node("ReduceMean", x, axis, attributes: keep))
      let square =
        random.chance(1, of: 2) ? node("Mul", centred, centred) : node("Pow", centred, number(2))
      let variance = node("ReduceMean", square, axis, attributes: keep)
      let deviation = node("Sqrt", node("Add", variance, number(1e-5)))
      let normal = node("Div", centred, deviation)
      if random.chance(2, of: 3) {
        let scaled = node("Mul", normal, constant(fill(.float32, [width])))
        if random.chance(2, of: 3) { node("Add", scaled, constant(fill(.float32, [width]))) }
      }
    case 2:
      let mean = node("ReduceMean", node("Mul", x, x), axis, attributes: keep)
      let root = node("Sqrt", node("Add", mean, number(1e-6)))
      let normal =
        random.chance(1, of: 2) ? node("Div", x, root) : node("Mul", x, node("Reciprocal", root))
      node("Mul", constant(fill(.float32, [width])), normal)
    default:
      let powers = node("Exp", node("Sub", x, node("ReduceMax", x, axis, attributes: keep)))
      node("Div", powers, node("ReduceSum", powers, axis, attributes: keep))
    }
    return true
  }

  /// Activates by a formula.
  mutating func activate() -> Bool {
    let x = floats()
    switch random.number(0...4) {
    case 0:
      let error = node("Erf", node("Div", x, number(1.41421356)))
      let product = node("Mul", x, node("Add", error, number(1)))
      node("Mul", number(0.5), product)
    case 1:
      let cube = node("Mul", node("Pow", x, number(3)), number(0.044715))
      let inner = node("Mul", node("Add", x, cube), number(0.79788456))
      node("Mul", node("Mul", x, number(0.5)), node("Add", node("Tanh", inner), number(1)))
    case 2: node("Mul", x, node("Sigmoid", x))
    case 3: node("Mul", x, node("Tanh", node("Softplus", x)))
    default:
      let clip = node("Clip", node("Add", x, number(3)), number(0), number(6))
      node("Div", random.chance(1, of: 2) ? node("Mul", x, clip) : clip, number(6))
    }
    return true
  }

  /// Weighs the rows of a value by how well they fit each other.
  mutating func attend() -> Bool {
    let x = floats(rank: 2...4)
    let rank = shape(of: x).count
    var axes = (0..<rank).map(Int64.init)
    axes.swapAt(rank - 1, rank - 2)
    let products = node("MatMul", x, node("Transpose", x, attributes: ["perm": .ints(axes)]))
    let scaled = node("Mul", products, number(0.5))
    node("MatMul", node("Softmax", scaled, attributes: ["axis": .int(-1)]), x)
    return true
  }

  /// Runs a recurrent layer, from a state that is zero or given.
  mutating func recur() -> Bool {
    let x = input(fill(.float32, [random.number(1...3), 2, 3]))
    let (name, gates) = random.pick([("GRU", 3), ("LSTM", 4), ("RNN", 1)])
    let weights = constant(fill(.float32, [1, 2 * gates, 3]))
    let recurrence = constant(fill(.float32, [1, 2 * gates, 2]))
    let state: ValueID?
    switch random.number(0...3) {
    case 0: state = nil
    case 1: state = constant(Tensor(shape: [1, 2, 2], scalars: [0, 0, 0, 0] as [Float]))
    case 2: state = node("ConstantOfShape", integers([1, 2, 2]))
    default: state = constant(fill(.float32, [1, 2, 2]))
    }
    node(
      name, x, weights, recurrence, nil, nil, state, attributes: ["hidden_size": .int(2)],
      outputs: random.number(1...2))
    return true
  }
}
