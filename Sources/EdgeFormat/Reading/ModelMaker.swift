import FlatBuffers
import FormatSupport
import IR
import Tensors

/// Makes a model of the checked contents of a file.
struct ModelMaker {
  private let file: EdgeFile
  private let contents: FileContents
  private let names: NameColumns
  private let parts: AttributeColumns.Parts
  private let sets: [Attributes]
  private let operators: [OperatorID]

  init(_ file: EdgeFile) throws(FormatError) {
    self.file = file
    contents = file.contents
    names = file.names ?? NameColumns(empty: file.contents.graphs)
    parts = AttributeColumns.Parts(
      strings: contents.strings,
      byteStrings: contents.byteStrings.map { ByteString(bytes: $0) },
      tensors: try contents.tensors.makeTensors(contents.types),
      types: contents.types.makeTypes(contents.strings))
    sets = contents.attributes.makeSets(parts)
    operators = contents.operators.makeOperators(contents.strings)
  }

  func makeModel() throws(FormatError) -> Model {
    var model = Model(
      graph: try makeGraph(contents.graph, number: 0),
      operatorSets: contents.operatorSets.makeSets(contents.strings))
    for (index, function) in contents.functions.enumerated() {
      model.functions.append(try makeFunction(function, number: index + 1))
    }
    model.modelVersion = contents.sourceVersion
    if let annotations = file.annotations {
      model.producer = annotations.producer
      model.domain = annotations.domain
      model.annotations = self.annotations(.model, 0, 0) ?? Annotations()
    }
    return model
  }

  private func makeFunction(
    _ contents: FunctionContents, number: Int
  ) throws(FormatError) -> Function {
    var function = Function(
      contents.id, graph: try makeGraph(contents.graph, number: number),
      attributes: (0..<contents.attributes.count).map { parts.strings[contents.attributes[$0]] },
      defaults: contents.defaults == 0 ? Attributes() : sets[contents.defaults - 1],
      operatorSets: contents.operatorSets.makeSets(parts.strings))
    function.annotations = annotations(.function, number, 0) ?? Annotations()
    return function
  }

  private func annotations(
    _ scope: AnnotationScope, _ graph: Int, _ element: Int
  ) -> Annotations? {
    file.annotations?.entries[.init(scope: scope, graph: graph, element: element)]
  }
}

// MARK: - Graphs

extension ModelMaker {
  private func makeGraph(_ layout: GraphLayout, number: Int) throws(FormatError) -> Graph {
    let names = names.graphs[number]
    var graph = Graph()
    graph.name = names.graph
    let blocks =
      [graph.body]
      + (0..<(layout.blocks.count - 1)).map { index in
        graph.addBlock(named: names.blocks[index])
      }
    var values: [ValueID] = []
    values.reserveCapacity(layout.valueCount)
    addInputs(layout, names, isModel: number == 0, blocks, &values, to: &graph)
    addConstants(layout, names, blocks, &values, to: &graph)
    try addNodes(layout, number, blocks, &values, to: &graph)
    setOutputs(layout, names, isModel: number == 0, blocks, values, of: &graph)
    annotate(&graph, number, blocks, values)
    return graph
  }

  private func type(_ layout: GraphLayout, _ value: Int) -> ValueType? {
    let number = layout.valueTypes[value]
    return number == 0 ? nil : parts.types[number - 1]
  }

  private func addInputs(
    _ layout: GraphLayout, _ names: NameColumns.GraphNames, isModel: Bool, _ blocks: [BlockID],
    _ values: inout [ValueID], to graph: inout Graph
  ) {
    var nextDefault = 0
    for (block, id) in zip(layout.blocks, blocks) {
      for value in block.inputs {
        var tensor: Tensor?
        if nextDefault < layout.defaultInputs.count, layout.defaultInputs[nextDefault] == value {
          tensor = parts.tensors[layout.defaultTensors[nextDefault]]
          nextDefault += 1
        }
        let isPublic = isModel && id == graph.body
        values.append(
          graph.addInput(
            named: isPublic ? contents.inputNames[value] : names.values[value],
            type: type(layout, value), default: tensor, to: id))
      }
    }
  }

  private func addConstants(
    _ layout: GraphLayout, _ names: NameColumns.GraphNames, _ blocks: [BlockID],
    _ values: inout [ValueID], to graph: inout Graph
  ) {
    for (block, id) in zip(layout.blocks, blocks) {
      for value in block.constants {
        let tensor = parts.tensors[layout.constants[value - layout.inputCount]]
        let constant = graph.addConstant(tensor, named: names.values[value], in: id)
        let type = type(layout, value)
        if type != graph.type(of: constant) { graph.setType(type, of: constant) }
        values.append(constant)
      }
    }
  }

  private func setOutputs(
    _ layout: GraphLayout, _ names: NameColumns.GraphNames, isModel: Bool, _ blocks: [BlockID],
    _ values: [ValueID], of graph: inout Graph
  ) {
    for (block, id) in zip(layout.blocks, blocks) {
      let isPublic = isModel && id == graph.body
      graph.setOutputs(
        block.outputs.map { values[layout.outputs[$0]] },
        named: block.outputs.map { isPublic ? contents.outputNames[$0] : names.outputs[$0] },
        of: id)
    }
  }

  private func annotate(
    _ graph: inout Graph, _ number: Int, _ blocks: [BlockID], _ values: [ValueID]
  ) {
    guard let entries = file.annotations?.entries else { return }
    let nodes = blocks.flatMap { Array(graph.nodes(in: $0)) }
    for (place, annotations) in entries where place.graph == number {
      switch place.scope {
      case .model, .function: break
      case .block: graph.setAnnotations(annotations, of: blocks[place.element])
      case .node: graph.setAnnotations(annotations, of: nodes[place.element])
      case .value: graph.setAnnotations(annotations, of: values[place.element])
      }
    }
  }
}

// MARK: - Nodes

extension ModelMaker {
  private func addNodes(
    _ layout: GraphLayout, _ number: Int, _ blocks: [BlockID], _ values: inout [ValueID],
    to graph: inout Graph
  ) throws(FormatError) {
    let names = names.graphs[number]
    let lineage = file.lineage?.graphs[number]
    let lineages = try lineage?.makeLineages()
    if let lineage {
      graph.sources = lineage.makeSources(file.lineage?.operators ?? [])
      graph.addRemovedSources(lineage.makeRemoved())
    }
    var (operand, slot, omitted) = (0, 0, 0)
    for (block, id) in zip(layout.blocks, blocks) {
      for index in block.nodes {
        let inputEnd = operand + layout.nodeInputCounts[index]
        let inputs = (operand..<inputEnd).map { place in
          layout.inputs[place] == 0 ? nil : values[layout.inputs[place] - 1]
        }
        operand = inputEnd
        let slots = slot..<(slot + layout.outputCount(of: index))
        slot = slots.upperBound
        var value = values.count
        let results = slots.map { place -> Graph.Result? in
          if omitted < layout.omittedOutputs.count, layout.omittedOutputs[omitted] == place {
            omitted += 1
            return nil
          }
          defer { value += 1 }
          return Graph.Result(names.values[value], type: type(layout, value))
        }
        let node = Node(
          operators[layout.nodeOperators[index]],
          attributes: attributes(layout.nodeAttributes[index], blocks), name: names.nodes[index],
          lineage: lineages?[index] ?? Lineage())
        let added = graph.add(node, inputs: inputs, results: results, at: .end(of: id))
        for case let result? in graph.outputs(of: added) { values.append(result) }
      }
    }
  }

  private func attributes(_ number: Int, _ blocks: [BlockID]) -> Attributes {
    guard number > 0 else { return Attributes() }
    guard contents.attributes.setBlocks[number - 1] != nil else { return sets[number - 1] }
    return contents.attributes.makeSet(number - 1, parts, blocks: blocks)
  }
}
