import IR
import Tensors

/// What the constants of a graph take, by the operator that uses them.
struct WeightSizes {
  /// A constant.
  struct Entry {
    /// The name with the type and the shape.
    let title: String
    let bytes: Int
  }

  private(set) var bytesByOperator: [String: Int] = [:]
  private(set) var entries: [Entry] = []
  private(set) var total = 0

  /// Counts the constants of a graph; those that share their bytes count once.
  init(_ graph: Graph) {
    var seen: Set<UnsafeRawPointer?> = []
    for value in graph.values {
      guard let tensor = graph.constant(of: value),
        seen.insert(tensor.bytes.baseAddress).inserted
      else { continue }
      let bytes = tensor.range.count
      bytesByOperator[Self.user(of: value, in: graph), default: 0] += bytes
      total += bytes
      entries.append(
        Entry(
          title: "\(graph.name(of: value)) \(tensor.elementType)\(tensor.shape)", bytes: bytes))
    }
    entries.sort { ($1.bytes, $0.title) < ($0.bytes, $1.title) }
  }

  /// The bytes of each constant.
  var bytesByName: [String: Int] {
    Dictionary(entries.map { ($0.title, $0.bytes) }, uniquingKeysWith: +)
  }

  private static func user(of value: ValueID, in graph: Graph) -> String {
    var nodes: [NodeID] = []
    graph.forEachUse(of: value) { if case .node(let node, _) = $0 { nodes.append(node) } }
    guard let first = nodes.min(by: { $0.index < $1.index }) else { return "no node" }
    return graph[first].operatorID.name
  }
}

/// The sizes before and after: of the files, by operator, and of the largest tensors.
struct WeightsSection {
  let before: WeightSizes
  let after: WeightSizes

  private static let operatorLimit = 8
  private static let tensorLimit = 10

  var markup: Markup {
    let names = Set(before.bytesByOperator.keys).union(after.bytesByOperator.keys)
    let order = names.sorted { (-size($0), $0) < (-size($1), $1) }
    let operators = order.prefix(Self.operatorLimit).map { name in
      (name, before.bytesByOperator[name], after.bytesByOperator[name])
    }
    return """
      <div class="pair">\(table("weights by operator", Array(operators)))\
      \(table("largest tensors", tensors))</div>

      """
  }

  private func size(_ name: String) -> Int {
    max(before.bytesByOperator[name] ?? 0, after.bytesByOperator[name] ?? 0)
  }

  /// The largest tensors of either graph, what both have under one name in one row.
  private var tensors: [(String, Int?, Int?)] {
    let (old, new) = (before.bytesByName, after.bytesByName)
    let names = Set((before.entries.prefix(20) + after.entries.prefix(20)).map(\.title))
    let size = { (name: String) in max(old[name] ?? 0, new[name] ?? 0) }
    return names.sorted { (-size($0), $0) < (-size($1), $1) }.prefix(Self.tensorLimit)
      .map { ($0, old[$0], new[$0]) }
  }

  private func table(_ title: String, _ rows: [(String, Int?, Int?)]) -> Markup {
    let rows = rows.map { ($0, $1.map(Double.init), $2.map(Double.init)) }
    return PairTable(title: title, rows: rows) { formattedBytes(Int($0)) }.markup
  }
}
