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
    /// How many nodes are executed before the execution is taken to have no end.
    public var stepLimit: Int
    /// The number of threads that operators share their work with: it changes no bit.
    public var threads: Int
    /// What is added to results to see how rounding spreads; nil executes the model as it is.
    public var perturbation: Perturbation?

    public init(
      precision: Precision = .declared, memoryLimit: Int = 8 << 30, stepLimit: Int = 1 << 26,
      threads: Int = Parallelism.processorCount, perturbation: Perturbation? = nil
    ) {
      self.precision = precision
      self.memoryLimit = memoryLimit
      self.stepLimit = stepLimit
      self.threads = threads
      self.perturbation = perturbation
    }
  }

  /// Called with each value as it is computed: its id, its name and what it holds.
  public typealias Observer = (ValueID, String, RuntimeValue) -> Void

  let plan: ExecutionPlan
  let options: Options

  /// Plans the execution of a model in the newest forms of its operators.
  ///
  /// - Throws: `unknownOperator` that names every operator without a definition; `limitExceeded`
  ///   when functions call each other too deeply; what is wrong with a derivative that the model
  ///   asks for.
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
    let execution = try Execution(of: self, inputs, observer: observer)
    return try MemoryCache.shared.whileKeeping {
      Result { () throws(OperatorError) in
        while try execution.advance() != nil {}
        return try execution.outputs()
      }
    }.get()
  }

  /// The inputs of the graph in order, as kernels take them.
  func arguments(
    _ inputs: [String: RuntimeValue]
  ) throws(OperatorError) -> [RuntimeValue?] {
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
      values.append(try given.executable(options))
    }
    return values
  }
}

extension RuntimeValue {
  /// Returns a value of the model as kernels take it: dense, and in 64 bits where that is asked for.
  func executable(_ options: Interpreter.Options) throws(OperatorError) -> RuntimeValue {
    switch self {
    case .tensor(let tensor):
      let dense = try tensor.dense(withinBytes: options.memoryLimit)
      guard options.precision == .float64, dense.elementType.isFloatingPoint else {
        return .tensor(dense)
      }
      return .tensor(dense.converted(to: .float64))
    case .sequence(let elements):
      return .sequence(try elements.executable(options))
    case .optional(let content):
      return .optional(try content?.executable(options))
    case .map(let keys, let values):
      return .map(keys: keys, values: try values.executable(options))
    }
  }
}

extension [RuntimeValue] {
  fileprivate func executable(
    _ options: Interpreter.Options
  ) throws(OperatorError) -> [RuntimeValue] {
    try map { value throws(OperatorError) in try value.executable(options) }
  }
}
