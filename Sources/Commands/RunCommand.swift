import IR
import ArgumentParser
import FormatSupport
import Operators
import TensorFiles
import Tensors
import Verification

/// Executes a model and keeps its outputs.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Execute a model and write its outputs.",
    discussion: """
      EXAMPLES
        ferry run model.onnx --inputs images.npz --outputs scores.npz
        ferry run model.edge --inputs images.npz --outputs scores.npz --float64
        ferry run model.onnx --set-dim batch=2 --outputs out.npz --trace values.npz
      """)

  @Argument(help: "An .onnx or .edge file.")
  var model: String

  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions

  @Option(help: ArgumentHelp("Where to write the outputs.", valueName: "out.npz"))
  var outputs: String?

  @Flag(help: "Execute in 64-bit floating point, whatever the model declares.")
  var float64 = false

  @Option(
    help: ArgumentHelp(
      "Where to write every value in between.",
      discussion: "What a loop computes again has #2, #3, … behind its name.",
      valueName: "out.npz"))
  var trace: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let file = try ModelFile(reading: model).prepared()
    let samples = try file.notedSamples(of: data, execution)
    let interpreter = try file.execution(
      execution, precision: float64 ? .float64 : .declared)
    var traced: [NamedTensor] = []
    var counts: [String: Int] = [:]
    var results: [ModelOutputs] = []
    let progress = Progress(isVisible: !json)
    for (index, sample) in samples.enumerated() {
      progress.show("executing sample \(index + 1) of \(samples.count)")
      let prefix = samples.count == 1 ? "" : "\(sample.name)/"
      let result = try file.run(interpreter, on: sample) { _, name, value in
        guard trace != nil, let tensor = value.tensor else { return }
        let name = prefix + name
        counts[name, default: 0] += 1
        let count = counts[name, default: 1]
        traced.append(NamedTensor(count == 1 ? name : "\(name)#\(count)", tensor))
      }
      results.append(result)
    }
    progress.clear()
    if let outputs { try write(results, of: samples, to: outputs) }
    if let trace { try write(traced, to: trace) }
    try RunReport(model, samples, results, file.outputNames).show(asJSON: json)
  }

  private func write(_ results: [ModelOutputs], of samples: [Sample], to path: String) throws {
    var arrays: [NamedTensor] = []
    for (sample, outputs) in zip(samples, results) {
      let prefix = samples.count == 1 ? "" : "\(sample.name)/"
      for (name, value) in outputs.sorted(by: { $0.key < $1.key }) {
        guard let tensor = value.tensor else {
          throw Failure(
            .unsupported, "the output \"\(name)\" is \(value.kindName), which .npz cannot hold")
        }
        arrays.append(NamedTensor(prefix + name, tensor))
      }
    }
    try write(arrays, to: path)
  }

  private func write(_ arrays: [NamedTensor], to path: String) throws {
    do throws(FormatError) {
      try NumPyArchive.write(arrays, to: path)
    } catch {
      throw Failure(error, writing: path)
    }
  }
}

/// What `ferry run` computed.
struct RunReport: Encodable {
  struct Output: Encodable {
    let sample: String
    let name: String
    let type: String
    let shape: [Int]?
  }

  let model: String
  let outputs: [Output]

  init(_ model: String, _ samples: [Sample], _ results: [ModelOutputs], _ names: [String]) {
    self.model = model
    outputs = zip(samples, results).flatMap { sample, values in
      names.compactMap { name in
        values[name].map { value in
          Output(
            sample: sample.name, name: name,
            type: value.tensor?.elementType.name ?? value.kindName, shape: value.tensor?.shape)
        }
      }
    }
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(self) }
    let rows = outputs.map { [$0.name, "\($0.type)\($0.shape.map { "\($0)" } ?? "")", $0.sample] }
    Console.print(table(rows))
  }
}
