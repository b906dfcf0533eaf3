import FormatSupport
import Foundation
import IR
import ONNXFormat
import Tensors
import TestSupport
import Testing

@testable import Commands

/// Runs suites of one test that are made here.
@Suite struct ConformanceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a test that doubles [1, 2] and expects `outputs`.
  func write(_ test: String, expecting outputs: Tensor?, in dataSet: String = "") throws {
    let place = URL(fileURLWithPath: "\(folder.path)/\(test)\(dataSet)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let model = try Model(
      text: """
        model opset 14
        graph main(%x: float32[2]) -> (%y: float32[2]) { %y = Add(%x, %x) return %y }
        """)
    try ONNXExporter.export(model, to: "\(folder.path)/\(test)/model.onnx")
    let input = Tensor(shape: [2], scalars: [1, 2] as [Float])
    for (file, tensor) in [("input_0", input), ("output_0", outputs)] {
      guard let tensor else { continue }
      try ONNXExporter.export(
        NamedValue(value: .tensor(tensor)), to: "\(place.path)/\(file).pb")
    }
  }

  func run(_ options: String...) -> Commands.ExitStatus {
    Program.run(["conformance", folder.path] + options)
  }

  @Test(arguments: ["", "/test_data_set_0"])
  func passesOnEveryRoute(dataSet: String) throws {
    try write(
      "node/test_double", expecting: Tensor(shape: [2], scalars: [2, 4] as [Float]), in: dataSet)
    #expect(run("--route", "all") == .success)
    #expect(run("--json") == .success)
  }

  static let wrong: [Tensor?] = [
    Tensor(shape: [2], scalars: [2, 4.1] as [Float]),
    Tensor(shape: [2], scalars: [2, .nan] as [Float]),
    Tensor(shape: [2], scalars: [2, 4] as [Double]),
    Tensor(shape: [1, 2], scalars: [2, 4] as [Float]),
    nil,
  ]

  @Test(arguments: wrong)
  func failsOnOtherOutputs(expected: Tensor?) throws {
    try write("node/test_double", expecting: expected)
    #expect(run() == .verificationFailed)
  }

  @Test func takesTolerancesFromTheIndex() throws {
    try write("node/test_double", expecting: Tensor(shape: [2], scalars: [2, 4.1] as [Float]))
    let index = #"{"tests": [{"kind": "node", "name": "test_double", "rtol": 0.1, "atol": 0}]}"#
    _ = try folder.file("index.json", Array(index.utf8))
    #expect(run() == .success)
    _ = try folder.file("index.json", Array("{".utf8))
    #expect(run() == .badInput)
  }

  @Test func holdsRandomDrawsToZerosAndOnes() throws {
    try write("node/test_bernoulli", expecting: Tensor(shape: [2], scalars: [1, 0] as [Float]))
    #expect(run() == .verificationFailed)
  }

  @Test func saysThatThereIsNothingToRun() throws {
    #expect(run() == .badInput)
    try write("node/test_double", expecting: Tensor(shape: [2], scalars: [2, 4] as [Float]))
    #expect(run("--only", "conv") == .badInput)
    #expect(run("--only", "double") == .success)
    #expect(run("--route", "sideways") == .usage)
  }
}
