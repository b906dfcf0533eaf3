import IR
import Operators
import Passes
import Tensors
import Testing

@Suite struct FusedOperatorTests {
  /// A chain of sums, each with a number of its own and an activation behind it.
  static func chain(_ count: Int) throws -> Model {
    var model = Model(operatorSets: ["": 18])
    var value = model.graph.addInput(named: "x", type: .tensor(.float32, [2]))
    for index in 0..<count {
      let number = model.graph.addConstant(Tensor(scalar: Float(index)))
      for (name, inputs) in [("Add", [value, number]), ("Relu", [])] {
        let node = model.graph.add(
          Node(OperatorID(name, version: 14)), inputs: inputs.isEmpty ? [value] : inputs,
          results: [Graph.Result("\(name)\(index)")])
        value = try #require(model.graph.output(0, of: node))
      }
    }
    model.graph.setOutputs([value], named: ["y"])
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  @Test func shareAFunctionWhateverTheirNumbers() throws {
    var model = try Self.chain(50)
    #expect(try PassCatalog.pass(named: "fuse-epilogues").run(on: &model) == 50)
    #expect(model.functions.map(\.id.name) == ["AddRelu"])
    #expect(model.graph.nodeCount(in: model.graph.body) == 50)
    #expect(model.validate().isEmpty)
  }

  @Test func giveNewFunctionsNamesThatAreFree() throws {
    var model = try Self.chain(1)
    var other = Graph()
    other.setOutputs([other.addInput(named: "x0")], named: ["y0"])
    model.functions = ["AddRelu", "AddRelu_2"].map {
      Function(OperatorID($0, domain: "ferry", version: 1), graph: other)
    }
    #expect(try PassCatalog.pass(named: "fuse-epilogues").run(on: &model) == 1)
    #expect(Set(model.functions.map(\.id.name)) == ["AddRelu", "AddRelu_2", "AddRelu_3"])
  }
}
