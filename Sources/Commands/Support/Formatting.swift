import FoundationEssentials
import Tensors

/// Returns a number of bytes for people, such as `2.5 MB`.
func formattedBytes(_ count: Int) -> String {
  guard count >= 1000 else { return "\(count) B" }
  var value = Double(count)
  var unit = ""
  for next in ["kB", "MB", "GB", "TB"] where value >= 1000 {
    value /= 1000
    unit = next
  }
  return "\(value >= 100 ? rounded(value, places: 0) : rounded(value, places: 1)) \(unit)"
}

/// Returns a count with a noun, such as `1 node` or `3 nodes`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// Returns a text without its middle where it is longer than `count` characters.
func shortened(_ text: String, to count: Int) -> String {
  guard text.count > count, count > 1 else { return text }
  let tail = (count - 1) / 2
  return "\(text.prefix(count - 1 - tail))…\(text.suffix(tail))"
}

/// Returns rows as lines whose columns are aligned: to the left, and to the right from column
/// `numbers` on.
func table(_ rows: [[String]], numbersFrom numbers: Int = .max, indent: String = "  ") -> String {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in
    rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    let cells = row.enumerated().map { column, text in
      let padding = String(repeating: " ", count: widths[column] - text.count)
      return column < numbers ? text + padding : padding + text
    }
    let line = indent + cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }.joined(separator: "\n")
}
