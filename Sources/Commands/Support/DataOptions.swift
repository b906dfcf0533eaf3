import ArgumentParser
import IR
import Verification

/// The options that say what a model is executed on.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to execute on: an .npz or .npy file, or a folder of such or of ONNX .pb files.",
      discussion: "Without it, inputs are made up from the declared types and the seed; integers "
        + "that the model looks something up by are places that exist.",
      valueName: "data"))
  var inputs: String?

  @Option(
    name: .customLong("set-dim"),
    help: ArgumentHelp(
      "The size of a symbolic dimension, such as batch=4; of made-up inputs 1 if not given, or else "
        + "one with which the model can be executed.",
      valueName: "name=size"))
  var dimensions: [NamedSize] = []

  @Option(help: "The seed of made-up inputs.")
  var seed: UInt64 = 0

  @Option(
    name: .customLong("samples"),
    help: ArgumentHelp(
      "How many samples to make up, with seeds from --seed on; with --inputs in addition.",
      valueName: "count"))
  var sampleCount: Int?

  @Option(
    name: .customLong("range"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The range of a made-up input, such as image=0:255; without a name, or for *, of all.",
      valueName: "name=low:high"))
  var ranges: [NamedRange] = []

  @Option(
    name: .customLong("ranges-from"),
    help: ArgumentHelp(
      "Data, as of --inputs, whose ranges made-up inputs take.", valueName: "data"))
  var rangeData: String?

  @Flag(
    help: ArgumentHelp(
      "Execute also on zeros, ones, ends of ranges, rounding ties, subnormal and largest numbers.",
      discussion: "And on three other shapes, unless --shapes says how many."))
  var boundary = false

  @Option(
    name: .customLong("shapes"),
    help: ArgumentHelp(
      "How many other sizes of the symbolic dimensions to try, where the model allows them.",
      valueName: "count"))
  var shapeCount: Int?

  /// The sizes by the names of their dimensions.
  var sizes: [String: Int] { Dictionary(dimensions.map { ($0.name, $0.size) }) { _, last in last } }

  /// Whether samples are made up beside those of files.
  var makesMore: Bool { sampleCount != nil || boundary || shapeCount ?? 0 > 0 }

  func validate() throws {
    if let sampleCount, !(1...10_000).contains(sampleCount) {
      throw ValidationError("--samples is \(sampleCount); it must be between 1 and 10000")
    }
    if let shapeCount, !(0...Sample.shapeLimit).contains(shapeCount) {
      throw ValidationError(
        "--shapes is \(shapeCount); it must be between 0 and \(Sample.shapeLimit)")
    }
  }

  /// Returns the samples that the options name for the inputs of `graph`: those of files first, then
  /// made-up ones, boundary cases and other shapes.
  ///
  /// Made-up ones have the sizes that `assume` returns where --set-dim gives none.
  func samples(
    for graph: Graph, assuming assume: (Sample.Generation) throws -> [String: Int] = { _ in [:] }
  ) throws -> [Sample] {
    let given = try givenSamples(for: graph)
    let count = sampleCount ?? (inputs == nil ? 1 : 0)
    let shapeCount = shapeCount ?? (boundary ? 3 : 0)
    guard count > 0 || boundary || shapeCount > 0 else { return given }
    var generation = try generation(for: graph, learningFrom: given)
    // What is wrong with the inputs at any size is an error of the model.
    _ = try reportingBadInput { [generation] () throws(SampleError) in
      try generation.ranges(for: graph)
    }
    generation.assumedDimensions = try assume(generation)
    return try reportingBadInput { [generation] () throws(SampleError) in
      var samples = given + (try Sample.generated(count, for: graph, generation))
      if boundary { samples += try Sample.boundaries(for: graph, generation) }
      return samples + (try Sample.shaped(shapeCount, for: graph, generation))
    }
  }

  /// Returns the ranges that a search among inputs like `samples` keeps to.
  func searchRanges(for graph: Graph, like samples: [Sample]) throws -> [String: InputRange] {
    let given = inputs == nil ? [] : samples
    let generation = try generation(for: graph, learningFrom: given)
    return try reportingBadInput { () throws(SampleError) in try generation.ranges(for: graph) }
  }

  private func givenSamples(for graph: Graph) throws -> [Sample] {
    guard let inputs else { return [] }
    return try reportingBadInput { () throws(SampleError) in
      try Sample.read(from: inputs, for: graph)
    }
  }

  /// Returns how inputs are made up; `samples` tell the ranges where --ranges-from does not.
  private func generation(
    for graph: Graph, learningFrom samples: [Sample]
  ) throws -> Sample.Generation {
    let names = graph.inputs.map(graph.name(of:))
    var declared: [String: InputRange] = [:]
    // What is said of one input holds, wherever something is said of all.
    for range in ranges where range.name == nil {
      for name in names { declared[name] = range.range }
    }
    for range in ranges {
      guard let name = range.name else { continue }
      guard names.contains(name) else {
        let known = names.map { "\"\($0)\"" }.joined(separator: ", ")
        throw Failure(.usage, "--range names \"\(name)\"; the model's inputs are \(known)")
      }
      declared[name] = range.range
    }
    let examples = try reportingBadInput { () throws(SampleError) in
      try rangeData.map { path throws(SampleError) in try Sample.read(from: path, for: graph) }
    }
    return Sample.Generation(
      seed: seed, dimensions: sizes, ranges: declared,
      learntRanges: InputRange.learnt(from: examples ?? samples))
  }

  private func reportingBadInput<Value>(_ body: () throws(SampleError) -> Value) throws -> Value {
    do throws(SampleError) {
      return try body()
    } catch {
      throw Failure(.badInput, error.description)
    }
  }
}

/// A name with a size, written `name=size`; the name may be quoted as in the text form of graphs.
struct NamedSize: ExpressibleByArgument {
  let name: String
  let size: Int

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let size = Int(parts[1]), size >= 0 else { return nil }
    let isQuoted = parts[0].count > 2 && parts[0].hasPrefix("\"") && parts[0].hasSuffix("\"")
    name = String(isQuoted ? parts[0].dropFirst().dropLast() : parts[0])
    self.size = size
  }
}

/// A range with the name of an input, written `name=low:high`; without a name, or with `*`, it is
/// that of all inputs.
struct NamedRange: ExpressibleByArgument {
  let name: String?
  let range: InputRange

  init?(argument: String) {
    let start = argument.lastIndex(of: "=")
    let ends = argument[(start.map(argument.index(after:)) ?? argument.startIndex)...]
      .split(separator: ":", omittingEmptySubsequences: false)
    guard ends.count == 2, let low = Double(ends[0]), let high = Double(ends[1]),
      let range = InputRange(low, high)
    else { return nil }
    let name = start.map { String(argument[..<$0]) }
    self.name = name == "*" ? nil : name
    self.range = range
  }
}
