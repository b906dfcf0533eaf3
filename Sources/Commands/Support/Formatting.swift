import FoundationEssentials

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

/// Returns a small number for people with three significant digits, such as `4.77e-06`.
func formattedError(_ value: Double) -> String {
  if value == 0 { return "0" }
  guard value.isFinite else { return "\(value)" }
  var exponent = 0
  var mantissa = abs(value)
  while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  // What rounds up to 10 has another digit before the point.
  if mantissa >= 9.995 { (mantissa, exponent) = (1, exponent + 1) }
  let sign = value < 0 ? "-" : ""
  let digits = exponent < 0 ? "-\(-exponent)" : "\(exponent)"
  return "\(sign)\(rounded(mantissa, places: 2))e\(digits)"
}

/// Returns a number with a fixed count of decimals.
func rounded(_ value: Double, places: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  let digits = (abs(value) * scale).rounded()
  guard digits < 1e15 else { return "\(value)" }
  let whole = Int(digits) / Int(scale)
  let sign = value < 0 && digits > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(whole)" }
  let fraction = String(Int(digits) % Int(scale))
  let zeros = String(repeating: "0", count: places - fraction.count)
  return "\(sign)\(whole).\(zeros)\(fraction)"
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
