import IR
import Interpreter
import Operators
import Tensors
import Testing

/// Functions that call each other more often, or more deeply, than anything can follow.
@Suite struct HostileFunctionTests {
  static let x: [String: RuntimeValue] = ["x": .tensor(Tensor(shape: [1], scalars: [1 as Float]))]

  static func id(_ index: Int) -> OperatorID {
    OperatorID("F\(index)", domain: "local", version: 1)
  }

  /// Makes functions of which each calls the next one, once for each list of attributes; the last
  /// one negates.
  static func model(
    depth: Int, calls: (_ index: Int) -> [Attributes]
  ) throws -> Model {
    var graph = Graph()
    let x = graph.addInput(named: "x", type: .tensor(.float32, [1]))
    let call = graph.add(Node(id(0)), inputs: [x], results: ["y"])
    graph.setOutputs(graph.outputs(of: call).compactMap { $0 })
    var model = Model(graph: graph, operatorSets: ["": 22, "local": 1])
    for index in 0..<depth {
      var body = Graph()
      var value = body.addInput(named: "a")
      let nodes =
        index < depth - 1
        ? calls(index).map { Node(id(index + 1), attributes: $0) }
        : [Node(OperatorID("Neg", version: 13))]
      for (place, node) in nodes.enumerated() {
        let node = body.add(node, inputs: [value], results: [Graph.Result("v\(place)")])
        value = try #require(body.output(0, of: node))
      }
      body.setOutputs([value])
      model.functions.append(Function(id(index), graph: body))
    }
    return model
  }

  static func error(_ body: () throws(OperatorError) -> Void) -> OperatorError? {
    do throws(OperatorError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [1, 64, 199])
  func followsDeepCalls(_ depth: Int) throws {
    var model = try Self.model(depth: depth) { _ in [[:]] }
    #expect(model.prepare().errors.isEmpty)
    #expect(model.graph.type(of: model.graph.outputs[0]) == .tensor(.float32, [1]))
    let outputs = try Interpreter(model).run(Self.x)
    #expect(outputs == [.tensor(Tensor(shape: [1], scalars: [-1 as Float]))])
  }

  @Test(arguments: [201, 5000])
  func refusesTooDeepCalls(_ depth: Int) throws {
    var model = try Self.model(depth: depth) { _ in [[:]] }
    let message = "functions and subgraphs are nested more than 200 deep"
    #expect(model.prepare().errors.first?.message == message)
    #expect(
      Self.error { () throws(OperatorError) in _ = try Interpreter(model) }?.message == message)
  }

  /// 2⁶³ calls, all of them equal: one plan and one inference a function.
  @Test func plansEqualCallsOnceAndEndsTheirExecution() throws {
    var model = try Self.model(depth: 64) { _ in [[:], [:]] }
    #expect(model.prepare().errors.isEmpty)
    #expect(model.graph.type(of: model.graph.outputs[0]) == .tensor(.float32, [1]))
    let interpreter = try Interpreter(model, options: .init(stepLimit: 10_000))
    let error = Self.error { () throws(OperatorError) in _ = try interpreter.run(Self.x) }
    #expect(error?.message == "the execution has not ended after 10000 steps")
  }

  /// 2³⁹ calls, no two of them equal: each hands on all attributes that it is given and one more.
  @Test func refusesCallsThatAllDiffer() throws {
    var model = try Self.model(depth: 40) { index in
      ([0, 1] as [Int64]).map { value in
        var attributes: Attributes = [:]
        for other in 0..<index {
          attributes["a\(other)"] = .reference(name: "a\(other)", kind: .int)
        }
        attributes["a\(index)"] = .int(value)
        return attributes
      }
    }
    #expect(model.prepare().errors.first?.code == .limitExceeded)
    let error = Self.error { () throws(OperatorError) in _ = try Interpreter(model) }
    #expect(error?.message == "the functions that the model calls stand for too many nodes")
  }

  @Test func refusesFunctionsThatCallThemselves() throws {
    var model = try Self.model(depth: 3) { _ in [[:]] }
    var body = Graph()
    let a = body.addInput(named: "a")
    let call = body.add(Node(Self.id(0)), inputs: [a], results: ["b"])
    body.setOutputs(body.outputs(of: call).compactMap { $0 })
    model.functions[2].graph = body
    #expect(model.validate().contains { $0.code == .recursion && $0.severity == .error })
    #expect(model.prepare().errors.first?.code == .limitExceeded)
    let error = Self.error { () throws(OperatorError) in _ = try Interpreter(model) }
    #expect(error?.code == .limitExceeded)
  }

  /// Subgraphs and calls that each are nested within their limits are too deep together.
  @Test func boundsCallsAndSubgraphsTogether() throws {
    var model = try Self.model(depth: 21) { _ in [[:]] }
    for index in 0..<20 { Self.nest(&model.functions[index].graph, levels: 20) }
    #expect(model.validate().filter { $0.severity == .error }.isEmpty)
    #expect(model.prepare().errors.first?.code == .limitExceeded)
    let interpreter = try Interpreter(model)
    let error = Self.error { () throws(OperatorError) in _ = try interpreter.run(Self.x) }
    #expect(error?.message == "functions and subgraphs are nested more than 200 deep")
  }

  /// Puts the only node of a graph into conditions within each other.
  static func nest(_ graph: inout Graph, levels: Int) {
    guard let call = graph.firstNode(in: graph.body) else { return }
    let node = graph[call]
    let condition = graph.addConstant(Tensor(scalar: true), named: "c")
    let inputs = graph.inputs(of: call)
    graph.setOutputs([])
    graph.remove(call)
    var place = graph.body
    var blocks: [BlockID] = [place]
    for _ in 0..<levels {
      let (block, other) = (graph.addBlock(), graph.addBlock())
      let branch = Node(
        OperatorID("If", version: 22),
        attributes: ["then_branch": .block(block), "else_branch": .block(other)])
      graph.add(branch, inputs: [condition], results: [""], at: .end(of: place))
      graph.setOutputs(inputs.compactMap { $0 }, named: ["o"], of: other)
      blocks.append(block)
      place = block
    }
    graph.add(node, inputs: inputs, results: [""], at: .end(of: place))
    for block in blocks {
      let last = graph.nodes(in: block).first { _ in true }
      graph.setOutputs(
        last.map { graph.outputs(of: $0).compactMap { $0 } } ?? [], named: ["o"], of: block)
    }
  }
}
