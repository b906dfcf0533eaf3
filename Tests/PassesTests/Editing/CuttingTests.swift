import IR
import Operators
import Passes
import Tensors
import Testing

@Suite struct CuttingTests {
  static func model() throws -> Model {
    var model = try Model(
      text: """
        model opset 18
        graph(%x: float32[batch, 3], %z: float32[batch, 3]) -> (%y: float32[batch, 3]) {
          %a = Relu(%x)
          %b = Add(%a, %z)
          %y = Neg(%b)
          return %y
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  @Test func keepsWhatLiesBetween() throws {
    var model = try Self.model()
    try model.cut(from: ["a"], to: ["b"])
    let graph = model.graph
    #expect(graph.nodes.map { graph[$0].operatorID.name } == ["Add"])
    #expect(Set(graph.inputs.map(graph.name(of:))) == ["a", "z"])
    #expect(graph.outputNames(of: graph.body) == ["b"])
    #expect(model.validate().isEmpty)
  }

  @Test func namesEveryValueThatThereIsNot() throws {
    var model = try Self.model()
    #expect {
      try model.cut(from: ["q"], to: ["r"])
    } throws: { error in
      "\(error)".contains("\"q\", \"r\"")
    }
  }

  @Test func fixesDimensions() throws {
    var model = try Self.model()
    try model.fix(dimensions: ["batch": 4])
    _ = model.prepare()
    #expect(model.graph.type(of: model.graph.outputs[0])?.description == "float32[4, 3]")
    #expect(throws: PassError.self) { try model.fix(dimensions: ["width": 4]) }
  }

  @Test func fixesNamesThatDimensionsAreSaidBy() throws {
    var model = try Model(
      text: """
        model opset 22
        graph main(%x: float32["3", 2*n+1]) -> (%y) {
          %y = Relu(%x)
          return %y
        }
        """)
    try model.fix(dimensions: ["3": 3, "n": 4])
    #expect(model.graph.type(of: model.graph.inputs[0])?.description == "float32[3, 9]")
  }
}
