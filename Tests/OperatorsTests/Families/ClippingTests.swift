import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ClippingTests {
  private static let numbers = Tensor(shape: [4], scalars: [-2, 0.5, 3, .nan] as [Float])

  private static func clip(_ low: Float?, _ high: Float?) throws -> [Float] {
    let bounds = [low, high].map { $0.map { Tensor(scalar: $0) } }
    let example = OperatorCase("", "Clip", inputs: [numbers] + bounds)
    #expect(try example.inferTypes() == [.tensor(.float32, [4])])
    return try #require(try example.evaluate().first).scalars(of: Float.self)
  }

  @Test func limitsElementsOnBothSides() throws {
    let result = try Self.clip(-1, 1)
    #expect(Array(result.dropLast()) == [-1, 0.5, 1])
    #expect(result[3].isNaN)
  }

  @Test func leavesTheSideWithoutABound() throws {
    #expect(try Array(Self.clip(0, nil).dropLast()) == [0, 0.5, 3])
    #expect(try Array(Self.clip(nil, 0).dropLast()) == [-2, 0, 0])
    #expect(try Array(Self.clip(nil, nil).dropLast()) == [-2, 0.5, 3])
  }

  @Test func takesTheUpperBoundWhereBoundsCross() throws {
    #expect(try Array(Self.clip(2, 1).dropLast()) == [1, 1, 1])
  }

  @Test func limitsIntegers() throws {
    let example = OperatorCase(
      "", "Clip",
      inputs: [
        Tensor(shape: [3], scalars: [-5, 0, 5] as [Int64]), nil, Tensor(scalar: 3 as Int64),
      ])
    #expect(try example.evaluate() == [Tensor(shape: [3], scalars: [-5, 0, 3] as [Int64])])
  }

  @Test func rejectsABoundWithManyElements() {
    let example = OperatorCase(
      "", "Clip", inputs: [Self.numbers, Tensor(shape: [2], scalars: [0, 1] as [Float])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "a bound has the shape [2]")
  }

  @Test(arguments: [ElementType.float32, .float16])
  func makesInputsOfTheBoundsOfOldVersions(_ type: ElementType) throws {
    let graph = try UpgradeCase(
      "Clip", version: 6, ["max": .float(6)], inputs: [.value(.tensor(type, [2]))]
    ).upgraded()
    let bound = Tensor(scalar: 6 as Float).converted(to: type)
    #expect(graph.constants(ofFirst: "Clip") == [nil, nil, bound])
    #expect(graph.nodes.allSatisfy { graph[$0].attributes.isEmpty })
  }

  @Test func multipliesNegativeElementsWithTheSlope() throws {
    let example = OperatorCase(
      "", "PRelu",
      inputs: [
        Tensor(shape: [2, 2], scalars: [-1, 2, -3, -4] as [Float]),
        Tensor(shape: [2, 1], scalars: [10, 100] as [Float]),
      ])
    #expect(
      try example.evaluate() == [Tensor(shape: [2, 2], scalars: [-10, 2, -300, -400] as [Float])])
  }

  @Test func rejectsASlopeLargerThanTheInput() {
    let example = OperatorCase(
      "", "PRelu",
      inputs: [Tensor(shape: [1], scalars: [-1] as [Float]), Self.numbers])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .incompatibleShapes)
  }

  @Test func alignsTheSlopesOfOldVersionsWithChannels() throws {
    let slope = Tensor(shape: [3], scalars: [1, 2, 3] as [Float])
    let graph = try UpgradeCase(
      "PRelu", version: 6,
      inputs: [.value(.tensor(.float32, [1, 3, 4, 4])), .constant(slope)]
    ).upgraded()
    #expect(graph.constants(ofFirst: "PRelu") == [nil, slope.reshaped(to: [3, 1, 1])])
  }
}
