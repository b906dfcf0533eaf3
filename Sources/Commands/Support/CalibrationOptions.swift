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

  /// Returns the samples to learn from; none when there is no data but made-up inputs.
  func samples(for graph: Graph, or data: DataOptions) throws -> [Sample] {
    guard let path = path ?? data.inputs else { return [] }
    do throws(SampleError) {
      return try Sample.read(from: path, for: graph)
    } catch {
      throw Failure(.badInput, error.description)
    }
  }
}

extension PreparedModel {
  /// Returns what passes see of models made from this one.
  func activations(on samples: [Sample], _ execution: ExecutionOptions) -> ActivationSource {
    let (options, registry) = (execution.interpreterOptions(), registry)
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
