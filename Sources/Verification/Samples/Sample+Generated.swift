public import IR
import Tensors

extension Sample {
  /// How inputs are made up where no data is given.
  public struct Generation: Sendable {
    public var seed: UInt64

    /// The sizes of symbolic dimensions by name, of all without one as `?`.
    public var dimensions: [String: Int]

    /// The sizes of those that `dimensions` lacks, for samples that are no other shapes; 1 where this
    /// lacks them too.
    public var assumedDimensions: [String: Int] = [:]

    /// The ranges that inputs are declared to have, by name: no number lies beyond.
    public var ranges: [String: InputRange]

    /// The ranges that data had, by name, for inputs of which nothing better is known.
    public var learntRanges: [String: InputRange]

    /// The bytes that one input may take.
    public var memoryLimit: Int

    public init(
      seed: UInt64 = 0, dimensions: [String: Int] = [:], ranges: [String: InputRange] = [:],
      learntRanges: [String: InputRange] = [:], memoryLimit: Int = 1 << 30
    ) {
      self.seed = seed
      self.dimensions = dimensions
      self.ranges = ranges
      self.learntRanges = learntRanges
      self.memoryLimit = memoryLimit
    }

    /// Returns the range of each input of a graph that has no default: the declared one, or the
    /// places of what it is an index of, or the one that data had, or the standard of its type.
    public func ranges(for graph: Graph) throws(SampleError) -> [String: InputRange] {
      try GeneratedInput.inputs(of: graph, self).reduce(into: [:]) { $0[$1.name] = $1.range }
    }
  }

  /// Makes inputs of the declared types, evenly spread over the range of each: see
  /// ``Generation/ranges(for:)``.
  ///
  /// Inputs with a default keep it. The same seed gives the same values on every machine.
  public static func generated(
    for graph: Graph, _ generation: Generation = Generation()
  ) throws(SampleError) -> Sample {
    Sample(seed: generation.seed, try GeneratedInput.inputs(of: graph, generation))
  }

  /// Makes several samples, whose seeds count up from the given one.
  public static func generated(
    _ count: Int, for graph: Graph, _ generation: Generation = Generation()
  ) throws(SampleError) -> [Sample] {
    let inputs = try GeneratedInput.inputs(of: graph, generation)
    return (0..<count).map { Sample(seed: generation.seed &+ UInt64($0), inputs) }
  }

  private init(seed: UInt64, _ inputs: [GeneratedInput]) {
    self.init(name: "seed \(seed)", values: [:])
    isMadeUp = true
    for input in inputs {
      var random = SeededRandom(seed: seed, name: input.name)
      values[input.name] = .tensor(input.random(&random))
    }
  }
}
