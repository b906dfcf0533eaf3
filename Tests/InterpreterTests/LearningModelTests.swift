import Foundation
import IR
import Interpreter
import ONNXFormat
import Operators
import TensorFiles
import Tensors
import Testing

/// What frameworks of machine learning export, see `Scripts/make-ml-fixtures.py`.
@Suite struct LearningModelTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Models/ml").path

  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

  @Test(arguments: names, [Precision.declared, .float64])
  func agreesWithTheFramework(_ name: String, in precision: Precision) throws {
    let folder = "\(Self.folder)/\(name)"
    var model = try ONNXImporter.importModel(path: "\(folder)/model.onnx").model
    #expect(model.validate().filter { $0.severity == .error }.isEmpty)
    #expect(model.prepare().errors.isEmpty)
    let inputs = try NumPyFile.read(path: "\(folder)/inputs.npz")
    let interpreter = try Interpreter(model, options: .init(precision: precision))
    let outputs = try interpreter.run(values(of: inputs))
    let expected = try NumPyFile.read(path: "\(folder)/outputs.npz")
    for (output, value) in zip(model.graph.outputNames(of: model.graph.body), outputs) {
      for part in parts(of: value, named: output) {
        let other = try #require(expected.first { $0.name == part.name }).tensor
        #expect(isClose(part.tensor, to: other), "\(part.name)")
      }
    }
  }

  @Test func coversEveryOperatorThatConvertersWrite() throws {
    var found: Set<String> = []
    for name in Self.names {
      let graph = try ONNXImporter.importModel(path: "\(Self.folder)/\(name)/model.onnx").model
        .graph
      for node in graph.nodes where graph[node].operatorID.domain == "ai.onnx.ml" {
        found.insert(graph[node].operatorID.name)
      }
    }
    let all = OperatorRegistry.standard.all.map(\.schema).filter { $0.domain == "ai.onnx.ml" }
    #expect(all.map(\.name).filter { !found.contains($0) } == [])
  }

  // MARK: - Values

  /// Makes a map of two arrays whose names end in `.keys` and `.values`.
  private func values(of arrays: [NamedTensor]) -> [String: RuntimeValue] {
    var result: [String: RuntimeValue] = [:]
    for array in arrays where !array.name.hasSuffix(".values") {
      guard array.name.hasSuffix(".keys") else {
        result[array.name] = .tensor(array.tensor)
        continue
      }
      let name = String(array.name.dropLast(5))
      let values = arrays.first { $0.name == "\(name).values" }?.tensor
      result[name] = .map(keys: array.tensor, values: values?.elements ?? [])
    }
    return result
  }

  /// Returns the tensors that a value consists of: for a list of maps, a row of each.
  private func parts(of value: RuntimeValue, named name: String) -> [NamedTensor] {
    guard case .sequence(let maps) = value else {
      return value.tensor.map { [NamedTensor(name, $0)] } ?? []
    }
    var rows: [Double] = []
    var keys: Tensor?
    for case .map(let mapKeys, let values) in maps {
      keys = mapKeys
      rows += values.compactMap(\.tensor).flatMap {
        $0.converted(to: .float64).scalars(of: Double.self)
      }
    }
    guard let keys else { return [] }
    let table = Tensor(shape: [maps.count, keys.count], scalars: rows)
    return [NamedTensor("\(name).keys", keys), NamedTensor("\(name).values", table)]
  }

  private func isClose(_ tensor: Tensor, to other: Tensor) -> Bool {
    guard tensor.elementType != .string else { return tensor == other }
    let tolerance = Tolerance(absolute: 1e-6, relative: 1e-5)
    let comparison = TensorComparison(of: tensor, to: other, within: tolerance)
    return comparison.isClose && tensor.shape == other.shape
  }
}

extension Tensor {
  /// The elements of a list, each as a tensor without axes.
  fileprivate var elements: [RuntimeValue] {
    if elementType == .string { return strings.map { .tensor(Tensor(shape: [], strings: [$0])) } }
    let width = elementType.bitWidth / 8
    return (0..<count).compactMap { index in
      let start = range.lowerBound + index * width
      return Tensor(elementType, shape: [], storage: storage, range: start..<start + width)
        .map { .tensor($0) }
    }
  }
}
