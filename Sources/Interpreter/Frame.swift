import IR
import Operators
import Tensors

/// The values of one execution of a graph: all its blocks share them, as they share ids.
final class Frame {
  private let plan: ExecutionPlan
  private let options: Interpreter.Options
  private let observer: Interpreter.Observer?
  private let count: StepCount
  private var values: [RuntimeValue?]

  /// Creates the frame of one call; frames of one execution count their steps together.
  init(
    _ plan: ExecutionPlan, options: Interpreter.Options, count: StepCount = StepCount(),
    observer: Interpreter.Observer? = nil
  ) {
    self.plan = plan
    self.options = options
    self.count = count
    self.observer = observer
    values = [RuntimeValue?](repeating: nil, count: plan.graph.valueCapacity)
  }

  /// Executes a block with the given inputs and returns its outputs.
  func run(
    _ block: BlockID, with inputs: [RuntimeValue?]
  ) throws(OperatorError) -> [RuntimeValue] {
    let graph = plan.graph
    let parameters = graph.inputs(of: block)
    guard inputs.count == parameters.count else {
      throw OperatorError(
        .wrongInputCount,
        "a subgraph of \(parameters.count) inputs is given \(inputs.count)")
    }
    for (parameter, input) in zip(parameters, inputs) {
      values[parameter.index] = nil
      if let input { values[parameter.index] = try inPrecision(input) }
    }
    for step in plan.steps[block.index] { try execute(step) }
    var outputs: [RuntimeValue] = []
    for value in graph.outputs(of: block) {
      guard let output = try load(value) else {
        throw OperatorError(.missingInput, "the output \"\(graph.name(of: value))\" has no value")
      }
      outputs.append(output)
    }
    return outputs
  }

  private func execute(_ step: ExecutionStep) throws(OperatorError) {
    let node = plan.graph[step.node]
    let results: [RuntimeValue]
    do throws(OperatorError) {
      try count.add(limit: options.stepLimit)
      results = try evaluate(step, node)
    } catch {
      let name = node.name.isEmpty ? "" : " \"\(node.name)\""
      throw error.at("\(node.operatorID.name)\(name)")
    }
    for (output, result) in zip(step.outputs, results) {
      guard let output else { continue }
      values[output.index] = result
      observer?(output, plan.graph.name(of: output), result)
    }
    for value in step.releases { values[value.index] = nil }
  }

  private func evaluate(
    _ step: ExecutionStep, _ node: Node
  ) throws(OperatorError) -> [RuntimeValue] {
    var inputs: [RuntimeValue?] = []
    for value in step.inputs {
      guard let value else {
        inputs.append(nil)
        continue
      }
      inputs.append(try load(value))
    }
    switch step.action {
    case .call(let plan):
      return try Frame(plan, options: options, count: count)
        .run(plan.graph.body, with: padded(inputs, to: plan))
    case .evaluate(let definition):
      try definition.schema.check(
        node, inputs: inputs.map { $0.map(ArgumentType.init) }, outputCount: step.outputs.count,
        precision: options.precision)
      let context = KernelContext(
        node: node, inputs: inputs, outputs: step.outputs.map { $0 != nil },
        outputTypes: step.outputTypes, precision: options.precision,
        memoryLimit: options.memoryLimit
      ) { [unowned self] (block, inputs) throws(OperatorError) in
        try run(block, with: inputs)
      }
      return try definition.evaluate(context)
    }
  }

  /// A call may leave out the last inputs of a function.
  private func padded(_ inputs: [RuntimeValue?], to plan: ExecutionPlan) -> [RuntimeValue?] {
    let missing = plan.graph.inputs.count - inputs.count
    return missing > 0 ? inputs + [RuntimeValue?](repeating: nil, count: missing) : inputs
  }

  private func load(_ value: ValueID) throws(OperatorError) -> RuntimeValue? {
    if let held = values[value.index] { return held }
    guard let tensor = plan.graph.constant(of: value), plan.graph.isConstant(value) else {
      return nil
    }
    return try inPrecision(.tensor(tensor))
  }

  /// Returns a value as kernels take it: dense, and in 64 bits where the options ask for that.
  private func inPrecision(_ value: RuntimeValue) throws(OperatorError) -> RuntimeValue {
    guard case .tensor(let tensor) = value else { return value }
    let dense = try decoded(tensor)
    guard options.precision == .float64, dense.elementType.isFloatingPoint else {
      return .tensor(dense)
    }
    return .tensor(dense.converted(to: .float64))
  }

  private func decoded(_ tensor: Tensor) throws(OperatorError) -> Tensor {
    guard tensor.encoding != .dense else { return tensor.withSoundBooleans }
    // A sparse tensor of a few bytes may stand for any number of zeros.
    let size = tensor.elementType.byteCount(forElements: tensor.count) ?? tensor.count
    guard size <= options.memoryLimit else {
      throw OperatorError(
        .limitExceeded,
        "a sparse constant of \(tensor.elementType)\(tensor.shape) exceeds the memory limit of "
          + "\(options.memoryLimit) bytes")
    }
    guard let dense = tensor.decoded() else {
      throw OperatorError(.invalidValue, "a sparse constant has indices outside of its shape")
    }
    return dense.withSoundBooleans
  }
}

/// The number of nodes that one execution has run, those of subgraphs and functions included.
final class StepCount {
  private var steps = 0

  /// Counts one more.
  ///
  /// - Throws: `limitExceeded` when that is more than `limit`.
  func add(limit: Int) throws(OperatorError) {
    steps += 1
    guard steps <= limit else {
      throw OperatorError(
        .limitExceeded, "the execution has not ended after \(limit) nodes",
        remedy: "check the conditions of the model's loops")
    }
  }
}
