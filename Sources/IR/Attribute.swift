public import Tensors

/// The value of an attribute of a node (ONNX `AttributeProto`).
public indirect enum Attribute: Hashable, Sendable {
  case int(Int64)
  case float(Float)
  case string(ByteString)
  /// A tensor, dense or sparse: its encoding tells.
  case tensor(Tensor)
  /// A subgraph: a block of the same graph, which sees the values around it.
  case block(BlockID)
  case type(ValueType)
  case ints([Int64])
  case floats([Float])
  case strings([ByteString])
  case tensors([Tensor])
  case blocks([BlockID])
  case types([ValueType])
  /// In the body of a function, the attribute of the function that the value is taken from.
  case reference(name: String, kind: Kind)
}

extension Attribute {
  /// The kind of value that an attribute holds.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case float = 1
    case int = 2
    case string = 3
    case tensor = 4
    case graph = 5
    case floats = 6
    case ints = 7
    case strings = 8
    case tensors = 9
    case graphs = 10
    case sparseTensor = 11
    case sparseTensors = 12
    case type = 13
    case types = 14
  }

  /// The kind of the value, numbered as ONNX's `AttributeProto.AttributeType`.
  ///
  /// Lists of tensors count as sparse when their first element is.
  public var kind: Kind {
    switch self {
    case .int: .int
    case .float: .float
    case .string: .string
    case .tensor(let tensor): tensor.encoding == .dense ? .tensor : .sparseTensor
    case .block: .graph
    case .type: .type
    case .ints: .ints
    case .floats: .floats
    case .strings: .strings
    case .tensors(let tensors):
      tensors.first.map { $0.encoding == .dense } ?? true ? .tensors : .sparseTensors
    case .blocks: .graphs
    case .types: .types
    case .reference(_, let kind): kind
    }
  }

  /// The subgraphs that the value names.
  public var blocks: [BlockID] {
    switch self {
    case .block(let block): [block]
    case .blocks(let blocks): blocks
    default: []
    }
  }
}

/// The attributes of a node, in the order of the model.
public struct Attributes: Hashable, Sendable {
  private var entries: [Entry] = []

  private struct Entry: Hashable, Sendable {
    var name: String
    var value: Attribute
  }

  public init() {}

  /// Creates attributes whose names are known to differ, in time linear in their number.
  public init(distinct elements: [(name: String, value: Attribute)]) {
    entries = elements.map { Entry(name: $0.name, value: $0.value) }
  }

  /// The value of the attribute `name`; setting nil removes it, a new name goes to the end.
  public subscript(_ name: String) -> Attribute? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds an attribute at the end without looking at the others.
  ///
  /// - Precondition: no attribute has that name yet.
  public mutating func append(_ name: String, _ value: Attribute) {
    entries.append(Entry(name: name, value: value))
  }

  /// Gives an attribute another name and keeps its place.
  public mutating func rename(_ name: String, to newName: String) {
    guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
    entries[index].name = newName
  }
}

extension Attributes: RandomAccessCollection, ExpressibleByDictionaryLiteral {
  public typealias Element = (name: String, value: Attribute)

  public init(dictionaryLiteral elements: (String, Attribute)...) {
    for (name, value) in elements { self[name] = value }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }

  public subscript(position: Int) -> (name: String, value: Attribute) {
    (entries[position].name, entries[position].value)
  }
}
