import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ControlFlowTests {
  /// A node with one subgraph, whose steps are a closure.
  static func run(
    _ name: String, _ inputs: [Tensor?], outputs: Int, types: [ValueType?] = [],
    memoryLimit: Int = 1 << 20, _ attributes: (BlockID) -> Attributes = { ["body": .block($0)] },
    step: @escaping ([Tensor]) -> [Tensor]
  ) throws -> [Tensor] {
    var graph = Graph()
    let block = graph.addBlock()
    let definition = try #require(OperatorRegistry.standard[OperatorID(name)])
    let context = KernelContext(
      node: Node(OperatorID(name), attributes: attributes(block)),
      inputs: inputs.map { $0.map { .tensor($0) } },
      outputs: [Bool](repeating: true, count: outputs), outputTypes: types,
      memoryLimit: memoryLimit
    ) { _, inputs in step(inputs.compactMap(\.tensor)).map { .tensor($0) } }
    return try definition.evaluate(context).compactMap(\.tensor)
  }

  /// Hands on twice the last input and leaves it behind; the condition holds while it is below 4.
  static func doubling(_ inputs: [Tensor]) -> [Tensor] {
    let value = inputs[2].scalars(of: Int64.self)[0] * 2
    return [Tensor(scalar: value < 4), Tensor(scalar: value), Tensor(scalar: value)]
  }

  @Test(
    arguments: [
      (nil, true, [2, 4]), (1, true, [2]), (3, nil, [2, 4, 8]), (5, false, []), (-1, nil, []),
    ] as [(Int64?, Bool?, [Int64])])
  func loops(_ limit: Int64?, _ condition: Bool?, _ expected: [Int64]) throws {
    let outputs = try Self.run(
      "Loop",
      [limit.map { Tensor(scalar: $0) }, condition.map { Tensor(scalar: $0) }, integers([], [1])],
      outputs: 2, types: [nil, .tensor(.int64, [.unknown])], step: Self.doubling)
    #expect(outputs[0] == Tensor(scalar: expected.last ?? 1))
    #expect(outputs[1] == integers([expected.count], expected))
  }

  @Test func endsALoopThatNeverEnds() throws {
    let error = #expect(throws: OperatorError.self) {
      try Self.run("Loop", [nil, nil], outputs: 1, memoryLimit: 100) { _ in
        [Tensor(scalar: true), counting([8])]
      }
    }
    #expect(error?.message == "the scan outputs exceed the memory limit of 100 bytes")
  }

  @Test func rejectsScanOutputsThatDiffer() throws {
    let error = #expect(throws: OperatorError.self) {
      try Self.run("Loop", [list(2), nil], outputs: 1) { inputs in
        [Tensor(scalar: true), counting([inputs[0] == Tensor(scalar: 0 as Int64) ? 1 : 2])]
      }
    }
    #expect(error?.message == "the tensors to stack differ in type or shape")
  }

  @Test func rejectsABodyWithTooFewOutputs() throws {
    let error = #expect(throws: OperatorError.self) {
      try Self.run("Loop", [list(2), nil, list(1)], outputs: 1) { _ in [Tensor(scalar: true)] }
    }
    #expect(error?.message == "the body has 1 outputs for 1 values that it carries on")
  }

  @Test(arguments: [true, false])
  func takesOneBranch(_ condition: Bool) throws {
    var graph = Graph()
    let (first, second) = (graph.addBlock(), graph.addBlock())
    let definition = try #require(OperatorRegistry.standard[OperatorID("If")])
    let node = Node(
      OperatorID("If"), attributes: ["then_branch": .block(first), "else_branch": .block(second)])
    let context = KernelContext(
      node: node, inputs: [.tensor(Tensor(shape: [1], scalars: [condition]))]
    ) { block, _ in [.tensor(Tensor(scalar: block == first))] }
    #expect(try definition.evaluate(context) == [.tensor(Tensor(scalar: condition))])
  }

  @Test func rejectsAConditionOfSeveralFlags() throws {
    let error = #expect(throws: OperatorError.self) {
      try Self.run("If", [Tensor(shape: [2], scalars: [true, true])], outputs: 1) { $0 }
    }
    #expect(error?.message == "a condition is bool[2], not one bool")
  }

  @Test func knowsWhatBothBranchesHaveInCommon() throws {
    var model = try Model(
      text: """
        model opset 22
        graph main(%c: bool[], %x: float32[batch, 2], %y: float32[batch, 3]) -> (%z) {
          %z = If.22(%c) {
            then_branch = block {
              %t = Identity.22(%x)
              return %t
            },
            else_branch = block {
              %e = Identity.22(%y)
              return %e
            }
          }
          return %z
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    let type = model.graph.type(of: model.graph.outputs[0])
    #expect(type?.description == "float32[batch, unk__0]")
  }

  @Test func keepsNoShapeThatAStepMayChange() throws {
    var model = try Model(
      text: """
        model opset 22
        graph main(%n: int64[], %x: float32[2, 3]) -> (%y, %all) {
          %y, %all = Loop.22(%n, _, %x) {
            body = block(%i: int64[], %c: bool[], %a) -> (%c, %b, %r) {
              %b = Concat.22(%a, %a) {axis = 0}
              %r = Shape.22(%x)
              return %c, %b, %r
            }
          }
          return %y, %all
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    #expect(model.graph.type(of: model.graph.outputs[0])?.elementType == .float32)
    #expect(model.graph.type(of: model.graph.outputs[0])?.shape == nil)
    #expect(model.graph.type(of: model.graph.outputs[1])?.description == "int64[unk__0, 2]")
  }
}
