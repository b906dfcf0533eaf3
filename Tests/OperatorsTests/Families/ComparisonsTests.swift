import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ComparisonsTests {
  @Test(arguments: [
    ("Equal", [false, true, false, false]), ("Less", [true, false, false, false]),
    ("LessOrEqual", [true, true, false, false]), ("Greater", [false, false, true, false]),
    ("GreaterOrEqual", [false, true, true, false]),
  ])
  func comparesUnderBroadcasting(_ name: String, _ expected: [Bool]) throws {
    let example = OperatorCase(
      name, name,
      inputs: [
        Tensor(shape: [4], scalars: [1, 2, 3, .nan] as [Float]), Tensor(scalar: 2 as Float),
      ],
      expected: [Tensor(shape: [4], scalars: expected)])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func comparesIntegersExactly() throws {
    let example = OperatorCase(
      "", "Less", inputs: [Tensor(scalar: Int64.max - 1), Tensor(scalar: Int64.max)])
    #expect(try example.evaluate() == [Tensor(scalar: true)])
  }

  @Test func comparesStrings() throws {
    let example = OperatorCase(
      "", "Equal",
      inputs: [
        Tensor(shape: [3], strings: ["a", "b", ""]), Tensor(shape: [1], strings: ["b"]),
      ])
    #expect(try example.evaluate() == [Tensor(shape: [3], scalars: [false, true, false])])
  }

  @Test func comparesBooleans() throws {
    let example = OperatorCase(
      "", "Equal", inputs: [Tensor(shape: [2], scalars: [true, false]), Tensor(scalar: false)])
    #expect(try example.evaluate() == [Tensor(shape: [2], scalars: [false, true])])
  }

  @Test func followsEqualityOfExtents() throws {
    let example = OperatorCase(
      "", "Equal",
      inputs: [Tensor(shape: [2], scalars: [3, -1] as [Int64]), Tensor(scalar: -1 as Int64)])
    #expect(try example.inferElements() == [SymbolicTensor(shape: [2], elements: [0, 1])])
  }
}
