import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct LogicTests {
  @Test(arguments: [
    ("And", [false, false, false, true]), ("Or", [false, true, true, true]),
    ("Xor", [false, true, true, false]),
  ])
  func combinesUnderBroadcasting(_ name: String, _ expected: [Bool]) throws {
    let example = OperatorCase(
      name, name,
      inputs: [
        Tensor(shape: [2, 1], scalars: [false, true]), Tensor(shape: [2], scalars: [false, true]),
      ],
      expected: [Tensor(shape: [2, 2], scalars: expected)])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func negates() throws {
    let example = OperatorCase("", "Not", inputs: [Tensor(shape: [2], scalars: [false, true])])
    #expect(try example.evaluate() == [Tensor(shape: [2], scalars: [true, false])])
  }

  @Test func takesEveryByteButZeroForTrue() throws {
    let bytes = Tensor(shape: [2], scalars: [2, 0] as [UInt8])
    let booleans = try #require(Tensor(.bool, shape: [2], storage: bytes.storage))
    let example = OperatorCase("", "And", inputs: [booleans, Tensor(scalar: true)])
    #expect(try example.evaluate() == [Tensor(shape: [2], scalars: [true, false])])
  }

  @Test func alignsOperandsOfVersion1() throws {
    let graph = try UpgradeCase(
      "Or", version: 1, ["broadcast": .int(1), "axis": .int(0)],
      inputs: [
        .value(.tensor(.bool, [2, 3])), .constant(Tensor(shape: [2], scalars: [true, false])),
      ]
    ).upgraded()
    #expect(graph.constants(ofFirst: "Or")?[1]?.shape == [2, 1])
  }
}
