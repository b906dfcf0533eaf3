/// Which weights become zero together.
enum SparsityPattern: Hashable {
  /// Each on its own, or blocks of so many output channels by so many input channels.
  case blocks(rows: Int, columns: Int)
  /// All but `kept` of each `length` input channels in a row.
  case kept(Int, of: Int)

  /// Reads `none`, `block:4x1` or `2:4`; nil for anything else.
  init?(_ text: String) {
    if text == "none" {
      self = .blocks(rows: 1, columns: 1)
      return
    }
    let isBlock = text.hasPrefix("block:")
    let numbers = (isBlock ? text.dropFirst(6) : text[...])
      .split(separator: isBlock ? "x" : ":", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1],
      (1...1024).contains(first), (1...1024).contains(second)
    else { return nil }
    if isBlock {
      self = .blocks(rows: first, columns: second)
    } else {
      guard first < second else { return nil }
      self = .kept(first, of: second)
    }
  }
}
