import IR
import Operators
import Tensors

/// The values of one execution of a graph: all its blocks share them, as they share ids.
final class Frame {
  private let plan: ExecutionPlan
  private let options: Interpreter.Options
  private let observer: Interpreter.Observer?
  private let steps: StepCount
  private var values: [RuntimeValue?]
  /// How deep the block that is executed lies in calls and subgraphs.
  private var depth: Int

  /// Creates the frame of one call; the frames of one execution count their steps together.
  init(
    _ plan: ExecutionPlan, options: Interpreter.Options, observer: Interpreter.Observer? = nil,
    steps: StepCount = StepCount(), depth: Int = 0
  ) {
    self.plan = plan
    self.options = options
    self.observer = observer
    self.steps = steps
    self.depth = depth
    values = [RuntimeValue?](repeating: nil, count: plan.graph.valueCapacity)
  }

  /// Executes a block with inputs that are as kernels take them, and returns its outputs.
  func run(
    _ block: BlockID, with inputs: [RuntimeValue?]
  ) throws(OperatorError) -> [RuntimeValue] {
    depth += 1
    defer { depth -= 1 }
    try Nesting.check(depth)
    try give(inputs, to: block)
    for step in plan.steps[block.index] { keep(try results(of: step), of: step) }
    return try outputs(of: block)
  }

  /// Sets the inputs of a block.
  func give(_ inputs: [RuntimeValue?], to block: BlockID) throws(OperatorError) {
    let parameters = plan.graph.inputs(of: block)
    guard inputs.count == parameters.count else {
      throw OperatorError(
        .wrongInputCount,
        "a subgraph of \(parameters.count) inputs is given \(inputs.count)")
    }
    for (parameter, input) in zip(parameters, inputs) {
      values[parameter.index] = input
    }
  }

  /// Returns the outputs of a block whose nodes were executed.
  func outputs(of block: BlockID) throws(OperatorError) -> [RuntimeValue] {
    var outputs: [RuntimeValue] = []
    for value in plan.graph.outputs(of: block) {
      guard let output = try load(value) else {
        throw OperatorError(
          .missingInput, "the output \"\(plan.graph.name(of: value))\" has no value")
      }
      outputs.append(output)
    }
    return outputs
  }

  /// Executes a node and returns its results, which ``keep(_:of:)`` takes.
  func results(of step: ExecutionStep) throws(OperatorError) -> [RuntimeValue] {
    let node = plan.graph[step.node]
    do throws(OperatorError) {
      var results = try evaluate(step, node)
      try steps.add(1 + results.reduce(0) { $0 + $1.copyingSteps }, limit: options.stepLimit)
      if let perturbation = options.perturbation, step.isRounding,
        step.isSum || perturbation.direction == nil
      {
        let magnitudes = step.isSum ? try evaluate(step, node) { $0.magnitudes } : results
        results = zip(results, magnitudes).map { result, magnitudes in
          result.perturbed(by: perturbation, inProportionTo: step.isSum ? magnitudes : nil)
        }
      }
      return results
    } catch {
      let name = node.name.isEmpty ? "" : " \"\(node.name)\""
      throw error.at("\(node.operatorID.name)\(name)")
    }
  }

  /// Holds the results of a node until their last use, and lets go of what is not used any more.
  func keep(_ results: [RuntimeValue], of step: ExecutionStep) {
    for (output, result) in zip(step.outputs, results) {
      guard let output else { continue }
      values[output.index] = result
      observer?(output, plan.graph.name(of: output), result)
    }
    for value in step.releases { values[value.index] = nil }
  }

  /// Puts another value in the place of one that is still to be used.
  func replace(_ value: ValueID, with result: RuntimeValue) {
    if values[value.index] != nil { values[value.index] = result }
  }

  /// Computes the results of a node from its inputs, or from what `change` makes of them.
  private func evaluate(
    _ step: ExecutionStep, _ node: Node, change: (RuntimeValue) -> RuntimeValue = { $0 }
  ) throws(OperatorError) -> [RuntimeValue] {
    var inputs: [RuntimeValue?] = []
    for value in step.inputs {
      guard let value else {
        inputs.append(nil)
        continue
      }
      inputs.append(try load(value).map(change))
    }
    switch step.action {
    case .call(let plan):
      // A call makes room for all values of the function.
      try steps.add(plan.graph.valueCapacity / 256, limit: options.stepLimit)
      return try Frame(plan, options: options, steps: steps, depth: depth)
        .run(plan.graph.body, with: padded(inputs, to: plan))
    case .evaluate(let definition):
      try definition.schema.check(
        node, inputs: inputs.map { $0.map(ArgumentType.init) }, outputCount: step.outputs.count,
        precision: options.precision)
      let context = KernelContext(
        node: node, inputs: inputs, outputs: step.outputs.map { $0 != nil },
        outputTypes: step.outputTypes, inputTypes: declaredTypes(of: step),
        precision: options.precision, memoryLimit: options.memoryLimit
      ) { [unowned self] (block, inputs) throws(OperatorError) in
        try run(block, with: inputs)
      }
      return try definition.evaluate(context)
    }
  }

  /// The types of the model where the values that are executed have others.
  private func declaredTypes(of step: ExecutionStep) -> [ValueType?] {
    guard options.precision == .float64 else { return [] }
    return step.inputs.map { $0.flatMap(plan.graph.type) }
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
    return try RuntimeValue.tensor(tensor).executable(options)
  }
}

/// The number of nodes that one execution has run, those of subgraphs and functions included.
final class StepCount {
  private var count = 0

  /// Counts some more.
  ///
  /// - Throws: `limitExceeded` when that is more than `limit`.
  func add(_ steps: Int, limit: Int) throws(OperatorError) {
    count += steps
    guard count <= limit else {
      throw OperatorError(
        .limitExceeded, "the execution has not ended after \(limit) steps",
        remedy: "check the conditions of the model's loops, and how often functions call each other"
      )
    }
  }
}

extension RuntimeValue {
  /// What making the value takes beside its tensors: a loop may make a longer list at each step.
  fileprivate var copyingSteps: Int {
    guard case .sequence(let elements) = self else { return 0 }
    return elements.count / 16
  }
}
