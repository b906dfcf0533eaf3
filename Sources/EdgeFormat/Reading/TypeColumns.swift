import FlatBuffers
import FormatSupport
import Tensors

/// The types of a file, checked (§2 of Docs/EdgeFormat.md).
struct TypeColumns {
  let count: Int
  private let sizes: Column
  private let expressions: Column
  /// Per expression, the extent that it stands for.
  private let symbols: [Dimension]
  private let ranks: Column
  private let dimensions: Column
  private let kinds: Column
  private let elements: Column
  private let arguments: Column
  private let opaqueNames: Column
  /// Per shape, where its axes start.
  private let firstAxes: [Int]
  /// Per shape: its number of elements, or why there is none.
  private let elementCounts: [ElementCount]

  private enum ElementCount {
    case fixed(Int)
    case open
    case overflow
  }

  /// Types in each other beyond this are refused.
  private static let depthLimit = 64

  init(_ table: FlatTable?, _ strings: [String]) throws(FormatError) {
    guard let table else {
      let none = Column(zeros: 0, name: "")
      (sizes, expressions, ranks, dimensions) = (none, none, none, none)
      (kinds, elements, arguments, opaqueNames) = (none, none, none, none)
      (count, firstAxes, elementCounts, symbols) = (0, [], [], [])
      return
    }
    sizes = try table.column(TypesTable.sizes)
    try sizes.check(below: Int.max, "extent")
    expressions = try table.column(TypesTable.expressions)
    try expressions.check(below: strings.count, "string")
    symbols = try Self.parse(expressions, strings)
    ranks = try table.column(TypesTable.shapeRanks)
    dimensions = try table.column(TypesTable.shapeDimensions, count: ranks.sum())
    try dimensions.check(below: 1 + expressions.count + sizes.count, "extent")
    let elementBytes = try table.value(of: TypesTable.elements) ?? FlatVector()
    count = elementBytes.count
    elements = Column(elementBytes, name: TypesTable.elements.name)
    kinds = try table.bytes(TypesTable.kinds, count: count)
    arguments = try table.column(TypesTable.arguments, count: count)
    var opaqueCount = 0
    for index in 0..<count where kinds[index] == TypeKind.opaque.rawValue { opaqueCount += 1 }
    opaqueNames = try table.column(TypesTable.opaqueNames, count: opaqueCount)
    try opaqueNames.check(below: strings.count, "string")
    firstAxes = Self.starts(ranks)
    elementCounts = Self.countElements(ranks, dimensions, expressions.count, sizes)
    try checkTypes(strings.count)
  }

  private static func parse(
    _ expressions: Column, _ strings: [String]
  ) throws(FormatError) -> [Dimension] {
    // A text is read once, however often it is named.
    var known: [Int: Dimension] = [:]
    var dimensions: [Dimension] = []
    for index in 0..<expressions.count {
      let string = expressions[index]
      if known[string] == nil {
        guard let expression = DimensionExpression(parsing: strings[string]) else {
          throw expressions.invalid("'\(strings[string].prefix(80))' is no expression", at: index)
        }
        known[string] = Dimension(expression)
      }
      dimensions.append(known[string] ?? .unknown)
    }
    return dimensions
  }

  private static func starts(_ ranks: Column) -> [Int] {
    var start = 0
    return (0..<ranks.count).map { shape in
      defer { start += ranks[shape] }
      return start
    }
  }

  private static func countElements(
    _ ranks: Column, _ dimensions: Column, _ expressionCount: Int, _ sizes: Column
  ) -> [ElementCount] {
    var axis = 0
    return (0..<ranks.count).map { shape in
      var extents: [Int] = []
      var isOpen = false
      for _ in 0..<ranks[shape] {
        let code = dimensions[axis]
        axis += 1
        if code > expressionCount {
          extents.append(sizes[code - 1 - expressionCount])
        } else {
          isOpen = true
        }
      }
      if isOpen { return .open }
      return Tensor.elementCount(of: extents).map { .fixed($0) } ?? .overflow
    }
  }

  private func checkTypes(_ stringCount: Int) throws(FormatError) {
    var depths = [UInt8](repeating: 0, count: count)
    for index in 0..<count {
      guard let kind = TypeKind(rawValue: UInt8(kinds[index])) else {
        throw kinds.invalid("kind \(kinds[index]) of types is not known", at: index)
      }
      let element = elements[index]
      let argument = arguments[index]
      let hasElement = kind == .tensor || kind == .sparseTensor || kind == .map
      guard element == 0 ? kind != .map : hasElement && ElementType(rawValue: UInt8(element)) != nil
      else { throw elements.invalid("element type \(element) is not possible here", at: index) }
      switch kind {
      case .tensor, .sparseTensor:
        guard argument <= ranks.count else {
          throw arguments.invalid("shape \(argument) does not exist", at: index)
        }
      case .sequence, .optional, .map:
        guard argument < index, depths[argument] < Self.depthLimit else {
          throw arguments.invalid("type \(argument) cannot be part of type \(index)", at: index)
        }
        depths[index] = depths[argument] + 1
      case .opaque:
        guard argument < stringCount else {
          throw arguments.invalid("string \(argument) does not exist", at: index)
        }
      }
    }
  }
}

// MARK: - Answers

extension TypeColumns {
  /// Whether a type is something else than a tensor or a sparse tensor.
  var hasNonTensors: Bool {
    (0..<count).contains { kinds[$0] >= TypeKind.sequence.rawValue }
  }

  /// Returns the element type and the number of elements of a tensor with fixed extents.
  ///
  /// - Throws: ``FormatError`` when the type is none that a stored tensor can have.
  func tensor(
    _ type: Int, sparse: Bool
  ) throws(FormatError) -> (element: ElementType, count: Int) {
    let kind = sparse ? TypeKind.sparseTensor : .tensor
    guard kinds[type] == kind.rawValue, arguments[type] > 0,
      let element = ElementType(rawValue: UInt8(elements[type]))
    else {
      throw FormatError(
        .invalid, "type \(type) is no \(sparse ? "sparse " : "")tensor of known type and rank")
    }
    switch elementCounts[arguments[type] - 1] {
    case .fixed(let count): return (element, count)
    case .open: throw FormatError(.invalid, "type \(type) has extents that are not fixed")
    case .overflow: throw FormatError(.invalid, "the element count of type \(type) overflows")
    }
  }

  /// Returns the extents of a tensor type with a shape; those that are not fixed are left out.
  func extents(of type: Int) -> [Int] {
    let shape = arguments[type] - 1
    return (firstAxes[shape]..<(firstAxes[shape] + ranks[shape])).compactMap { axis in
      let code = dimensions[axis]
      return code > expressions.count ? sizes[code - 1 - expressions.count] : nil
    }
  }

  /// Returns the bytes of a dense value of the type; nil when they are not known beforehand.
  func byteCount(_ type: Int) -> Int? {
    guard let (element, count) = try? tensor(type, sparse: false) else { return nil }
    return element.byteCount(forElements: count)
  }

  /// Returns the types as the graph holds them.
  func makeTypes(_ strings: [String]) -> [ValueType] {
    let shapes = makeShapes()
    var types: [ValueType] = []
    types.reserveCapacity(count)
    var opaqueCount = 0
    for index in 0..<count {
      let element = ElementType(rawValue: UInt8(elements[index]))
      let argument = arguments[index]
      let shape = argument == 0 || argument > shapes.count ? nil : shapes[argument - 1]
      switch TypeKind(rawValue: UInt8(kinds[index])) {
      case .tensor, nil: types.append(.tensor(element, shape))
      case .sparseTensor: types.append(.sparseTensor(element, shape))
      case .sequence: types.append(.sequence(types[argument]))
      case .optional: types.append(.optional(types[argument]))
      case .map: types.append(.map(key: element ?? .int64, value: types[argument]))
      case .opaque:
        types.append(
          .opaque(domain: strings[argument], name: strings[opaqueNames[opaqueCount]]))
        opaqueCount += 1
      }
    }
    return types
  }

  private func makeShapes() -> [Shape] {
    return (0..<ranks.count).map { shape in
      Shape(
        (firstAxes[shape]..<(firstAxes[shape] + ranks[shape])).map { axis in
          let code = dimensions[axis]
          if code == 0 { return .unknown }
          return code <= symbols.count
            ? symbols[code - 1] : .fixed(sizes[code - 1 - symbols.count])
        })
    }
  }
}
