import Tensors

/// An equation of Einstein's summation convention, such as `...ij,jk->...ik`.
struct EinsteinEquation {
  /// A letter, or an axis that an ellipsis stands for, counted from the last one.
  enum Label: Hashable {
    case letter(UInt8)
    case ellipsis(Int)
  }

  /// The labels of one operand or of the result; nil where the ellipsis stands.
  struct Term {
    var letters: [UInt8?] = []

    /// The number of axes that the letters stand for.
    var letterCount: Int { letters.count - (hasEllipsis ? 1 : 0) }

    var hasEllipsis: Bool { letters.contains(nil) }

    /// Returns the labels when an ellipsis stands for `count` axes.
    func labels(ellipsisAxes count: Int) -> [Label] {
      letters.flatMap { letter in
        letter.map { [.letter($0)] } ?? (0..<count).reversed().map { .ellipsis($0) }
      }
    }
  }

  let operands: [Term]
  /// The result as it is given, nil when it follows from the operands.
  private let result: Term?

  /// Reads an equation.
  init(_ text: String) throws(OperatorError) {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
    let arrow = bytes.indices.first { bytes[$0...].starts(with: "->".utf8) }
    let left = bytes[..<(arrow ?? bytes.endIndex)]
    var operands: [Term] = []
    for term in left.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      operands.append(try Self.term(term, of: text))
    }
    self.operands = operands
    guard let arrow else {
      result = nil
      return
    }
    let result = try Self.term(bytes[(arrow + 2)...], of: text)
    let known = Set(operands.flatMap(\.letters).compactMap { $0 })
    let letters = result.letters.compactMap { $0 }
    guard Set(letters).count == letters.count, known.isSuperset(of: letters) else {
      throw OperatorError(
        .invalidAttribute, "equation is \"\(text)\"",
        remedy: "the result names letters of the operands, each at most once")
    }
    self.result = result
  }

  private static func term(
    _ bytes: ArraySlice<UInt8>, of text: String
  ) throws(OperatorError) -> Term {
    var term = Term()
    var rest = bytes
    while let byte = rest.first {
      if rest.starts(with: "...".utf8), !term.hasEllipsis {
        term.letters.append(nil)
        rest.removeFirst(3)
        continue
      }
      guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & ~0x20) else {
        throw OperatorError(
          .invalidAttribute, "equation is \"\(text)\"",
          remedy: "terms consist of letters and at most one ellipsis, as in \"...ij,jk->...ik\"")
      }
      term.letters.append(byte)
      rest.removeFirst()
    }
    return term
  }
}

// MARK: - Labels

extension EinsteinEquation {
  /// Returns the labels of each axis of operands with the given numbers of axes.
  func labels(ranks: [Int]) throws(OperatorError) -> [[Label]] {
    guard ranks.count == operands.count else {
      throw OperatorError(
        .wrongInputCount,
        "\(ranks.count) tensors are given for \(operands.count) terms of the equation")
    }
    var labels: [[Label]] = []
    for (term, rank) in zip(operands, ranks) {
      let axes = rank - term.letterCount
      guard axes == 0 || (axes > 0 && term.hasEllipsis) else {
        throw OperatorError(
          .incompatibleShapes,
          "a tensor of rank \(rank) is given for a term with \(term.letterCount) letters")
      }
      labels.append(term.labels(ellipsisAxes: axes))
    }
    return labels
  }

  /// Returns the labels of the result.
  ///
  /// Where the equation does not say, those are the axes of the ellipsis and the letters that occur
  /// just once, in the order of their codes.
  func resultLabels(of operands: [[Label]]) -> [Label] {
    let axes = operands.joined().reduce(0) { count, label in
      guard case .ellipsis(let axis) = label else { return count }
      return max(count, axis + 1)
    }
    guard let result else {
      var counts = [Int](repeating: 0, count: 128)
      for case .letter(let letter) in operands.joined() { counts[Int(letter)] += 1 }
      let single = counts.indices.filter { counts[$0] == 1 }
      return Term(letters: [nil] + single.map { UInt8($0) }).labels(ellipsisAxes: axes)
    }
    return result.labels(ellipsisAxes: axes)
  }

  /// The number of axes of the result, when no ellipsis leaves it open.
  var resultRank: Int? {
    if operands.contains(where: \.hasEllipsis) {
      return result.flatMap { $0.hasEllipsis ? nil : $0.letterCount }
    }
    let labels = operands.map { $0.labels(ellipsisAxes: 0) }
    return resultLabels(of: labels).count
  }
}
