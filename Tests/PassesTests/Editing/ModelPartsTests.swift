import IR
import Operators
import Passes
import Tensors
import Testing

@Suite struct ModelPartsTests {
  static func model() throws -> Model {
    var model = try Model(
      text: """
        model opset 22
        graph main(%x: float32[4], %z: float32[4]) -> (%y: float32[4]) {
          const %k: float32[4] = [1.0, 2.0, 3.0, 4.0]
          const %go: bool[] = true
          %a = Relu(%x)
          %b = Add(%a, %k)
          %c = If(%go) {
            then_branch = block() -> (%d) {
              %d = Mul(%b, %k)
              return %d
            },
            else_branch = block() -> (%e) {
              %e = Neg(%z)
              return %e
            }
          }
          %y = Sub(%c, %a)
          return %y
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  static func value(_ name: String, of model: Model) throws -> ValueID {
    try #require(model.graph.values.first { model.graph.name(of: $0) == name })
  }

  /// Takes out what computes a value from others, and returns its operators and inputs.
  static func part(
    _ name: String, from known: [String]
  ) throws -> (model: Model, operators: [String], inputs: [String]) {
    let model = try model()
    let parts = ModelParts(of: model)
    let output = try value(name, of: model)
    let values = try known.map { try value($0, of: model) }
    let part = parts.part(computing: [output], where: values.contains)
    let result = parts.model(
      of: part.nodes, from: part.inputs.map { ModelParts.Port(model.graph.name(of: $0), $0) },
      to: [ModelParts.Port("out", output)])
    let graph = result.graph
    return (
      result, graph.nodes.map { graph[$0].operatorID.name }, graph.inputs.map(graph.name(of:))
    )
  }

  @Test func stopsAtKnownValues() throws {
    let part = try Self.part("b", from: ["a"])
    #expect(part.operators == ["Add"])
    #expect(part.inputs == ["a"])
    #expect(part.model.validate().isEmpty)
    #expect(part.model.graph.outputNames(of: part.model.graph.body) == ["out"])
  }

  @Test func goesBackToTheInputsOfTheModel() throws {
    let part = try Self.part("y", from: [])
    #expect(part.operators == ["Relu", "Add", "If", "Sub"])
    #expect(Set(part.inputs) == ["x", "z"])
    #expect(part.model.validate().isEmpty)
  }

  @Test func readsWhatSubgraphsCapture() throws {
    let part = try Self.part("c", from: ["b"])
    #expect(part.operators == ["If"])
    #expect(Set(part.inputs) == ["b", "z"])
    #expect(part.model.validate().isEmpty)
  }

  @Test func computesAKnownValueThatIsWanted() throws {
    #expect(try Self.part("b", from: ["a", "b"]).operators == ["Add"])
  }

  @Test func givesAnInputBack() throws {
    let part = try Self.part("x", from: [])
    #expect(part.operators.isEmpty)
    #expect(part.inputs == ["x"])
  }

  @Test func addsInputsThatNothingUses() throws {
    let model = try Self.model()
    let parts = ModelParts(of: model)
    let part = parts.part(computing: [try Self.value("a", of: model)]) { _ in false }
    let result = parts.model(
      of: part.nodes,
      from: [.init("x", try Self.value("x", of: model)), .init("unused", nil)],
      to: [.init("a", try Self.value("a", of: model))])
    #expect(result.graph.inputs.map(result.graph.name(of:)) == ["x", "unused"])
  }
}
