import IR
import Tensors

extension RewritePass {
  /// Lets a convolution pad its data itself.
  ///
  ///     a = Pad(x, [0, 0, 1, 1, 0, 0, 1, 1])
  ///     y = Conv(a, w)                        →     y = Conv(x, w) {pads = [1, 1, 1, 1]}
  ///
  /// Only with zeros along the axes of space, and where the weights are finite constants: a zero
  /// times infinity would be no number.
  static let mergePads = RewritePass(
    "merge-pads", "Let convolutions pad their data themselves", .exact,
    rules: [
      RewriteRule(of: "Conv") { node, model in
        let graph = model.graph
        guard let pad = graph.producer(of: graph.input(0, of: node), named: "Pad"),
          graph.soleUser(of: graph.output(0, of: pad)) == node,
          let source = graph.input(0, of: pad), let added = graph.spatialZeros(of: pad),
          let own = graph.pads(of: node, count: added.count),
          graph.constant(1, of: node)?.isFinite ?? false
        else { return nil }
        let sums = zip(own, added).map { Int64($0 + $1) }
        return { model in
          model.graph.update(node) { $0.attributes["pads"] = .ints(sums) }
          model.graph.setInput(0, of: node, to: source)
          model.graph.removeUnused(pad, leavingLineageTo: node)
        }
      }
    ])
}

extension Graph {
  /// The zeros that a Pad adds before and behind each axis of space; nil when it does more.
  fileprivate func spatialZeros(of pad: NodeID) -> [Int]? {
    guard self[pad].attributes["mode"] ?? .string("constant") == .string("constant"),
      input(3, of: pad) == nil, let pads = integers(1, of: pad), pads.count > 4,
      pads.count.isMultiple(of: 2), pads.allSatisfy({ Self.isExtent(Int64($0)) }),
      input(2, of: pad) == nil || constant(2, of: pad)?.isFilled(with: 0) ?? false
    else { return nil }
    let rank = pads.count / 2
    guard [0, 1, rank, rank + 1].allSatisfy({ pads[$0] == 0 }) else { return nil }
    return Array(pads[2..<rank] + pads[(rank + 2)...])
  }

  /// Whether two such numbers can be added.
  private static func isExtent(_ number: Int64) -> Bool { (0..<1 << 31).contains(number) }

  /// The zeros that a Conv adds itself, when it says so in numbers.
  fileprivate func pads(of node: NodeID, count: Int) -> [Int]? {
    let attributes = self[node].attributes
    guard attributes["auto_pad"] ?? .string("NOTSET") == .string("NOTSET") else { return nil }
    guard let value = attributes["pads"] else { return [Int](repeating: 0, count: count) }
    guard case .ints(let pads) = value, pads.count == count, pads.allSatisfy(Self.isExtent) else {
      return nil
    }
    return pads.map { Int($0) }
  }
}
