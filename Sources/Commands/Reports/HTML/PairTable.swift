/// A table of numbers before and after, with bars beside them.
struct PairTable {
  let title: String
  /// A name, and the numbers of both sides; nil where a side has none.
  let rows: [(name: String, before: Double?, after: Double?)]
  /// Writes a number for people.
  let format: (Double) -> String

  var markup: Markup {
    let most = rows.map { max($0.before ?? 0, $0.after ?? 0) }.max() ?? 1
    let lines: [Markup] = rows.map { name, before, after in
      """
      <tr><td class="name">\(name)</td><td class="r">\(before.map(format) ?? "–")</td>\
      <td class="r">\(after.map(format) ?? "–")</td><td class="bar two">\
      \(bar(before ?? 0, of: most, style: "old"))\
      \(bar(after ?? 0, of: most))</td></tr>

      """
    }
    return """
      <div class="wide"><table><thead><tr><th>\(title)</th><th class="r">before</th>\
      <th class="r">after</th><th class="bar"></th></tr></thead><tbody>\(lines)</tbody></table></div>

      """
  }
}
