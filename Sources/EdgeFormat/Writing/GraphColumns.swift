import FlatBuffers
import FormatSupport
import IR
import Tensors

/// The columns of one graph (§4 of Docs/EdgeFormat.md).
struct GraphColumns {
  let numbering: GraphNumbering

  private var operators: [UInt32] = []
  private var attributes: [UInt32] = []
  private var inputCounts: [UInt32] = []
  private var outputCounts: [UInt32] = []
  private var inputs: [UInt32] = []
  private var omittedOutputs: [UInt32] = []
  private var valueTypes: [UInt32] = []
  private var constants: [UInt32] = []
  private var outputs: [UInt32] = []
  private var blockOutputCounts: [UInt32] = []
  private var defaultInputs: [UInt32] = []
  private var defaultTensors: [UInt32] = []

  /// Numbers a graph and adds what it names to the tables.
  init(_ graph: Graph, _ tables: inout SharedTables) throws(FormatError) {
    numbering = GraphNumbering(graph)
    appendValues(of: graph, &tables)
    try appendNodes(of: graph, &tables)
    for block in numbering.blocks {
      let values = graph.outputs(of: block)
      blockOutputCounts.append(UInt32(values.count))
      for value in values { outputs.append(try number(of: value, in: graph)) }
    }
  }

  /// Whether there are blocks beside the body.
  var hasSubgraphs: Bool { numbering.blocks.count > 1 }

  private mutating func appendValues(of graph: Graph, _ tables: inout SharedTables) {
    valueTypes.reserveCapacity(numbering.values.count)
    for value in numbering.values {
      valueTypes.append(graph.type(of: value).map { tables.number(of: $0) + 1 } ?? 0)
    }
    for value in numbering.constants {
      if let tensor = graph.constant(of: value) { constants.append(tables.number(of: tensor)) }
    }
    for (number, value) in numbering.values.prefix(Int(numbering.inputCounts.reduce(0, +)))
      .enumerated()
    {
      guard let tensor = graph.constant(of: value) else { continue }
      defaultInputs.append(UInt32(number))
      defaultTensors.append(tables.number(of: tensor))
    }
  }

  private mutating func appendNodes(
    of graph: Graph, _ tables: inout SharedTables
  ) throws(FormatError) {
    var slots = 0
    for id in numbering.nodes {
      let node = graph[id]
      operators.append(try tables.number(of: node.operatorID))
      attributes.append(
        tables.number(of: node.attributes, blockNumbers: numbering.blockNumbers))
      let values = graph.inputs(of: id)
      inputCounts.append(UInt32(values.count))
      for value in values {
        inputs.append(
          try value.map { value throws(FormatError) in
            try number(of: value, in: graph) + 1
          } ?? 0)
      }
      let results = graph.outputs(of: id)
      outputCounts.append(UInt32(results.count))
      for (index, value) in results.enumerated() where value == nil {
        omittedOutputs.append(UInt32(slots + index))
      }
      slots += results.count
    }
  }

  private func number(of value: ValueID, in graph: Graph) throws(FormatError) -> UInt32 {
    let number = numbering.valueNumbers[value.index]
    guard number != UInt32.max else {
      throw FormatError(
        .invalid, "value \(value.index) '\(graph.name(of: value))' is used and defined nowhere",
        path: ["graph"], remedy: "validate the graph before it is written")
    }
    return number
  }

  /// Adds the table to a buffer.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable> {
    let blockOutputs = hasSubgraphs ? builder.addDerivedColumn(blockOutputCounts) : nil
    let blockConstants = hasSubgraphs ? builder.addDerivedColumn(numbering.constantCounts) : nil
    let blockInputs = hasSubgraphs ? builder.addDerivedColumn(numbering.inputCounts) : nil
    let blockNodes = hasSubgraphs ? builder.addColumn(numbering.nodeCounts) : nil
    let defaultTensors = builder.addDerivedColumn(defaultTensors)
    let defaultInputs = builder.addColumn(defaultInputs)
    let outputs = builder.addColumn(outputs)
    let constants = builder.addColumn(constants)
    let valueTypes = builder.addColumn(valueTypes)
    let omitted = builder.addColumn(omittedOutputs)
    let inputs = builder.addDerivedColumn(inputs)
    let isUniform = outputCounts.allSatisfy { $0 == 1 }
    let outputCounts = isUniform ? nil : builder.addColumn(outputCounts)
    let inputCounts = builder.addDerivedColumn(inputCounts)
    let attributes = builder.addDerivedColumn(attributes)
    let operators = builder.addColumn(operators)
    return builder.addTable {
      $0.set(GraphTable.nodeOperators, to: operators)
      $0.set(GraphTable.nodeAttributes, to: attributes)
      $0.set(GraphTable.nodeInputCounts, to: inputCounts)
      $0.set(GraphTable.nodeOutputCounts, to: outputCounts)
      $0.set(GraphTable.inputs, to: inputs)
      $0.set(GraphTable.omittedOutputs, to: omitted)
      $0.set(GraphTable.valueTypes, to: valueTypes)
      $0.set(GraphTable.constants, to: constants)
      $0.set(GraphTable.outputs, to: outputs)
      $0.set(GraphTable.defaultInputs, to: defaultInputs)
      $0.set(GraphTable.defaultTensors, to: defaultTensors)
      $0.set(GraphTable.blockNodeCounts, to: blockNodes)
      $0.set(GraphTable.blockInputCounts, to: blockInputs)
      $0.set(GraphTable.blockConstantCounts, to: blockConstants)
      $0.set(GraphTable.blockOutputCounts, to: blockOutputs)
    }
  }
}
