import FoundationEssentials
import IR
import Interpreter
import Operators
import Tensors
import Verification

/// One test of a suite: a model with inputs and the outputs that they must give.
struct ConformanceTest {
  /// The path of the test in its suite.
  let name: String
  let folder: String
  let tolerance: Tolerance

  /// What `bfloat16` outputs are allowed at least: two units of their 8 bits of precision.
  private static let bfloat16Tolerance = 1.0 / 64

  /// Carries the model along a route, executes it, and returns why it failed, or nil.
  func run(
    _ route: ConformanceRoute, within bounds: ExecutionOptions, scratch: String
  ) -> String? {
    do {
      let source = try ModelFile(reading: "\(folder)/model.onnx").prepared()
      for dataSet in dataSets {
        let reason = try run(source, on: dataSet, route, within: bounds, scratch: scratch)
        if let reason { return reason }
      }
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The folders with inputs and outputs.
  private var dataSets: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let sets = names.filter { $0.hasPrefix("test_data_set_") }.sorted()
    return sets.isEmpty ? [folder] : sets.map { "\(folder)/\($0)" }
  }

  private func run(
    _ source: PreparedModel, on dataSet: String, _ route: ConformanceRoute,
    within bounds: ExecutionOptions, scratch: String
  ) throws -> String? {
    let graph = source.model.graph
    let inputs = try Sample.read(from: dataSet, for: graph)
    let expected = try Sample.readOutputs(from: dataSet, of: graph)
    guard let input = inputs.first, let want = expected.first?.values, !want.isEmpty else {
      return "\(dataSet) holds no outputs to compare with"
    }
    let model = try route.carry(source, inputs: input.values, in: scratch)
    let got = try model.run(try model.execution(bounds), on: input)
    for (name, value) in want.sorted(by: { $0.key < $1.key }) {
      guard let candidate = got[name] else { return "the output \"\(name)\" is missing" }
      if let reason = mismatch(candidate, value, output: name) { return reason }
    }
    return nil
  }

  private func mismatch(
    _ candidate: RuntimeValue, _ reference: RuntimeValue, output: String
  ) -> String? {
    var bound = tolerance
    if reference.tensor?.elementType == .bfloat16 {
      bound.relative = max(bound.relative, Self.bfloat16Tolerance)
    }
    switch ConformanceException.rule(for: name) {
    case .zerosAndOnes:
      guard let candidate = candidate.tensor, let reference = reference.tensor else { break }
      return candidate.isDrawn(like: reference) ? nil : "\(output) holds no zeros and ones"
    case .absoluteTolerance(let absolute): bound.absolute = max(bound.absolute, absolute)
    case nil: break
    }
    return OutputComparison.comparing(
      [output: candidate], to: [output: reference], sample: name, within: bound
    ).lazy.compactMap(\.mismatch).first
  }
}

extension Tensor {
  /// Whether type and shape are those of `reference` and all elements are 0 or 1.
  fileprivate func isDrawn(like reference: Tensor) -> Bool {
    guard elementType == reference.elementType, shape == reference.shape else { return false }
    return converted(to: .float64).withScalars(of: Double.self) {
      $0.allSatisfy { $0 == 0 || $0 == 1 }
    }
  }
}

extension OutputComparison {
  /// What keeps the two values from counting as equal; nil when nothing does.
  fileprivate var mismatch: String? {
    guard let figures = comparison else { return "\(output) is another kind of value" }
    guard figures.typesMatch, figures.shapesMatch else {
      return "\(output) is \(figures.candidateType)\(figures.candidateShape) instead of "
        + "\(figures.referenceType)\(figures.referenceShape)"
    }
    guard !figures.isClose else { return nil }
    return
      "\(output): \(figures.violationCount) of \(figures.elementCount) elements are outside of "
      + "the tolerance, the largest error is \(formattedError(figures.maxAbsoluteError))"
  }
}
