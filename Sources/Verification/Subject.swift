public import IR
public import Interpreter
public import Operators
public import Tensors

/// A model under comparison, with how it is executed.
public struct Subject: Sendable {
  public let model: Model
  let options: Interpreter.Options
  private let registry: OperatorRegistry

  public init(
    _ model: Model, options: Interpreter.Options = Interpreter.Options(),
    registry: OperatorRegistry = .standard
  ) {
    self.model = model
    self.options = options
    self.registry = registry
  }

  /// The names of the outputs in order.
  var outputNames: [String] { model.graph.outputNames(of: model.graph.body) }

  /// Plans an execution.
  func interpreter(
    _ precision: Precision, threads: Int? = nil, perturbation: Perturbation? = nil
  ) throws(OperatorError) -> Interpreter {
    var options = options
    options.precision = precision
    options.threads = threads ?? options.threads
    options.perturbation = perturbation
    return try Interpreter(model, options: options, registry: registry)
  }

  /// Returns another model that is executed the same way.
  func with(_ model: Model) -> Subject {
    Subject(model, options: options, registry: registry)
  }

  /// The outputs in the model's own types, or in 64 bits.
  func outputs(
    on sample: Sample, _ precision: Precision = .declared
  ) throws(OperatorError) -> ModelOutputs {
    named(try interpreter(precision).run(sample.values))
  }

  /// The outputs in 64 bits; nil where the model cannot be executed so.
  func exactOutputs(on sample: Sample) -> ModelOutputs? {
    guard let interpreter = try? interpreter(.float64) else { return nil }
    return (try? interpreter.run(sample.values)).map(named)
  }

  /// The outputs by name.
  func named(_ outputs: [RuntimeValue]) -> ModelOutputs {
    Dictionary(zip(outputNames, outputs)) { first, _ in first }
  }
}

/// What executes a candidate.
public enum Engine: String, Hashable, Sendable, Codable {
  /// The reference interpreter, in the types that the model declares.
  case interpreter
}

/// The outputs of a model by name, for one sample.
public typealias ModelOutputs = [String: RuntimeValue]
