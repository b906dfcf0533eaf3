import ArgumentParser
import IR
import Verification

/// The options that say what a model is executed on.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to execute on: an .npz or .npy file, or a folder of such or of ONNX .pb files.",
      discussion: "Without it, inputs are made up from the declared types and the seed.",
      valueName: "data"))
  var inputs: String?

  @Option(
    name: .customLong("set-dim"),
    help: ArgumentHelp(
      "The size of a symbolic dimension, such as batch=4; of made-up inputs 1 if not given.",
      valueName: "name=size"))
  var dimensions: [NamedSize] = []

  @Option(help: "The seed of made-up inputs.")
  var seed: UInt64 = 0

  /// The sizes by the names of their dimensions.
  var sizes: [String: Int] { Dictionary(dimensions.map { ($0.name, $0.size) }) { _, last in last } }

  /// Returns the samples that the options name for the inputs of `graph`.
  func samples(for graph: Graph) throws -> [Sample] {
    do throws(SampleError) {
      if let inputs { return try Sample.read(from: inputs, for: graph) }
      return [try Sample.generated(for: graph, .init(seed: seed, dimensions: sizes))]
    } catch {
      throw Failure(.badInput, error.description)
    }
  }
}

/// A name with a size, written `name=size`.
struct NamedSize: ExpressibleByArgument {
  let name: String
  let size: Int

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let size = Int(parts[1]), size >= 0 else { return nil }
    name = String(parts[0])
    self.size = size
  }
}
