import IR
import Tensors

extension RewritePass {
  /// Lets a convolution or a pooling pad its data itself.
  ///
  ///     a = Pad(x, [0, 0, 1, 1, 0, 0, 1, 1])
  ///     y = Conv(a, w)                        →     y = Conv(x, w) {pads = [1, 1, 1, 1]}
  ///
  /// Only along the axes of space. A convolution takes zeros, where its weights are finite constants:
  /// a zero times infinity would be no number. An AveragePool takes zeros, which count from then on,
  /// a MaxPool negative infinity, both where every window reaches the data.
  static let mergePads = RewritePass(
    "merge-pads", "Let convolutions and poolings pad their data themselves", .exact,
    rules: [
      RewriteRule(of: "Conv", "AveragePool", "MaxPool") { node, model in
        let graph = model.graph
        guard let pad = graph.producer(of: graph.input(0, of: node), named: "Pad"),
          graph.soleUser(of: graph.output(0, of: pad)) == node,
          let source = graph.input(0, of: pad), let padding = Padding(of: pad, in: graph),
          let own = graph.pads(of: node, count: padding.extents.count)
        else { return nil }
        let sums = zip(own, padding.extents).map(+)
        guard padding.matches(node, withPads: own, sums, in: graph) else { return nil }
        return { model in
          model.graph.update(node) { node in
            node.attributes["pads"] = .ints(sums.map(Int64.init))
            if node.operatorID.name == "AveragePool" {
              node.attributes["count_include_pad"] = .int(1)
            }
          }
          model.graph.setInput(0, of: node, to: source)
          model.graph.removeUnused(pad, leavingLineageTo: node)
        }
      }
    ])
}

/// What a Pad adds along the axes of space alone.
private struct Padding {
  /// How much before each axis, and then how much behind each.
  let extents: [Int]
  private let isZero: Bool
  private let isLowest: Bool

  /// Describes a Pad; nil when it does something else.
  init?(of pad: NodeID, in graph: Graph) {
    guard graph[pad].attributes["mode"] ?? .string("constant") == .string("constant"),
      graph.input(3, of: pad) == nil, let pads = graph.integers(1, of: pad), pads.count > 4,
      pads.count.isMultiple(of: 2), pads.allSatisfy({ Graph.isExtent(Int64($0)) })
    else { return nil }
    let rank = pads.count / 2
    guard [0, 1, rank, rank + 1].allSatisfy({ pads[$0] == 0 }) else { return nil }
    extents = Array(pads[2..<rank] + pads[(rank + 2)...])
    isZero =
      graph.input(2, of: pad) == nil || graph.constant(2, of: pad)?.isFilled(with: 0) ?? false
    isLowest = graph.number(of: graph.input(2, of: pad)) == -.infinity
  }

  /// Whether a node makes the same of padding of its own.
  func matches(_ node: NodeID, withPads own: [Int], _ sums: [Int], in graph: Graph) -> Bool {
    switch graph[node].operatorID.name {
    case "Conv": return isZero && graph.constant(1, of: node)?.isFinite ?? false
    case "AveragePool":
      let countsAll = graph[node].attributes["count_include_pad"] == .int(1)
      return isZero && (countsAll || own.allSatisfy { $0 == 0 })
        && graph.hasWindows(node, largerThan: sums)
    default:
      return isLowest && !graph.hasFurtherOutputs(node) && graph.hasWindows(node, largerThan: sums)
    }
  }
}

extension Graph {
  /// Whether a number can be added to others of its kind.
  fileprivate static func isExtent(_ number: Int64) -> Bool { (0..<1 << 31).contains(number) }

  /// The zeros that a node adds itself, when it says so in numbers.
  fileprivate func pads(of node: NodeID, count: Int) -> [Int]? {
    let attributes = self[node].attributes
    guard attributes["auto_pad"] ?? .string("NOTSET") == .string("NOTSET") else { return nil }
    guard let value = attributes["pads"] else { return [Int](repeating: 0, count: count) }
    guard case .ints(let pads) = value, pads.count == count, pads.allSatisfy(Self.isExtent) else {
      return nil
    }
    return pads.map { Int($0) }
  }

  /// Whether no window of a pooling, of which there are whole ones alone, lies in padding alone.
  fileprivate func hasWindows(_ node: NodeID, largerThan pads: [Int]) -> Bool {
    let attributes = self[node].attributes
    guard attributes["ceil_mode"] ?? .int(0) == .int(0),
      attributes["dilations"].map({ $0.isFilled(with: 1) }) ?? true,
      case .ints(let kernel)? = attributes["kernel_shape"], 2 * kernel.count == pads.count
    else { return false }
    return pads.indices.allSatisfy { pads[$0] < kernel[$0 % kernel.count] }
  }
}

extension Attribute {
  fileprivate func isFilled(with number: Int64) -> Bool {
    if case .ints(let numbers) = self { numbers.allSatisfy { $0 == number } } else { false }
  }
}
