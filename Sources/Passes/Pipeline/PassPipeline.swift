public import IR

/// Passes in the order in which they run: data, made from a level, from names or from a file.
public struct PassPipeline: Sendable {
  /// A place in the order.
  public enum Step: Sendable {
    case run(any Pass)
    /// Some passes in turn until none of them changes anything, or `limit` rounds left no fewer nodes.
    case untilStable([any Pass], limit: Int)
  }

  public var steps: [Step]

  public init(_ steps: [Step] = []) { self.steps = steps }

  /// Creates a pipeline that runs each pass once.
  public init(_ passes: [any Pass]) { steps = passes.map { .run($0) } }

  /// The passes in order, one that runs repeatedly once.
  public var passes: [any Pass] {
    steps.flatMap { step -> [any Pass] in
      switch step {
      case .run(let pass): [pass]
      case .untilStable(let passes, _): passes
      }
    }
  }
}

extension PassPipeline {
  /// Returns the pipeline with passes that learn from data.
  public func calibrated(by activations: ActivationSource) -> PassPipeline {
    map { $0.calibrated(by: activations) }
  }

  /// Returns the pipeline with what `change` makes of each pass.
  func map(_ change: (any Pass) -> any Pass) -> PassPipeline {
    PassPipeline(
      steps.map { step in
        switch step {
        case .run(let pass): .run(change(pass))
        case .untilStable(let passes, let limit):
          .untilStable(passes.map(change), limit: limit)
        }
      })
  }
}

/// What is decided about the result of a pass.
public enum PassJudgement: Hashable, Sendable {
  case keep
  /// The model from before the pass is taken again.
  case rollBack(reason: String)
}

/// What one run of a pass did.
public struct PassRecord: Hashable, Sendable {
  public let pass: String
  public let contract: NumericalContract
  public let changes: Int
  /// The nodes of the graph, subgraphs included, before and after.
  public let nodesBefore: Int
  public let nodesAfter: Int
  /// Why the model from before the pass was taken again; nil when the result was kept.
  public let rollbackReason: String?
}

extension PassPipeline {
  /// Decides about the result of a pass that changed something, from the models before and after.
  public typealias Judge = (any Pass, _ before: Model, _ after: Model) throws -> PassJudgement

  /// Runs the passes on a prepared model and returns what each did that changed something.
  ///
  /// A pass whose result is rolled back does not run again. A model that asks for derivatives is
  /// left as it is: these name inner values.
  public func run(on model: inout Model, judge: Judge? = nil) throws -> [PassRecord] {
    guard !model.graph.asksForGradients else { return [] }
    let passed = model.graph.passedOutputs
    var run = PipelineRun(model: model, judge: judge)
    model = Model()
    defer {
      model = run.model
      model.graph.computeOutputs(except: passed)
    }
    for step in steps {
      switch step {
      case .run(let pass): _ = try run.execute(pass)
      case .untilStable(let passes, let limit):
        var rest = limit
        while rest > 0 {
          let nodes = run.model.graph.totalNodeCount
          var isStable = true
          for pass in passes where try run.execute(pass) { isStable = false }
          if isStable { break }
          if run.model.graph.totalNodeCount >= nodes { rest -= 1 }
        }
      }
    }
    return run.records
  }
}

/// The state of a pipeline between two passes.
private struct PipelineRun {
  var model: Model
  let judge: PassPipeline.Judge?
  private(set) var records: [PassRecord] = []
  private var rejected: Set<String> = []

  init(model: Model, judge: PassPipeline.Judge?) {
    self.model = model
    self.judge = judge
  }

  /// Runs one pass; true when the model is another one now.
  mutating func execute(_ pass: any Pass) throws -> Bool {
    guard !rejected.contains(pass.name) else { return false }
    let nodesBefore = model.graph.totalNodeCount
    // Without a judge nothing keeps the former model, and edits copy nothing.
    let before = judge == nil ? nil : model
    let changes = try pass.run(on: &model)
    guard changes > 0 else { return false }
    var judgement = PassJudgement.keep
    if let judge, let before { judgement = try judge(pass, before, model) }
    var reason: String?
    let nodesAfter = model.graph.totalNodeCount
    if case .rollBack(let why) = judgement, let before {
      model = before
      rejected.insert(pass.name)
      reason = why
    }
    records.append(
      PassRecord(
        pass: pass.name, contract: pass.contract, changes: changes, nodesBefore: nodesBefore,
        nodesAfter: nodesAfter, rollbackReason: reason))
    return reason == nil
  }
}
