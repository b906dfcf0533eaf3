public import IR
public import Operators
public import Tensors

/// The reference execution of a model: readable, and the same bits on every run and machine.
///
/// Every operator runs on its own, in the order of the graph; a value is freed after its last use.
public struct Interpreter: Sendable {
  /// How a model is executed.
  public struct Options: Sendable {
    public var precision: Precision
    /// The largest number of bytes that one value may take.
    public var memoryLimit: Int
    /// How many nodes are executed before loops are taken to have no end.
    public var stepLimit: Int

    public init(
      precision: Precision = .declared, memoryLimit: Int = 8 << 30, stepLimit: Int = 1 << 26
    ) {
      self.precision = precision
      self.memoryLimit = memoryLimit
      self.stepLimit = stepLimit
    }
  }

  /// Called with each value as it is computed: its id, its name and what it holds.
  public typealias Observer = (ValueID, String, RuntimeValue) -> Void

  private let plan: ExecutionPlan
  private let options: Options

  /// Plans the execution of a model in the newest forms of its operators.
  ///
  /// - Throws: `unknownOperator` that names every operator without a definition, or what is wrong
  ///   with a derivative that the model asks for.
  public init(
    _ model: Model, options: Options = Options(), registry: OperatorRegistry = .standard
  ) throws(OperatorError) {
    let library = FunctionLibrary(model.functions)
    let planner = ExecutionPlanner(registry: registry, library: library)
    plan = try planner.plan(model.graph)
    self.options = options
    guard planner.unknownOperators.isEmpty else {
      let names = planner.unknownOperators.map(\.description).joined(separator: ", ")
      throw OperatorError(
        .unknownOperator, "no definition of \(names)",
        remedy: "`ferry operators` lists what this version executes")
    }
  }

  /// Executes the model and returns its outputs in order.
  ///
  /// - Throws: ``Operators/OperatorError`` that names the node, or the input that is missing.
  public func run(
    _ inputs: [String: RuntimeValue], observer: Observer? = nil
  ) throws(OperatorError) -> [RuntimeValue] {
    let graph = plan.graph
    var values: [RuntimeValue?] = []
    for input in graph.inputs {
      let name = graph.name(of: input)
      let given = inputs[name] ?? graph.constant(of: input).map { .tensor($0) }
      guard let given else {
        throw OperatorError(
          .missingInput, "the model's input \"\(name)\" is not given",
          remedy: "the inputs are \(graph.inputs.map(graph.name(of:)).joined(separator: ", "))")
      }
      values.append(given)
    }
    let frame = Frame(plan, options: options, observer: observer)
    return try frame.run(graph.body, with: values)
  }
}
