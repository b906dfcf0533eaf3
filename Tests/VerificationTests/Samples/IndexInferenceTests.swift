import IR
import Operators
import Tensors
import Testing

@testable import Verification

/// Inputs that operators look things up by, and what bounds them.
@Suite struct IndexInferenceTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let range: InputRange?
    /// The type of the input `x`, and the nodes that use it.
    let type: String
    let body: String

    var testDescription: String { name }

    init(_ name: String, _ range: InputRange?, _ type: String = "int64[4]", _ body: String) {
      (self.name, self.range, self.type, self.body) = (name, range, type, body)
    }
  }

  static let cases: [Case] = [
    Case("Gather", InputRange(placesOf: 7), "int64[4]", "%y = Gather(%table, %x)"),
    Case(
      "Gather of another axis", InputRange(placesOf: 3), "int32[4]",
      "%y = Gather(%table, %x) {axis = -1}"),
    Case(
      "GatherElements", InputRange(placesOf: 7), "int64[2, 3]", "%y = GatherElements(%table, %x)"),
    Case("GatherND", InputRange(placesOf: 3), "int64[4, 2]", "%y = GatherND(%table, %x)"),
    Case("GatherND of rows", InputRange(placesOf: 7), "int64[4, 1]", "%y = GatherND(%table, %x)"),
    Case(
      "ScatterElements", InputRange(placesOf: 3), "int64[7, 3]",
      "%y = ScatterElements(%table, %x, %table) {axis = 1}"),
    Case("OneHot", InputRange(placesOf: 5), "int64[4]", "%y = OneHot(%x, %five, %pair)"),
    Case("TopK", InputRange(countsTo: 3), "int64[1]", "%y, %i = TopK(%table, %x)"),
    Case(
      "Loop", InputRange(placesOf: 4), "int64[]",
      """
      %y = Loop(%x, _, %table) {
        body = block(%i: int64[], %go: bool[], %v: float32[7, 3]) {
          %w = Neg(%v)
          return %go, %w
        }
      }
      """),
    Case(
      "through views and conversions", InputRange(placesOf: 7), "float32[2, 2]",
      """
      %a = Cast(%x) {to = 7}
      %b = Reshape(%a, %flat)
      %c = Concat(%b, %flat) {axis = 0}
      %y = Gather(%table, %c)
      """),
    Case(
      "the narrower of two uses", InputRange(placesOf: 3), "int64[4]",
      """
      %a = Gather(%table, %x)
      %y = Gather(%table, %x) {axis = 1}
      """),
    Case("an axis of an input", InputRange(placesOf: 6), "int64[4]", "%y = Gather(%rows, %x)"),
    Case("no index", nil, "int64[4]", "%y = Add(%x, %x)"),
    Case("what is looked up", nil, "float32[4, 2]", "%y = Gather(%x, %flat)"),
  ]

  /// Cases that no operator accepts.
  static let broken: [Case] = [
    Case(
      "GatherND that skips more axes than there are", InputRange(placesOf: 1), "int64[4, 1]",
      "%y = GatherND(%table, %x) {batch_dims = 9223372036854775807}"),
    Case(
      "Gather of an axis that does not exist", InputRange(placesOf: 1), "int64[4]",
      "%y = Gather(%table, %x) {axis = -9223372036854775807}"),
    Case(
      "OneHot of less than nothing", InputRange(placesOf: 1), "int64[4]",
      "%y = OneHot(%x, %least, %pair)"),
  ]

  private func graph(_ test: Case, isValid: Bool = true) throws -> Graph {
    let numbers = (0..<21).map { "\(Double($0))" }.joined(separator: ", ")
    var model = try Model(
      text: """
        model opset 22
        graph main(%x: \(test.type), %rows: float32[2*n, 2]) -> (%y) {
          const %table: float32[7, 3] = [\(numbers)]
          const %five: int64[] = 5
          const %least: int64[] = -9223372036854775808
          const %pair: float32[2] = [0.0, 1.0]
          const %flat: int64[1] = [-1]
          \(test.body)
          return %y
        }
        """)
    #expect(model.prepare().errors.isEmpty || !isValid)
    return model.graph
  }

  @Test(arguments: broken) func trustsNoAttribute(test: Case) throws {
    let graph = try graph(test, isValid: false)
    let inference = IndexInference(graph: graph, sizes: DimensionSizes(of: graph, given: [:]))
    #expect(inference.range(of: try #require(graph.inputs.first)) == test.range)
  }

  @Test(arguments: cases) func findsWhatBoundsAnInput(test: Case) throws {
    let graph = try graph(test)
    let inference = IndexInference(
      graph: graph, sizes: DimensionSizes(of: graph, given: ["n": 3]))
    let input = try #require(graph.inputs.first)
    #expect(inference.range(of: input) == test.range)
  }

  @Test func knowsOnlyTheFirstPlaceOfAnAxisThatDependsOnData() throws {
    let test = Case(
      "unknown", InputRange(placesOf: 1), "int64[4]",
      """
      %a = NonZero(%x)
      %y = Gather(%a, %x) {axis = 1}
      """)
    let graph = try graph(test)
    let inference = IndexInference(graph: graph, sizes: DimensionSizes(of: graph, given: [:]))
    #expect(inference.range(of: try #require(graph.inputs.first)) == test.range)
  }
}
