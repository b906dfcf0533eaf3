import EdgeFormat
import FormatSupport
import FoundationEssentials
import Glibc
import IR
import ONNXFormat
import Operators
import TensorFiles
import Tensors
import Verification

/// A folder with two models that differ and what it takes to see that: it appears whole or not at
/// all.
struct ReproducerFolder {
  /// What was written.
  struct Contents {
    let candidate: String
    /// The tolerance at which the models differ; nil where rounding does not explain it either.
    let tolerance: Double?
    /// The bytes of each file, by name.
    let sizes: [String: Int]
  }

  private let folder: TemporaryOutputFolder

  /// Prepares a folder at a path where there is none, or an empty one.
  init(at path: String) throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).isEmpty else {
      throw Failure(.usage, "\(path) is not empty; choose another folder or remove it")
    }
    folder = try TemporaryOutputFolder(beside: path)
    do {
      try FileManager.default.createDirectory(
        atPath: folder.file, withIntermediateDirectories: false)
    } catch {
      throw Failure(.usage, "cannot write \(path): \(error)")
    }
  }

  /// Writes the models, reads them back to see that they still differ, and lets the folder appear.
  func write(_ reduction: Reduction, _ execution: ExecutionOptions) throws -> Contents {
    let reproducer = reduction.reproducer
    let reference = try write(reproducer.reference, to: "reference.onnx")
    let inputs = try write(reproducer.sample, for: reproducer.reference.graph)
    var candidate = "candidate.onnx"
    var judge = try judge(
      reference, try write(reproducer.candidate, to: candidate), reproducer.sample, execution)
    if judge == nil {
      try? FileManager.default.removeItem(atPath: "\(folder.file)/\(candidate)")
      candidate = "candidate.edge"
      judge = try self.judge(
        reference, try write(reproducer.candidate, to: candidate), reproducer.sample, execution)
    }
    guard let judge else {
      throw Failure(.internalError, "the reduced models do not differ once they are written")
    }
    var command = "ferry verify reference.onnx \(candidate)"
    if let inputs { command += " --inputs \(inputs)" }
    if let tolerance = judge.tolerance?.absolute { command += " --tolerance \(tolerance)" }
    try write(ReproducerPage(reduction, command: command).text, to: "README.md")
    try write(Self.script(command), to: "verify.sh")
    chmod("\(folder.file)/verify.sh", 0o755)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.file)) ?? []
    let sizes = names.map { ($0, fileSize("\(folder.file)/\($0)")) }
    try folder.moveIntoPlace()
    return Contents(
      candidate: candidate, tolerance: judge.tolerance?.absolute,
      sizes: Dictionary(sizes) { first, _ in first })
  }

  private static func script(_ command: String) -> String {
    """
    #!/bin/sh
    # Ends with 1 as long as the candidate computes something else than the reference.
    cd "$(dirname "$0")" && exec \(command)

    """
  }

  /// What shows that two models differ: rounding that does not explain it, else the largest tolerance
  /// of some within which they do not agree; nil where they do.
  private func judge(
    _ reference: PreparedModel, _ candidate: PreparedModel, _ sample: Sample,
    _ execution: ExecutionOptions
  ) throws -> Verifier.Options? {
    let bounds = [1e-5, 1e-6, 1e-7, 1e-8, 0].map { Tolerance(absolute: $0, relative: $0) }
    let judges = [Verifier.Options()] + bounds.map { Verifier.Options(tolerance: $0) }
    return try judges.first { options in
      let verifier = Verifier(
        reference: try reference.subject(execution), candidate: try candidate.subject(execution),
        options: options)
      return try verifier.verify([sample]).verdict == .semanticChange
    }
  }

  // MARK: - Files

  /// Writes a model and reads it back.
  private func write(_ model: Model, to name: String) throws -> PreparedModel {
    let path = "\(folder.file)/\(name)"
    var model = model
    model.forget(madeUpSizes: model.prepare().madeUpSizes)
    do throws(FormatError) {
      if ModelFile.Format(path: path) == .edge {
        try EdgeWriter(options: EdgeWriter.Options()).write(model, to: path)
      } else {
        model.raiseOperatorSets()
        try ONNXExporter.export(model, to: path)
      }
    } catch {
      throw Failure(error, writing: name)
    }
    return try ModelFile(reading: path).prepared()
  }

  /// Writes the inputs and returns what to give to `--inputs`: a file, or a folder where NumPy has
  /// no type for a value; nil where there are no inputs.
  private func write(_ sample: Sample, for graph: Graph) throws -> String? {
    guard !graph.inputs.isEmpty else { return nil }
    let values = graph.inputs.compactMap { input in
      sample.values[graph.name(of: input)].map { (name: graph.name(of: input), value: $0) }
    }
    let arrays = values.compactMap { name, value in value.tensor.map { NamedTensor(name, $0) } }
    do throws(FormatError) {
      if arrays.count == values.count, arrays.allSatisfy(\.tensor.isExactInNumPy) {
        try NumPyArchive.write(arrays, to: "\(folder.file)/inputs.npz")
        return "inputs.npz"
      }
      try? FileManager.default.createDirectory(
        atPath: "\(folder.file)/inputs", withIntermediateDirectories: false)
      for (index, (name, value)) in values.enumerated() {
        try ONNXExporter.export(
          NamedValue(name: name, value: value), to: "\(folder.file)/inputs/input_\(index).pb")
      }
      return "inputs"
    } catch {
      throw Failure(error, writing: "the inputs")
    }
  }

  private func write(_ text: String, to name: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: "\(folder.file)/\(name)"))
    } catch {
      throw Failure(.usage, "cannot write \(name): \(error)")
    }
  }
}

extension Tensor {
  /// Whether NumPy has the element type, so that an array brings back the same tensor.
  fileprivate var isExactInNumPy: Bool {
    encoding == .dense && (elementType == .float16 || (elementType.bitWidth >= 8 && !isSmallFloat))
  }

  private var isSmallFloat: Bool { elementType.isFloatingPoint && elementType.bitWidth <= 16 }
}
