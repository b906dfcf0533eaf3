import IR
import Operators
import Passes
import Testing
import Verification

/// What a pass makes of a small graph.
struct Rewrite: Sendable, CustomStringConvertible {
  let description: String
  /// The inputs of the graph in the text form.
  let inputs: String
  /// The statements of the graph in the text form; its output is `%y`.
  let statements: String
  /// What is computed afterwards, see ``IR/Graph/expressions``.
  let expected: String
  /// The functions of the model in the text form.
  let functions: String

  init(
    _ description: String, inputs: String = "%x: float32[2, 3]", _ statements: String,
    _ expected: String, functions: String = ""
  ) {
    self.description = description
    self.inputs = inputs
    self.statements = statements
    self.expected = expected
    self.functions = functions
  }

  /// The model before the pass, prepared; each node stands for a source of its own.
  func model() throws -> Model {
    var model = try Model(
      text: """
        model opset 22, com.microsoft 1, local 1
        graph main(\(inputs)) -> (%y) {
          \(statements)
          return %y
        }
        \(functions)
        """)
    let report = model.prepare()
    #expect(report.errors.isEmpty)
    let graph = model.graph
    for node in graph.blocks.flatMap({ Array(graph.nodes(in: $0)) }) {
      let id = model.graph[node].operatorID
      let index = model.graph.sources.count
      model.graph.update(node) { $0.lineage = Lineage(index) }
      model.graph.sources.append(SourceNode(name: "", operatorID: id))
    }
    return model
  }

  /// Expects that the pass does this, and nothing that no pass may do.
  @discardableResult
  func expect(by pass: any Pass) throws -> Model {
    let before = try model()
    var after = before
    let changes = try pass.run(on: &after)
    #expect(after.graph.expressions == [expected])
    let isSame = before.graph.expressions == [expected] && before.isEquivalent(to: after)
    #expect(isSame == (changes == 0), "\(changes) changes")
    let sample = try Sample.generated(for: before.graph)
    let trial = try PassTrial(before, samples: [sample.values])
    #expect(trial.violations(of: pass) == [])
    return after
  }

  /// Expects that the pass of a name does this, and nothing that no pass may do.
  @discardableResult
  func expect(by name: String) throws -> Model {
    try expect(by: try PassCatalog.pass(named: name))
  }
}
