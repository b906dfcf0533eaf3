import IR
import Interpreter
import Operators
import Passes
import Tensors
import Testing

/// A model before and after some passes.
struct RewriteCase {
  let before: Model
  let after: Model

  /// Runs the passes with these names on a model in text form.
  init(_ text: String, _ passes: String...) throws {
    try self.init(text, passes.map { try PassCatalog.pass(named: $0) })
  }

  /// Runs some passes on a model in text form.
  init(_ text: String, _ passes: [any Pass]) throws {
    var model = try Model(text: text)
    let report = model.prepare()
    #expect(report.errors.isEmpty)
    before = model
    for pass in passes {
      _ = try pass.run(on: &model)
      #expect(model.prepare().errors.isEmpty)
    }
    after = model
  }

  /// The operators of the nodes that are left, in the order of execution.
  var operators: [String] { Self.operators(of: after) }

  /// Whether the passes left the nodes as they were.
  var isUnchanged: Bool { operators == Self.operators(of: before) }

  private static func operators(of model: Model) -> [String] {
    model.graph.nodes(in: model.graph.body).map { node in
      let id = model.graph[node].operatorID
      return id.domain.isEmpty ? id.name : "\(id.domain)::\(id.name)"
    }
  }

  /// Executes both models on made-up inputs and expects the same bits.
  func expectSameBits(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let inputs = inputs
    let expected = try Interpreter(before).run(inputs).map(\.tensor)
    let got = try Interpreter(after).run(inputs).map(\.tensor)
    #expect(got == expected, sourceLocation: sourceLocation)
  }

  /// Made-up inputs by name.
  var inputs: [String: RuntimeValue] {
    var inputs: [String: RuntimeValue] = [:]
    for (index, input) in before.graph.inputs.enumerated() {
      inputs[before.graph.name(of: input)] = .tensor(
        Self.tensor(of: before.graph.type(of: input), seed: index))
    }
    return inputs
  }

  /// Numbers between -2 and 2 in no order, integers from 0 to 4; extents that vary are 2.
  private static func tensor(of type: ValueType?, seed: Int) -> Tensor {
    let shape = type?.shape?.dimensions.map { $0.fixedValue ?? 2 } ?? []
    let numbers = (0..<shape.reduce(1, *)).map { (($0 + 13 * seed) * 7919 + 11) % 257 }
    switch type?.elementType {
    case .bool: return Tensor(shape: shape, scalars: numbers.map { $0 % 3 > 0 })
    case .int64: return Tensor(shape: shape, scalars: numbers.map { Int64($0 % 5) })
    case .uint8: return Tensor(shape: shape, scalars: numbers.map { UInt8($0 % 256) })
    default: return Tensor(shape: shape, scalars: numbers.map { Float($0 - 128) / 61 })
    }
  }
}
