import IR
import Passes
import Tensors

/// A pass that a closure is, right or wrong.
struct EditPass: Pass {
  let name: String
  var summary = "For a test"
  var contract = NumericalContract.exact
  let edit: @Sendable (inout Model) throws(PassError) -> Int

  init(
    _ name: String, _ contract: NumericalContract = .exact,
    edit: @escaping @Sendable (inout Model) throws(PassError) -> Int
  ) {
    self.name = name
    self.contract = contract
    self.edit = edit
  }

  /// A pass that changes the first node of an operator.
  init(
    _ name: String, at operatorName: String,
    change: @escaping @Sendable (inout Graph, NodeID) -> Void
  ) {
    self.init(name) { model throws(PassError) in
      guard
        let node = model.graph.nodes.first(where: {
          model.graph[$0].operatorID.isStandard(operatorName)
        })
      else { return 0 }
      change(&model.graph, node)
      return 1
    }
  }

  /// A pass that sets an attribute of the first node of an operator.
  static func setting(
    _ attribute: String, of operatorName: String, to value: Attribute?
  ) -> EditPass {
    EditPass("\(operatorName) with another \(attribute)", at: operatorName) { graph, node in
      graph.update(node) { $0.attributes[attribute] = value }
    }
  }

  /// A pass that replaces a constant input of the first node of an operator.
  static func replacing(
    _ what: String, _ index: Int, of operatorName: String,
    by change: @escaping @Sendable ([Float]) -> [Float]
  ) -> EditPass {
    EditPass("\(operatorName) with \(what)", at: operatorName) { graph, node in
      guard let input = graph.input(index, of: node), let tensor = graph.constant(of: input) else {
        return
      }
      let changed = Tensor(shape: tensor.shape, scalars: change(tensor.scalars(of: Float.self)))
      graph.setInput(index, of: node, to: graph.addConstant(changed))
    }
  }

  func run(on model: inout Model) throws(PassError) -> Int { try edit(&model) }

  /// The same pass with another promise.
  func promising(_ contract: NumericalContract) -> EditPass {
    EditPass(name, contract, edit: edit)
  }
}

/// Passes that are wrong on purpose, in ways that passes of real converters were.
enum WrongPasses {
  static let all = attributes + constants + wiring

  static let attributes: [EditPass] = [
    .setting("axis", of: "Softmax", to: .int(1)),
    .setting("axis", of: "Concat", to: .int(2)),
    .setting("pads", of: "Conv", to: .ints([2, 2, 0, 0])),
    .setting("pads", of: "Conv", to: nil),
    .setting("epsilon", of: "BatchNormalization", to: nil),
    .setting("epsilon", of: "BatchNormalization", to: .float(0.011)),
    .setting("transB", of: "Gemm", to: .int(0)),
  ]

  static let constants: [EditPass] = [
    .replacing("a weight's byte changed", 1, of: "Conv") { weights in
      var weights = weights
      weights[3] = Float(bitPattern: weights[3].bitPattern ^ 0x8000)
      return weights
    },
    .replacing("transposed weights", 1, of: "MatMul") { weights in
      (0..<16).map { weights[$0 % 4 * 4 + $0 / 4] }
    },
    .replacing("permuted channels", 1, of: "Conv") { weights in
      Array(weights.suffix(18) + weights.prefix(18))
    },
    .replacing("another range", 2, of: "Clip") { $0.map { $0 / 2 } },
    .replacing("a flipped bias", 2, of: "Conv") { $0.map { -$0 } },
  ]

  static let wiring: [EditPass] = [
    EditPass("dropped bias", at: "Conv") { graph, node in
      graph.setInputs(Array(graph.inputs(of: node).prefix(2)), of: node)
    },
    EditPass("dropped residual", at: "Add") { graph, node in
      if let sum = graph.output(0, of: node), let input = graph.input(0, of: node) {
        graph.replaceUses(of: sum, with: input)
        graph.remove(node)
      }
    },
    EditPass("swapped operands", at: "Sub") { graph, node in
      graph.setInputs(graph.inputs(of: node).reversed(), of: node)
    },
    EditPass("wrong rounding", at: "Round") { graph, node in
      graph.update(node) { $0.operatorID = OperatorID("Floor", version: 13) }
    },
    EditPass("removed output") { model throws(PassError) in
      let (graph, body) = (model.graph, model.graph.body)
      model.graph.setOutputs(
        Array(graph.outputs.dropLast()), named: Array(graph.outputNames(of: body).dropLast()))
      return 1
    },
    EditPass("renamed output") { model throws(PassError) in
      let (graph, body) = (model.graph, model.graph.body)
      model.graph.setOutputs(graph.outputs, named: graph.outputNames(of: body).map { "\($0)_1" })
      return 1
    },
    EditPass("exchanged outputs") { model throws(PassError) in
      let (graph, body) = (model.graph, model.graph.body)
      model.graph.setOutputs(graph.outputs.reversed(), named: graph.outputNames(of: body))
      return 1
    },
    EditPass("node out of order", at: "Conv") { graph, node in
      graph.move(node, to: .end(of: graph.body))
    },
    EditPass("left out input", at: "Gemm") { graph, node in graph.setInput(0, of: node, to: nil) },
  ]
}
