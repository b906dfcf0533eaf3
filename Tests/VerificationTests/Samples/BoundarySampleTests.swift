import IR
import Operators
import Tensors
import Testing
import Verification

@Suite struct BoundarySampleTests {
  static func graph(_ type: ElementType) -> Graph {
    var graph = Graph()
    graph.addInput(named: "x", type: .tensor(type, [64]))
    return graph
  }

  /// The numbers of input `x` by the names of the samples.
  private func numbers(
    _ graph: Graph, _ generation: Sample.Generation = .init()
  ) throws -> [String: [Double]] {
    try Sample.boundaries(for: graph, generation).reduce(into: [:]) { numbers, sample in
      let tensor = sample.values["x"]?.tensor?.converted(to: .float64)
      numbers[sample.name] = tensor?.scalars(of: Double.self)
    }
  }

  @Test(arguments: [ElementType.float32, .float16, .bfloat16, .float64])
  func coversTheBoundariesOfFloats(type: ElementType) throws {
    let found = try numbers(Self.graph(type))
    let magnitudes = try #require(type.magnitudes)
    #expect(found["zeros"].map(Set.init) == [0])
    #expect(found["ones"].map(Set.init) == [1])
    #expect(found["lowest"].map(Set.init) == [-1])
    #expect(found["highest"] == nil, "they are the ones")
    #expect(found["ties"].map(Set.init) == [-1, -0.5, 0, 0.5, 1])
    #expect(found["saturation"].map(Set.init) == [-1, 1])
    #expect(found["extremes"].map(Set.init) == [-magnitudes.greatest, magnitudes.greatest])
    let large = try #require(found["large"]?.max())
    #expect(large * large <= magnitudes.greatest && large * large * 8 > magnitudes.greatest)
    let denormals = try #require(found["denormals"])
    #expect(denormals.allSatisfy { $0 != 0 && abs($0) < magnitudes.leastNormal })
  }

  @Test(arguments: [ElementType.float32, .int32, .int8])
  func staysInDeclaredRanges(type: ElementType) throws {
    let range = try #require(InputRange(2, 6))
    let found = try numbers(Self.graph(type), .init(ranges: ["x": range]))
    #expect(found.values.joined().allSatisfy { $0 >= 2 && $0 <= 6 })
    #expect(found["zeros"].map(Set.init) == [2])
    #expect(found["highest"].map(Set.init) == [6])
    #expect(found["extremes"] == nil)
  }

  @Test func goesToTheLimitsOfSmallIntegers() throws {
    let found = try numbers(Self.graph(.uint8))
    #expect(found["highest"].map(Set.init) == [255])
    #expect(found["saturation"].map(Set.init) == [0, 255])
  }

  @Test func keepsIndicesValid() throws {
    let found = try numbers(
      try Self.prepared(
        """
        graph main(%x: int64[8]) -> (%y) {
          const %table: float32[5] = [1.0, 2.0, 3.0, 4.0, 5.0]
          %y = Gather(%table, %x)
          return %y
        }
        """))
    #expect(found["zeros"].map(Set.init) == [0])
    #expect(found["highest"].map(Set.init) == [4])
    #expect(found.values.joined().allSatisfy { (0...4).contains($0) })
  }

  @Test func goesBeyondTheRangeOfAQuantizer() throws {
    let found = try numbers(
      try Self.prepared(
        """
        graph main(%x: float32[64]) -> (%y) {
          const %scale: float32[] = 0.5
          const %zero: uint8[] = 128
          %y = QuantizeLinear(%x, %scale, %zero)
          return %y
        }
        """))
    let saturation = try #require(found["saturation"])
    #expect(saturation.min() == -64.5 && saturation.max() == 64)
    let ties = try #require(found["ties"])
    #expect(ties.allSatisfy { $0 / 0.25 == ($0 / 0.25).rounded() })
    #expect(ties.contains { $0 / 0.5 != ($0 / 0.5).rounded() })
  }

  @Test func saysWhatMayBeSkipped() throws {
    let samples = try Sample.boundaries(for: Self.graph(.float32))
    #expect(samples.allSatisfy { $0.isOptional })
    #expect(samples.filter(\.isExtreme).map(\.name) == ["large", "extremes"])
  }

  @Test func isTheSameEveryTime() throws {
    let graph = Self.graph(.float32)
    let values = try Sample.boundaries(for: graph).map(\.values)
    #expect(try Sample.boundaries(for: graph).map(\.values) == values)
  }

  private static func prepared(_ text: String) throws -> Graph {
    var model = try Model(text: "model opset 22\n" + text)
    #expect(model.prepare().errors.isEmpty)
    return model.graph
  }
}
