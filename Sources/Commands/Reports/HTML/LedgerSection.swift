import Glibc
import Tensors

/// The error ledger: what each pass did to the graph and to the outputs, in order.
struct LedgerSection {
  let passes: [ConvertReport.PassEntry]

  var markup: Markup {
    guard !passes.isEmpty else { return "<p>No pass changed the model.</p>\n" }
    let most = passes.map { max($0.nodesBefore, $0.nodesAfter) }.max() ?? 1
    let rows: [Markup] = passes.map { row($0, Double(max(1, most))) }
    let taken = passes.count { $0.rollbackReason != nil }
    let note: Markup =
      taken > 0 ? "<p class=\"note\">\(counted(taken, "pass")) taken back.</p>\n" : ""
    return """
      \(note)<div class="wide"><table class="ledger"><thead><tr><th>pass</th><th>contract</th>\
      <th class="r">changes</th><th class="r">nodes</th><th class="bar">nodes left and removed</th>\
      <th class="r">change of outputs</th><th class="bar">on a logarithmic scale</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>

      """
  }

  private func row(_ entry: ConvertReport.PassEntry, _ most: Double) -> Markup {
    let isTaken = entry.rollbackReason != nil
    let low = Double(min(entry.nodesBefore, entry.nodesAfter))
    let difference = Double(abs(entry.nodesAfter - entry.nodesBefore))
    let isGrowth = entry.nodesAfter > entry.nodesBefore
    let fall =
      bar(low, of: most, style: "rest")
      + bar(difference, of: most, style: isGrowth ? "up" : "down")
    let change = entry.maxAbsoluteError.map(formattedError) ?? "not executed"
    let size = share(entry.maxAbsoluteError ?? 0)
    let reason: Markup =
      entry.rollbackReason.map {
        "<tr class=\"reason\"><td colspan=\"7\">taken back: \($0)</td></tr>\n"
      } ?? ""
    return """
      <tr\(isTaken ? " class=\"taken\"" : "" as Markup)><td class="name">\
      \(isTaken ? "✕ " : "")\(entry.pass)</td><td>\(entry.contract)</td>\
      <td class="r">\(entry.changes)</td>\
      <td class="r">\(entry.nodesBefore) → \(entry.nodesAfter)</td>\
      <td class="bar">\(fall)</td>\
      <td class="r">\(change)</td>\
      <td class="bar">\(bar(size, of: 1, style: "error"))</td></tr>
      \(reason)
      """
  }

  /// Where a change lies between the smallest and the largest one, by its logarithm.
  private func share(_ value: Double) -> Double {
    let measured = passes.compactMap(\.maxAbsoluteError).filter { $0 > 0 }
    guard value > 0, let low = measured.min(), let high = measured.max(), low < high else {
      return value > 0 ? 1 : 0
    }
    return 0.05 + 0.95 * log10(value / low) / log10(high / low)
  }
}
