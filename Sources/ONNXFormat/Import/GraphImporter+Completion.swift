import CONNX
import FormatSupport
import IR

// What can be said only when all names are known.

extension GraphImporter {
  /// Reports names that nothing defines and brings the nodes of an unsorted file into order.
  ///
  /// `nodes` are those of the file, for the places of errors.
  mutating func finish(_ nodes: UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>>) {
    for use in undefinedUses {
      log.report(
        FormatError(
          .invalid, "input \(use.name.text.quotedBriefly) is not defined",
          path: path(to: use.node, nodes)
        ).advising("make it an input, an initializer or the output of a node"))
    }
    undefinedUses = []
    guard isUnsorted else { return }
    isUnsorted = false
    let cycle = graph.sortTopologically()
    guard !cycle.isEmpty else {
      return log.note("nodes that came before what they use were moved behind it")
    }
    let names = cycle.prefix(8).map { path(to: $0, nodes).last ?? "?" }
    let rest = cycle.count > names.count ? ", … (\(cycle.count) nodes)" : ""
    log.report(
      FormatError(
        .invalid, "nodes depend on each other in a cycle: \(names.joined(separator: ", "))\(rest)"
      ).advising("a graph computes each value from earlier ones; break the cycle"))
  }

  private func path(
    to node: NodeID, _ nodes: UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>>
  ) -> [String] {
    guard !log.isFull, let source = graph[node].lineage.sources.first else { return [] }
    return SourcePlace.path(ofSource: source, in: nodes) ?? []
  }
}
