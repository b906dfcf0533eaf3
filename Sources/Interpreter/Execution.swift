public import IR
public import Operators
public import Tensors

/// An execution that its caller advances node by node, so that several can go side by side.
public final class Execution {
  /// What the execution of one node of the graph's body gave.
  public struct Step {
    public let node: NodeID
    /// The results that the graph has names for, in order.
    public let results: [(value: ValueID, content: RuntimeValue)]
  }

  private let interpreter: Interpreter
  private let frame: Frame
  private var position = 0

  /// Starts the execution of a model.
  ///
  /// The observer is told of every value as it is computed, those of subgraphs included.
  ///
  /// - Throws: ``Operators/OperatorError`` when an input is missing.
  public init(
    of interpreter: Interpreter, _ inputs: [String: RuntimeValue],
    observer: Interpreter.Observer? = nil
  ) throws(OperatorError) {
    self.interpreter = interpreter
    frame = Frame(interpreter.plan, options: interpreter.options, observer: observer)
    try frame.give(try interpreter.arguments(inputs), to: interpreter.plan.graph.body)
  }

  /// The graph that is executed: that of the model, with derivatives in the place of the nodes that
  /// ask for them.
  public var graph: Graph { interpreter.plan.graph }

  /// The node that is executed next; nil at the end.
  public var next: NodeID? { nextStep?.node }

  private var nextStep: ExecutionStep? {
    let steps = interpreter.plan.steps[graph.body.index]
    return position < steps.count ? steps[position] : nil
  }

  /// Executes the next node and returns its results; nil at the end.
  ///
  /// - Throws: ``Operators/OperatorError`` that names the node.
  public func advance() throws(OperatorError) -> Step? {
    guard let step = nextStep else { return nil }
    let threads = max(1, interpreter.options.threads)
    let results = try Parallelism.$threadCount.withValue(threads) {
      Result { () throws(OperatorError) in try frame.results(of: step) }
    }.get()
    return keep(results, of: step)
  }

  /// Takes the results of another execution for those of the next node.
  public func advance(taking results: [RuntimeValue]) -> Step? {
    nextStep.map { keep(results, of: $0) }
  }

  private func keep(_ results: [RuntimeValue], of step: ExecutionStep) -> Step {
    position += 1
    frame.keep(results, of: step)
    let named = zip(step.outputs, results).compactMap { value, content in
      value.map { (value: $0, content: content) }
    }
    return Step(node: step.node, results: named)
  }

  /// Puts another value in the place of a computed one that is still to be used.
  public func replace(_ value: ValueID, with content: RuntimeValue) {
    frame.replace(value, with: content)
  }

  /// Returns the outputs in order, when the last node was executed.
  public func outputs() throws(OperatorError) -> [RuntimeValue] {
    try frame.outputs(of: graph.body)
  }
}
