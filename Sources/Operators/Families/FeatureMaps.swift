import IR
import Tensors

extension OperatorFamily {
  /// Operators that turn maps into tensors and tensors into maps.
  static let featureMaps = OperatorFamily("feature maps", [.castMap, .dictVectorizer, .zipMap])
}

// MARK: - CastMap

private enum CastMap {
  enum Target: String, AttributeChoice {
    case float = "TO_FLOAT"
    case string = "TO_STRING"
    case integer = "TO_INT64"

    var elementType: ElementType {
      switch self {
      case .float: .float32
      case .string: .string
      case .integer: .int64
      }
    }
  }

  enum Form: String, AttributeChoice {
    /// As many elements as the map has.
    case dense = "DENSE"
    /// An element for each key from 0 to a limit.
    case sparse = "SPARSE"
  }

  static let target = AttributeKey<String>("cast_to", default: "TO_FLOAT")
  static let form = AttributeKey<String>("map_form", default: "DENSE")
  static let limit = AttributeKey<Int>("max_map", default: 1)

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let (keyTensor, list) = try context.map(0)
    let target = try Target(try context.value(of: target), of: target.name)
    let type = context.resultType(for: target.elementType)
    let keys = try keyTensor.integers
    let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let values = try cast(list, to: target, type)
    guard try Form(try context.value(of: form), of: form.name) == .sparse else {
      return [.tensor(values.elements(at: order, shape: [1, order.count]))]
    }
    let limit = try context.value(of: limit)
    guard limit >= 0, keys.allSatisfy((0..<limit).contains) else {
      throw OperatorError(
        .invalidValue, "the map has the keys \(keys.prefix(8)), max_map is \(limit)",
        remedy: "keys of a sparse map lie between 0 and max_map - 1")
    }
    try context.checkOutput(type, shape: [1, limit])
    // Of equal keys the last one counts. Gaps in texts are as ONNX Runtime writes them.
    let moves = order.map { (from: $0, to: keys[$0]) }
    return [.tensor(values.spread(moves, shape: [1, limit], filler: "0.f"))]
  }

  private static func cast(
    _ values: Tensor, to target: Target, _ type: ElementType
  ) throws(OperatorError) -> Tensor {
    switch (values.elementType, target) {
    case (.string, .string): values
    case (.string, _): try values.parsed(as: type, saturating: true)
    case (_, .string): try values.fixedPointTexts()
    default: values.converted(to: type)
    }
  }
}

extension OperatorDefinition {
  /// Lists the values of a map in the order of its keys.
  fileprivate static let castMap = OperatorDefinition(
    OperatorSchema(
      "CastMap", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2")],
      attributes: [
        CastMap.target.declaration, CastMap.form.declaration, CastMap.limit.declaration,
      ],
      constraints: [
        "T1": TypeConstraint(maps: ["map(int64, float)", "map(int64, string)"]),
        "T2": .tensors([.float32, .int64, .string]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let target = try CastMap.Target(
        try context.value(of: CastMap.target), of: CastMap.target.name)
      let form = try CastMap.Form(try context.value(of: CastMap.form), of: CastMap.form.name)
      let limit = try context.value(of: CastMap.limit)
      guard form == .dense || limit >= 0 else {
        throw OperatorError(.invalidAttribute, "max_map is \(limit)")
      }
      return [.tensor(target.elementType, [1, form == .sparse ? .fixed(limit) : .unknown])]
    },
    evaluate: { context throws(OperatorError) in try CastMap.evaluate(context) })
}

// MARK: - DictVectorizer

private enum DictVectorizer {
  static let integers = OptionalAttributeKey<[Int]>("int64_vocabulary")
  static let strings = OptionalAttributeKey<[ByteString]>("string_vocabulary")

  static func vocabulary(_ attributes: Attributes) throws(OperatorError) -> Tensor {
    let numbers = try attributes.value(of: integers) ?? []
    let texts = try attributes.value(of: strings) ?? []
    guard numbers.isEmpty || texts.isEmpty else {
      throw OperatorError(
        .invalidAttribute, "both int64_vocabulary and string_vocabulary have keys")
    }
    if !texts.isEmpty || attributes[integers.name] == nil {
      return Tensor(shape: [texts.count], strings: texts)
    }
    return Tensor(shape: [numbers.count], scalars: numbers.map(Int64.init))
  }

  /// Keys that the vocabulary lacks are skipped, as the frameworks do.
  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let (keys, values) = try context.map(0)
    let vocabulary = try vocabulary(context.node.attributes)
    let places = try KeyIndex(keys).places(of: vocabulary)
    let moves = places.enumerated().compactMap { index, place in
      place.map { (from: $0, to: index) }
    }
    let result = values.spread(moves, shape: [1, vocabulary.count], filler: "")
    guard result.elementType != .string else { return [.tensor(result)] }
    return [.tensor(result.converted(to: context.resultType(for: result.elementType)))]
  }
}

extension OperatorDefinition {
  /// Lists what a map has for each key of a vocabulary, and zeros for what it lacks.
  fileprivate static let dictVectorizer = OperatorDefinition(
    OperatorSchema(
      "DictVectorizer", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2")],
      attributes: [DictVectorizer.integers.declaration, DictVectorizer.strings.declaration],
      constraints: [
        "T1": TypeConstraint(maps: [
          "map(int64, double)", "map(int64, float)", "map(int64, string)", "map(string, double)",
          "map(string, float)", "map(string, int64)",
        ]),
        "T2": .tensors([.float32, .float64, .int64, .string]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let count = try DictVectorizer.vocabulary(context.node.attributes).count
      guard case .map(_, let value)? = context.type(0) else {
        return [.tensor(nil, [1, .fixed(count)])]
      }
      return [.tensor(value.elementType, [1, .fixed(count)])]
    },
    evaluate: { context throws(OperatorError) in try DictVectorizer.evaluate(context) })
}

// MARK: - ZipMap

private enum ZipMap {
  static let integers = OptionalAttributeKey<[Int]>("classlabels_int64s")
  static let strings = OptionalAttributeKey<[ByteString]>("classlabels_strings")

  static func labels(_ attributes: Attributes) throws(OperatorError) -> ClassLabels {
    try ClassLabels(attributes, integers: integers, strings: strings)
  }

  /// The keys of each map are in ascending order, and of equal ones the last one counts.
  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let labels = try labels(context.node.attributes)
    let tensor = try context.tensor(0)
    guard (1...2).contains(tensor.rank), tensor.shape.last == labels.count else {
      throw OperatorError(
        .incompatibleShapes,
        "a tensor of shape \(tensor.shape) has no columns for \(labels.count) keys")
    }
    let columns = order(of: labels)
    let keys = labels.tensor(ofClasses: columns)
    let rows = tensor.rank == 1 ? 1 : tensor.shape[0]
    let width = tensor.elementType.bitWidth / 8
    var maps: [RuntimeValue] = []
    for row in 0..<rows {
      var values: [RuntimeValue] = []
      for column in columns {
        let start = tensor.range.lowerBound + (row * labels.count + column) * width
        let element = Tensor(
          tensor.elementType, shape: [], storage: tensor.storage, range: start..<start + width)
        if let element { values.append(.tensor(element)) }
      }
      maps.append(.map(keys: keys, values: values))
    }
    return [.sequence(maps)]
  }

  private static func order(of labels: ClassLabels) -> [Int] {
    switch labels {
    case .integers(let keys): order(of: keys) { $0 < $1 }
    case .strings(let keys): order(of: keys) { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
  }

  private static func order<Key: Hashable>(
    of keys: [Key], by precedes: (Key, Key) -> Bool
  ) -> [Int] {
    let places = Dictionary(zip(keys, keys.indices)) { _, last in last }
    return places.sorted { precedes($0.key, $1.key) }.map(\.value)
  }
}

extension OperatorDefinition {
  /// Makes a map of each row of a tensor, whose keys are labels of the columns.
  fileprivate static let zipMap = OperatorDefinition(
    OperatorSchema(
      "ZipMap", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "tensor(float)")],
      outputs: [.required("Z", "T")],
      attributes: [ZipMap.integers.declaration, ZipMap.strings.declaration],
      constraints: [
        "T": TypeConstraint(maps: ["seq(map(int64, float))", "seq(map(string, float))"])
      ]),
    inferTypes: { context throws(OperatorError) in
      let labels = try ZipMap.labels(context.node.attributes)
      return [InferredValue(.sequence(.map(key: labels.elementType, value: .tensor(.float32, []))))]
    },
    evaluate: { context throws(OperatorError) in try ZipMap.evaluate(context) })
}
