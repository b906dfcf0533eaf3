public import IR
public import Tensors

/// A valid model that a seed makes up, with inputs on which it can be executed.
///
/// The model is prepared, and the interpreter executes it on every sample in both precisions.
public struct RandomModel: Sendable {
  public let model: Model

  /// Inputs by name: the symbolic dimensions have other extents in each sample.
  public let samples: [[String: RuntimeValue]]

  /// Creates the model of a seed, the same in every run.
  public init(seed: UInt64) {
    var grower = GraphGrower(seed: seed)
    grower.grow()
    grower.enclose()
    grower.chooseOutputs()
    grower.numberSources()
    samples = grower.samples()
    model = grower.model
  }
}
