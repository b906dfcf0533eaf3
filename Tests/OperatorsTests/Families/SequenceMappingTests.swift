import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SequenceMappingTests {
  static func run(
    _ inputs: [RuntimeValue?], outputs: Int = 1, memoryLimit: Int = 1 << 20,
    step: @escaping ([RuntimeValue]) -> [RuntimeValue]
  ) throws -> [RuntimeValue] {
    var graph = Graph()
    let body = graph.addBlock()
    let definition = try #require(OperatorRegistry.standard[OperatorID("SequenceMap")])
    let context = KernelContext(
      node: Node(OperatorID("SequenceMap"), attributes: ["body": .block(body)]), inputs: inputs,
      outputs: [Bool](repeating: true, count: outputs), memoryLimit: memoryLimit
    ) { _, inputs in step(inputs) }
    return try definition.evaluate(context)
  }

  @Test func givesElementsOfSequencesAndWholeTensors() throws {
    let outputs = try Self.run(
      [sequence(list(1), list(2)), sequence(list(3), list(4)), .tensor(list(5))], outputs: 3
    ) { $0 }
    #expect(
      outputs == [
        sequence(list(1), list(2)), sequence(list(3), list(4)), sequence(list(5), list(5)),
      ])
  }

  @Test func mapsNothingToNothing() throws {
    #expect(try Self.run([sequence()], outputs: 2) { $0 } == [sequence(), sequence()])
  }

  @Test func rejectsSequencesOfDifferentLengths() {
    let error = #expect(throws: OperatorError.self) {
      try Self.run([sequence(list(1), list(2)), sequence(list(3))]) { $0 }
    }
    #expect(error?.message == "input 1 is a sequence of 1, the first one of 2")
  }

  @Test func rejectsABodyWithTooFewOutputs() {
    let error = #expect(throws: OperatorError.self) {
      try Self.run([sequence(list(1))], outputs: 2) { $0 }
    }
    #expect(error?.code == .wrongOutputCount)
  }

  @Test func boundsTheMemoryOfTheResults() {
    let error = #expect(throws: OperatorError.self) {
      try Self.run([sequence(list(1), list(2))], memoryLimit: 100) { _ in [.tensor(counting([20]))]
      }
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func infersTheBody() throws {
    var model = try Model(
      text: """
        model opset 17
        graph main(%s: sequence(float32[n, 3]), %w: float32[3, 4]) -> (%y, %shapes) {
          %y, %shapes = SequenceMap.17(%s, %w) {
            body = block(%a, %b) -> (%product, %shape) {
              %product = MatMul.13(%a, %b)
              %shape = Shape.15(%product)
              return %product, %shape
            }
          }
          return %y, %shapes
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(types == ["sequence(float32[n, 4])", "sequence(int64[2])"])
  }
}
