public import IR
public import Operators
import Tensors

/// Looks for sizes of symbolic dimensions with which a model can be executed on made-up inputs.
///
/// What constants say of a size holds: the channels of a convolution's weights, for example. The others
/// are 1, or all the same of a list of sizes, those that are always the first of their axes excepted,
/// for these are batches. Where that is not enough, one symbol after another gets the size with which
/// the execution comes furthest.
public struct SizeSearch {
  /// How far an execution came.
  public struct Attempt: Sendable {
    public let sizes: [String: Int]
    /// The nodes that were executed.
    public let executedCount: Int
    /// What ended the execution; nil where it came to its end.
    public let error: OperatorError?

    public init(sizes: [String: Int], executedCount: Int, error: OperatorError?) {
      self.sizes = sizes
      self.executedCount = executedCount
      self.error = error
    }
  }

  /// The symbols whose sizes are looked for, in alphabetical order; `?` is for all dimensions without
  /// a name.
  public let symbols: [String]

  private let initial: [String: Int]
  /// The symbols that get the same size.
  private let common: [String]
  private var attemptCount = 0

  /// Small powers of 2, small sizes in between, and what large images and sounds take.
  private static let sizes = [
    1, 2, 4, 8, 16, 32, 64, 3, 5, 6, 7, 10, 12, 24, 48, 96, 128, 224, 256, 384, 512, 1024,
  ]

  /// Ends a search whatever time there is.
  private static let attemptLimit = 512

  /// Prepares the search for the sizes that inputs of a graph have and `given` does not say.
  public init(of graph: Graph, given: [String: Int]) {
    let unnamed = graph.hasUnknownInputDimension ? ["\(Dimension.unknown)"] : []
    symbols = (graph.symbolsOfInputs + unnamed).filter { given[$0] == nil }
    let forced = graph.sizesFromWeights
    initial = symbols.reduce(into: [:]) { $0[$1] = forced[$1] ?? 1 }
    let batches = graph.batchSymbols
    common = symbols.filter { forced[$0] == nil && !batches.contains($0) }
  }

  /// Executes until an execution comes to its end, and returns that one, or else the one that came
  /// furthest.
  ///
  /// At least one is tried; `hasTime` is asked before every other.
  public mutating func run(
    while hasTime: () -> Bool, executing execute: (_ sizes: [String: Int]) -> Attempt
  ) -> Attempt {
    var furthest = execute(initial)
    attemptCount = 1
    // What is too much at the least sizes is too much at others.
    if isOver(furthest) || furthest.error?.code == .limitExceeded { return furthest }
    for size in common.isEmpty ? [] : Self.sizes.dropFirst() {
      let sizes = common.reduce(into: initial) { $0[$1] = size }
      advance(&furthest, sizes, hasTime, execute)
      if isOver(furthest) { return furthest }
    }
    var count = -1
    while furthest.executedCount > count, hasTime() {
      count = furthest.executedCount
      for symbol in symbols {
        for size in Self.sizes where size != furthest.sizes[symbol] {
          var sizes = furthest.sizes
          sizes[symbol] = size
          advance(&furthest, sizes, hasTime, execute)
          if isOver(furthest) { return furthest }
        }
      }
    }
    return furthest
  }

  /// Tries sizes, and keeps them where the execution comes further.
  private mutating func advance(
    _ furthest: inout Attempt, _ sizes: [String: Int], _ hasTime: () -> Bool,
    _ execute: (_ sizes: [String: Int]) -> Attempt
  ) {
    guard attemptCount < Self.attemptLimit, hasTime() else { return }
    attemptCount += 1
    let attempt = execute(sizes)
    if attempt.error == nil || attempt.executedCount > furthest.executedCount {
      furthest = attempt
    }
  }

  /// Whether no sizes can do better.
  private func isOver(_ attempt: Attempt) -> Bool {
    guard let error = attempt.error else { return true }
    return error.code == .unknownOperator || error.code == .unsupported
  }
}
