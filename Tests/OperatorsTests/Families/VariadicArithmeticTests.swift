import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct VariadicArithmeticTests {
  @Test(arguments: [
    ("Max", [3, 5] as [Float]), ("Min", [1, 2]), ("Sum", [6, 9]), ("Mean", [2, 3]),
  ])
  func combinesAllInputs(_ name: String, _ expected: [Float]) throws {
    let example = OperatorCase(
      name, name,
      inputs: [
        Tensor(shape: [2], scalars: [1, 5] as [Float]), Tensor(scalar: 2 as Float),
        Tensor(shape: [2], scalars: [3, 2] as [Float]),
      ],
      expected: [Tensor(shape: [2], scalars: expected)])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: ["Max", "Min", "Sum", "Mean"])
  func returnsItsOnlyInput(_ name: String) throws {
    let input = Tensor(shape: [2], scalars: [1, 5] as [Float])
    #expect(try OperatorCase("", name, inputs: [input]).evaluate() == [input])
  }

  @Test(arguments: ["Max", "Min"])
  func keepsNaNOfEitherSide(_ name: String) throws {
    let example = OperatorCase(
      name, name,
      inputs: [
        Tensor(shape: [2], scalars: [.nan, 1] as [Float]),
        Tensor(shape: [2], scalars: [1, .nan] as [Float]),
      ])
    let result = try #require(try example.evaluate().first).scalars(of: Float.self)
    #expect(result[0].isNaN && result[1].isNaN)
  }

  @Test func followsExtents() throws {
    let inputs = [3, 7, 5].map { Tensor(scalar: $0 as Int64) }
    let greatest = try OperatorCase("", "Max", inputs: inputs).inferElements()
    #expect(greatest == [SymbolicTensor(shape: [], elements: [7])])
    let least = try OperatorCase("", "Min", inputs: inputs).inferElements()
    #expect(least == [SymbolicTensor(shape: [], elements: [3])])
  }

  @Test func needsAnInput() {
    let example = OperatorCase("", "Sum", inputs: [])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .wrongInputCount)
  }
}
