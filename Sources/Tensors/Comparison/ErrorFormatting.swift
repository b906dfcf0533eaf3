/// Returns a small number for people with three significant digits, such as `4.77e-06`.
public func formattedError(_ value: Double) -> String {
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
public func rounded(_ value: Double, places: Int) -> String {
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
