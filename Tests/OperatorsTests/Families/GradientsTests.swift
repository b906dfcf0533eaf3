import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GradientsTests {
  private static func example(
    _ variables: [String], _ parameters: [String]?, inputs: [Tensor?], outputs: Int = 1
  ) -> OperatorCase {
    var attributes: Attributes = [
      "xs": .strings(variables.map { ByteString($0) }), "y": .string(ByteString("y")),
    ]
    if let parameters { attributes["zs"] = .strings(parameters.map { ByteString($0) }) }
    return OperatorCase(
      "", "Gradient", domain: "ai.onnx.preview.training", attributes, inputs: inputs,
      expected: [Tensor](repeating: counting([]), count: outputs))
  }

  @Test func hasTheTypesOfTheVariables() throws {
    let half = counting([2]).converted(to: .float16)
    let types = try Self.example(
      ["a", "b"], ["c"], inputs: [half, counting([3, 1]), list(1)], outputs: 2
    ).inferTypes()
    #expect(types == [.tensor(.float16, [2]), .tensor(.float32, [3, 1])])
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (example(["a"], nil, inputs: [counting([1]), counting([1])]), .wrongInputCount),
    (example(["a"], ["c"], inputs: [counting([1])]), .wrongInputCount),
    (example(["a"], nil, inputs: [counting([1])], outputs: 2), .wrongOutputCount),
    (example(["a"], ["a"], inputs: [counting([1]), counting([1])]), .invalidAttribute),
  ]

  @Test(arguments: mistakes.indices)
  func rejects(_ index: Int) {
    let (example, code) = Self.mistakes[index]
    let error = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(error?.code == code)
  }

  @Test func isNotComputedWithoutItsGraph() {
    let error = #expect(throws: OperatorError.self) {
      try Self.example(["a"], nil, inputs: [counting([1])]).evaluate()
    }
    #expect(error?.code == .unsupported)
  }
}
