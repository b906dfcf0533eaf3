import IR
import Interpreter
import Operators
import Tensors

/// Grows a graph step by step and keeps the steps after which it is valid and can be executed.
///
/// The whole graph is executed after each step, so that later steps know the shape and the type of
/// every value there is.
struct GraphGrower {
  var model: Model
  var random: SeededGenerator

  /// What the values of the graph's body hold on the first sample.
  private(set) var known: [ValueID: RuntimeValue] = [:]

  /// What the inputs of the graph hold on the first sample.
  private(set) var inputs: [String: RuntimeValue] = [:]

  /// The extents of symbolic dimensions in each sample.
  static let extents: [[String: Int]] = [
    ["n": 2, "m": 3], ["n": 3, "m": 1], ["n": 0, "m": 2],
  ]

  init(seed: UInt64) {
    model = Model(operatorSets: ["": 26, "com.microsoft": 1, "ai.onnx.ml": 5])
    random = SeededGenerator(seed: seed, "graph")
  }

  /// Carries out a step if the graph is valid after it and can be executed.
  ///
  /// A step says itself, by returning false, that it found nothing to do.
  mutating func attempt(
    inBothPrecisions: Bool = false, _ step: (inout GraphGrower) -> Bool
  ) -> Bool {
    let before = (model, known, inputs)
    if step(&self), execute(inBothPrecisions: inBothPrecisions) { return true }
    (model, known, inputs) = before
    return false
  }

  private mutating func execute(inBothPrecisions: Bool) -> Bool {
    // What was derived before a step need not hold after it.
    for value in Array(model.graph.values) where model.graph.producer(of: value) != nil {
      model.graph.setType(nil, of: value)
    }
    guard model.prepare().errors.isEmpty,
      model.validate().allSatisfy({ $0.severity < .error })
    else { return false }
    do throws(OperatorError) {
      var found: [ValueID: RuntimeValue] = [:]
      _ = try Interpreter(model, options: Self.options(.declared)).run(inputs) { value, _, held in
        found[value] = held
      }
      if inBothPrecisions {
        _ = try Interpreter(model, options: Self.options(.float64)).run(inputs)
      }
      known.merge(found) { $1 }
      return true
    } catch {
      return false
    }
  }

  /// How the models are executed: they are small.
  static func options(_ precision: Precision) -> Interpreter.Options {
    Interpreter.Options(precision: precision, memoryLimit: 1 << 22, stepLimit: 10_000, threads: 1)
  }
}

// MARK: - Values

extension GraphGrower {
  /// Adds an input of the graph that holds a tensor on the first sample, and has some of its
  /// dimensions declared as symbols.
  mutating func input(_ tensor: Tensor) -> ValueID {
    let name = "x\(inputs.count)"
    let symbols = Self.extents[0]
    let dimensions = tensor.shape.map { extent -> Dimension in
      let fitting = symbols.filter { $0.value == extent }.keys.sorted()
      if let symbol = fitting.first, random.chance(1, of: 3) { return .symbol(symbol) }
      return random.chance(1, of: 20) ? .unknown : .fixed(extent)
    }
    let value = model.graph.addInput(
      named: name, type: .tensor(tensor.elementType, Shape(dimensions)))
    inputs[name] = .tensor(tensor)
    known[value] = .tensor(tensor)
    return value
  }

  mutating func constant(_ tensor: Tensor) -> ValueID {
    let name = random.chance(1, of: 2) ? "c\(model.graph.valueCapacity)" : ""
    let value = model.graph.addConstant(tensor, named: name)
    known[value] = .tensor(tensor)
    return value
  }

  mutating func integers(_ numbers: [Int]) -> ValueID {
    constant(Tensor(shape: [numbers.count], scalars: numbers.map(Int64.init)))
  }

  mutating func number(_ number: Double, _ type: ElementType = .float32) -> ValueID {
    let shape = random.chance(1, of: 4) ? [1] : []
    return constant(Tensor(shape: shape, scalars: [number]).converted(to: type))
  }

  /// Adds a node at the end of the body and returns its first output.
  @discardableResult
  mutating func node(
    _ name: String, _ inputs: ValueID?..., attributes: Attributes = [:], outputs: Int = 1
  ) -> ValueID {
    add(Node(.newest(name), attributes: attributes), inputs, outputs: outputs)
  }

  /// Adds a node at the end of the body and returns its first output.
  mutating func add(_ node: Node, _ inputs: [ValueID?], outputs: Int = 1) -> ValueID {
    var node = node
    // What draws random numbers draws them by the name.
    node.name = "node\(model.graph.nodeCapacity)"
    let results = (0..<max(1, outputs)).map { index in
      Graph.Result(random.chance(1, of: 2) ? "v\(model.graph.valueCapacity)_\(index)" : "")
    }
    let added = model.graph.add(node, inputs: inputs, results: results)
    return model.graph.outputs(of: added).compactMap { $0 }[0]
  }

  /// Returns a value of the body whose content fits, nil when there is none.
  mutating func value(where fits: (RuntimeValue) -> Bool) -> ValueID? {
    let graph = model.graph
    let fitting = graph.values.filter { value in
      graph.block(of: value) == graph.body && known[value].map(fits) ?? false
    }
    return fitting.isEmpty ? nil : random.pick(fitting)
  }

  /// Returns a tensor of the body that fits, nil when there is none.
  mutating func tensor(where fits: (Tensor) -> Bool) -> ValueID? {
    value { $0.tensor.map(fits) ?? false }
  }

  /// Returns a float32 tensor of the body with some rank, or a new input.
  mutating func floats(rank: ClosedRange<Int> = 0...4) -> ValueID {
    if random.chance(4, of: 5),
      let value = tensor(where: { $0.elementType == .float32 && rank.contains($0.rank) })
    {
      return value
    }
    return input(fill(.float32, shape(rank: random.number(rank))))
  }

  /// The shape of a value of the body on the first sample.
  func shape(of value: ValueID) -> [Int] { known[value]?.tensor?.shape ?? [] }

  mutating func shape(rank: Int) -> [Int] {
    (0..<rank).map { _ in random.chance(1, of: 40) ? 0 : random.number(1...4) }
  }

  /// Returns a tensor of small numbers, now and then with some that are none or without a sign.
  mutating func fill(_ type: ElementType, _ shape: [Int]) -> Tensor {
    let count = Tensor.elementCount(of: shape) ?? 0
    if type == .string {
      return Tensor(
        shape: shape, strings: (0..<count).map { _ in random.pick(["", "a", "0.5", "12"]) })
    }
    let isOdd = random.chance(1, of: 12)
    let isRound = random.chance(1, of: 3)
    let isLarge = random.chance(1, of: 8)
    let numbers = (0..<count).map { _ -> Double in
      guard type.isFloatingPoint else { return Double(random.number(isLarge ? -300...300 : 0...3)) }
      if isOdd, random.chance(1, of: 4) {
        return random.pick([-0.0, .nan, .infinity, -.infinity, 0, 1])
      }
      let number =
        isRound ? Double(random.number(-4...5)) / 2 : Double.random(in: -2..<2, using: &random)
      return isLarge ? 150 * number : number
    }
    return Tensor(shape: shape, scalars: numbers).converted(to: type)
  }
}

// MARK: - Results

extension GraphGrower {
  /// Makes outputs of most results that nothing uses, and of some others.
  mutating func chooseOutputs() {
    let graph = model.graph
    var chosen: [ValueID] = []
    for node in graph.nodes {
      for case let output? in graph.outputs(of: node) {
        // What is left out here is dead.
        let isChosen = graph.hasUses(output) ? random.chance(1, of: 8) : random.chance(6, of: 7)
        if isChosen { chosen.append(output) }
      }
    }
    if chosen.isEmpty { chosen = [floats()] }
    if random.chance(1, of: 10), let value = tensor(where: { _ in true }) { chosen.append(value) }
    model.graph.setOutputs(chosen, named: chosen.indices.map { "y\($0)" })
    _ = model.prepare()
  }

  /// Lets every node stand for a source of its own.
  mutating func numberSources() {
    for block in model.graph.blocks {
      for node in Array(model.graph.nodes(in: block)) {
        let source = model.graph[node]
        let index = model.graph.sources.count
        model.graph.update(node) { $0.lineage = Lineage(index) }
        model.graph.sources.append(SourceNode(name: source.name, operatorID: source.operatorID))
      }
    }
  }

  /// Returns the inputs of the samples on which the model can be executed.
  mutating func samples() -> [[String: RuntimeValue]] {
    var samples = [inputs]
    for extents in Self.extents.dropFirst() {
      var other: [String: RuntimeValue] = [:]
      for value in model.graph.inputs {
        guard case .tensor(let type?, let shape?) = model.graph.type(of: value) else { continue }
        let first = self.shape(of: value)
        let changed = zip(shape.dimensions, first).map { dimension, extent -> Int in
          guard case .symbolic(let expression) = dimension else { return extent }
          return extents[expression.description] ?? extent
        }
        other[model.graph.name(of: value)] = .tensor(fill(type, changed))
      }
      samples.append(other)
    }
    let isFirst = [true] + [Bool](repeating: false, count: samples.count - 1)
    return zip(samples, isFirst).filter { canBeExecuted(on: $0, whateverTypes: $1) }.map(\.0)
  }

  /// Whether the model can be executed on a sample, in both precisions, and what is known of shapes
  /// holds: a size of 0 in the target of a Reshape means something else than the size that it is.
  private func canBeExecuted(on sample: [String: RuntimeValue], whateverTypes: Bool) -> Bool {
    var holds = true
    do throws(OperatorError) {
      for precision in [Precision.declared, .float64] {
        let interpreter = try Interpreter(model, options: Self.options(precision))
        _ = try interpreter.run(sample) { value, _, held in
          guard let shape = model.graph.type(of: value)?.shape, let tensor = held.tensor else {
            return
          }
          let agrees =
            shape.rank == tensor.rank
            && zip(shape.dimensions, tensor.shape).allSatisfy { $0.fixedValue ?? $1 == $1 }
          if !agrees { holds = false }
        }
      }
    } catch {
      return false
    }
    return holds || whateverTypes
  }
}
