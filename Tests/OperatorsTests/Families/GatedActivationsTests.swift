import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GatedActivationsTests {
  static let gate = floats([2], [1, -2])
  static let values = floats([2], [3, 10])

  @Test(
    arguments: [
      ([:], [2.1931758, -2.3840584]), (["alpha": .float(0.5)], [1.8673780, -5.3788283]),
      (["alpha": .float(0)], [1.5, -10]),
    ] as [(Attributes, [Float])])
  func gates(_ attributes: Attributes, _ expected: [Float]) throws {
    let example = OperatorCase("", "SwiGLU", attributes, inputs: [Self.gate, Self.values])
    let result = try example.evaluate()[0]
    for (value, wanted) in zip(result.scalars(of: Float.self), expected) {
      #expect(abs(value - wanted) <= 5e-7)
    }
    #expect(try example.inferTypes() == [.tensor(.float32, [2])])
  }

  @Test(arguments: [.float16, .bfloat16, .float64] as [ElementType])
  func roundsTheGateAsAnOperatorOfItsOwn(_ type: ElementType) throws {
    let inputs = [Self.gate, Self.values].map { $0.converted(to: type) }
    let gate = try OperatorCase("", "Swish", inputs: [inputs[0]]).evaluate()[0]
    let product = try OperatorCase("", "Mul", inputs: [gate, inputs[1]]).evaluate()
    #expect(try OperatorCase("", "SwiGLU", inputs: inputs).evaluate() == product)
  }

  @Test func takesWhatIsEmpty() throws {
    let empty = counting([0, 3])
    #expect(try OperatorCase("", "SwiGLU", inputs: [empty, empty]).evaluate() == [empty])
  }

  @Test(arguments: [[1] as [Int], [2, 1], []])
  func rejectsOtherShapes(_ shape: [Int]) {
    let example = OperatorCase("", "SwiGLU", inputs: [Self.gate, counting(shape)])
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == .incompatibleShapes)
    #expect(throws: OperatorError.self) { try example.inferTypes() }
  }
}
