import ArgumentParser
import IR
import Interpreter
import Operators
import Passes
import Tensors
import Verification

/// The option that says what passes learn from.
struct CalibrationOptions: ParsableArguments {
  @Option(
    name: .customLong("calibration"),
    help: ArgumentHelp(
      "What lossy passes learn from: as --inputs, whose data serves where this is not given.",
      valueName: "data"))
  var path: String?

  /// Returns what passes see of models made from `source`, or nil when no data is given.
  func activations(
    for source: PreparedModel, _ data: DataOptions, _ execution: ExecutionOptions
  ) throws -> ActivationSource? {
    guard let path = path ?? data.inputs else { return nil }
    let samples: [Sample]
    do throws(SampleError) {
      samples = try Sample.read(from: path, for: source.model.graph)
    } catch {
      throw Failure(.badInput, error.description)
    }
    let (options, registry) = (execution.interpreterOptions(), source.registry)
    return ActivationSource { model, observe in
      let interpreter = try Interpreter(model, options: options, registry: registry)
      for sample in samples {
        for input in model.graph.inputs {
          if let tensor = sample.values[model.graph.name(of: input)]?.tensor {
            observe(input, tensor)
          }
        }
        _ = try interpreter.run(sample.values) { value, _, result in
          if let tensor = result.tensor { observe(value, tensor) }
        }
      }
    }
  }
}
