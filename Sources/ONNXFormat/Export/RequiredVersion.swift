import IR
import Tensors

/// The lowest version of ONNX's IR that has everything a model uses.
struct RequiredVersion {
  /// The version so far; 4 is the first that allows initializers which are no inputs.
  private(set) var version = 4

  /// The version of the IR that each version of ai.onnx was published with, from the first that is
  /// not below the start; those between belong to the one before.
  private static let standardVersions: [(operatorSet: Int, version: Int)] = [
    (10, 5), (11, 6), (12, 7), (15, 8), (19, 9), (21, 10), (23, 11), (24, 12), (25, 13), (28, 14),
  ]

  /// The same for ai.onnx.ml.
  private static let mlVersions: [(operatorSet: Int, version: Int)] = [
    (2, 6), (3, 8), (4, 9), (5, 10),
  ]

  /// Looks at a whole model.
  init(_ model: Model) {
    require(model.operatorSets)
    look(at: model.graph)
    if !model.functions.isEmpty { require(8) }
    for function in model.functions {
      require(function.operatorSets)
      if !function.defaults.isEmpty { require(9) }
      if !function.id.overload.isEmpty || !function.annotations.metadata.isEmpty { require(10) }
      look(at: function.graph)
      look(at: function.defaults)
    }
  }

  private mutating func require(_ version: Int) { self.version = max(self.version, version) }

  private mutating func require(_ operatorSets: [String: Int]) {
    let tables = ["": Self.standardVersions, "ai.onnx.ml": Self.mlVersions]
    for (domain, table) in tables {
      guard let imported = operatorSets[domain] else { continue }
      if let entry = table.last(where: { $0.operatorSet <= imported }) { require(entry.version) }
    }
  }

  private mutating func look(at graph: Graph) {
    for value in graph.values {
      if let type = graph.type(of: value) { look(at: type) }
      if let tensor = graph.constant(of: value) { look(at: tensor) }
      let annotations = graph.annotations(of: value)
      if !annotations.quantization.isEmpty { require(5) }
      if !annotations.metadata.isEmpty { require(10) }
    }
    for block in graph.blocks {
      if !graph.annotations(of: block).metadata.isEmpty { require(10) }
      for node in graph.nodes(in: block) {
        look(at: graph[node].attributes)
        if !graph[node].operatorID.overload.isEmpty { require(10) }
        if !graph.annotations(of: node).metadata.isEmpty { require(10) }
      }
    }
  }

  private mutating func look(at attributes: Attributes) {
    for (_, value) in attributes {
      switch value {
      case .tensor(let tensor): look(at: tensor)
      case .tensors(let tensors): for tensor in tensors { look(at: tensor) }
      case .type(let type): look(at: type)
      case .types(let types): for type in types { look(at: type) }
      default: break
      }
    }
  }

  private mutating func look(at tensor: Tensor) {
    look(at: tensor.elementType)
    if tensor.encoding != .dense { require(6) }
  }

  private mutating func look(at type: ValueType) {
    switch type {
    case .tensor(let element, _): if let element { look(at: element) }
    case .sparseTensor(let element, _):
      require(8)
      if let element { look(at: element) }
    case .sequence(let element): look(at: element)
    case .optional(let element):
      require(8)
      look(at: element)
    case .map(_, let value): look(at: value)
    case .opaque: break
    }
  }

  private mutating func look(at type: ElementType) {
    switch type {
    case .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ: require(9)
    case .int4, .uint4: require(10)
    case .float4E2M1: require(11)
    case .float8E8M0: require(12)
    case .int2, .uint2: require(13)
    case .float6E2M3, .float6E3M2: require(14)
    default: break
    }
  }
}
