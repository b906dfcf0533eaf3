import IR
import Tensors

/// Models that tests write.
enum TestModels {
  /// `n` nodes Add, Mul and Relu in turn over float32[1, 64], with 16 shared constants.
  static func chain(_ count: Int) -> Model {
    var graph = Graph()
    graph.name = "chain"
    let type = ValueType.tensor(.float32, [1, 64])
    var value = graph.addInput(named: "x", type: type)
    let constants = (0..<16).map { index in
      graph.addConstant(
        Tensor(shape: [64], scalars: (0..<64).map { Float($0 + 64 * index) }),
        named: index % 2 == 0 ? "s\(index / 2)" : "b\(index / 2)")
    }
    let names = ["Add", "Mul", "Relu"]
    for index in 0..<count {
      let step = index % 3
      let constant = constants[index / 3 % 8 * 2 + (step == 0 ? 1 : 0)]
      let id = OperatorID(names[step], version: 17)
      let node = graph.add(
        Node(id, name: "/\(names[step])_\(index + 1)", lineage: Lineage(index)),
        inputs: step == 2 ? [value] : [value, constant],
        results: [Graph.Result(index == count - 1 ? "y" : "t\(index)", type: type)])
      graph.sources.append(SourceNode(name: "/\(names[step])_\(index + 1)", operatorID: id))
      value = graph.output(0, of: node) ?? value
    }
    graph.setOutputs([value], named: ["y"])
    return Model(graph: graph, operatorSets: ["": 17])
  }

  /// One Relu over float32[1, 64].
  static func single() -> Model {
    var graph = Graph()
    let type = ValueType.tensor(.float32, [1, 64])
    let x = graph.addInput(named: "x", type: type)
    let relu = graph.add(
      Node(OperatorID("Relu", version: 17)), inputs: [x],
      results: [Graph.Result("y", type: type)])
    graph.setOutputs(graph.outputs(of: relu).compactMap { $0 })
    return Model(graph: graph, operatorSets: ["": 17])
  }

  /// A constant of which a fifth is not zero.
  static func sparse() -> Model {
    var graph = Graph()
    let scalars = (0..<525).map { $0 % 5 == 0 ? Float($0 + 1) : 0 }
    let weights = graph.addConstant(Tensor(shape: [25, 21], scalars: scalars), named: "weights")
    graph.setOutputs([weights], named: ["y"])
    return Model(graph: graph, operatorSets: ["": 17])
  }

  /// Something of everything that a model can hold.
  static func rich() -> Model {
    var model = Model(graph: richGraph(), operatorSets: ["": 22, "com.example": 1])
    model.producer = Model.Producer(name: "tests", version: "1.0")
    model.domain = "com.example"
    model.modelVersion = 7
    model.annotations.documentation = "A model of everything."
    model.annotations.metadata = [MetadataEntry(key: "author", value: "nobody")]
    model.functions = [function()]
    return model
  }

  private static func function() -> Function {
    var body = Graph()
    let a = body.addInput(named: "a")
    let node = body.add(
      Node(
        OperatorID("Selu", version: 22),
        attributes: [
          "alpha": .reference(name: "alpha", kind: .float),
          "gammas": .reference(name: "gammas", kind: .floats),
        ]),
      inputs: [a], results: ["b"])
    body.setOutputs(body.outputs(of: node).compactMap { $0 }, named: ["out"])
    var function = Function(
      OperatorID("Twice", domain: "com.example", version: 1, overload: "o"), graph: body,
      attributes: ["alpha"], defaults: ["gammas": .floats([1, -0.0])],
      operatorSets: ["": 22])
    function.annotations.documentation = "Twice of it."
    return function
  }

  private static func richGraph() -> Graph {
    var graph = Graph()
    graph.name = "rich"
    graph.sources = [
      SourceNode(name: "first", operatorID: OperatorID("Conv", version: 9)),
      SourceNode(name: "second", operatorID: OperatorID("Relu", version: 9)),
      SourceNode(name: "gone", operatorID: OperatorID("Identity", version: 9)),
    ]
    let batch = Dimension.symbol("batch")
    let x = graph.addInput(named: "x", type: .tensor(.float32, Shape([batch, 3, .unknown])))
    let condition = graph.addInput(
      named: "condition", type: .tensor(.bool, []), default: Tensor(scalar: true))
    let large = graph.addConstant(
      Tensor(shape: [5, 5], scalars: (0..<25).map { Float($0) }), named: "large")
    let constants = smallConstants().enumerated().map { index, tensor in
      graph.addConstant(tensor, named: "constant\(index)")
    }
    graph.setType(.tensor(.float32, Shape([batch])), of: constants[0])
    let first = graph.add(
      Node(
        OperatorID("Everything", domain: "com.example", version: 1), attributes: attributes(),
        name: "first", lineage: Lineage([0, 1])),
      inputs: [x, nil, large] + constants,
      results: [
        Graph.Result("a", type: .sequence(.tensor(.int64, nil))), nil,
        Graph.Result("b", type: .optional(.map(key: .string, value: .tensor(nil, [])))),
        Graph.Result("c", type: .opaque(domain: "com.example", name: "Handle")),
      ])
    graph.setAnnotations(
      Annotations(documentation: "the first", metadata: [MetadataEntry(key: "k", value: "v")]),
      of: first)
    graph.setAnnotations(
      Annotations(quantization: [MetadataEntry(key: "SCALE_TENSOR", value: "s")]), of: x)
    let branch = addBranch(to: &graph, condition: condition, outer: x)
    graph.setOutputs(
      [branch, graph.output(0, of: first) ?? x, x], named: ["result", "a", "x"])
    graph.addRemovedSources(Lineage(2))
    return graph
  }

  private static func smallConstants() -> [Tensor] {
    let values = Tensor(shape: [3], scalars: [1, 2, 3] as [Float])
    let indices = Tensor(shape: [3], scalars: [0, 5, 11] as [Int64])
    let sparse = Tensor(
      .float32, shape: [3, 4], encoding: .coordinates(indices: indices), storage: values.storage)
    return [
      Tensor(shape: [2], scalars: [0.5, -1] as [Float]),
      Tensor(shape: [], scalars: [UInt8(9)]),
      Tensor(scalar: Double.pi),
      Tensor(.int4, shape: [3]) { $0.copyBytes(from: [0x21, 0x03]) },
      Tensor(.uint2, shape: [5]) { $0.copyBytes(from: [0xe4, 0x01]) },
      Tensor(shape: [2], strings: ["naïve", ByteString(bytes: [0xff, 0])]),
      Tensor(shape: [0, 4], scalars: [] as [Int64]),
    ] + [sparse].compactMap { $0 }
  }

  private static func attributes() -> Attributes {
    let strings = Tensor(shape: [1], strings: [ByteString(String(repeating: "long ", count: 40))])
    return [
      "int": .int(-3), "float": .float(.nan), "string": .string("text"),
      "bytes": .string(ByteString(bytes: [0xfe, 0x00])),
      "tensor": .tensor(strings), "type": .type(.tensor(.float16, [2])),
      "ints": .ints([Int64.min, 0, Int64.max]), "floats": .floats([0, -0.0]),
      "strings": .strings(["a", ""]), "mixed": .strings(["a", ByteString(bytes: [0x80])]),
      "tensors": .tensors([Tensor(scalar: Float(1)), Tensor(scalar: Float(1))]),
      "types": .types([.tensor(nil, nil), .sparseTensor(.int8, [4])]), "empty": .ints([]),
    ]
  }

  private static func addBranch(
    to graph: inout Graph, condition: ValueID, outer: ValueID
  ) -> ValueID {
    let blocks = ["then", "else"].map { graph.addBlock(named: $0) }
    for (index, block) in blocks.enumerated() {
      let constant = graph.addConstant(
        Tensor(scalar: Float(index)), named: "k\(index)", in: block)
      let inner = graph.addBlock(named: "loop\(index)")
      let i = graph.addInput(named: "i", type: .tensor(.int64, []), to: inner)
      let node = graph.add(
        Node(OperatorID("Add", version: 22), name: "inner\(index)"), inputs: [outer, constant],
        results: [Graph.Result("z\(index)")], at: .end(of: inner))
      graph.setOutputs([graph.output(0, of: node) ?? i, i], named: ["z", "i"], of: inner)
      let loop = graph.add(
        Node(OperatorID("Loop", version: 22), attributes: ["body": .block(inner)]),
        inputs: [nil, condition, constant], results: [Graph.Result("w\(index)")],
        at: .end(of: block))
      graph.setOutputs(graph.outputs(of: loop).compactMap { $0 }, named: ["w"], of: block)
    }
    graph.setAnnotations(Annotations(documentation: "a branch"), of: blocks[1])
    let node = graph.add(
      Node(
        OperatorID("If", version: 22),
        attributes: ["then_branch": .block(blocks[0]), "else_branch": .block(blocks[1])]),
      inputs: [condition], results: ["result"])
    return graph.output(0, of: node) ?? condition
  }
}
