/// Reads one expression; see ``DimensionExpression/init(parsing:)``.
///
///     sum     = product { ("+" | "-") product }
///     product = signed { ("*" | "/" | "//" | "%") signed }
///     signed  = { "-" | "+" } primary [ "**" number ]
///     primary = number | name | function "(" sum { "," sum } ")" | "(" sum ")"
struct DimensionExpressionParser {
  private var scanner: TextScanner
  private let dividesByNames: Bool
  private var depth = 0
  private var roundings = 0
  private var budget = 4 * DimensionExpression.Limit.weight

  /// The exact quotient of two expressions: what `/` makes until it is rounded.
  private typealias Quotient = (dividend: DimensionExpression, divisor: DimensionExpression)

  /// Prepares to read `text`; unless `dividesByNames`, a `/` that is not rounded needs a number.
  init(_ text: String, dividesByNames: Bool) {
    scanner = TextScanner(text)
    self.dividesByNames = dividesByNames
  }

  /// Reads the text to its end; nil when it is no expression.
  mutating func parse() -> DimensionExpression? {
    guard let sum = parseSum() else { return nil }
    scanner.skipSpace()
    // Sizes are whole, so a quotient that nobody rounds has no remainder.
    return scanner.next == nil ? sum.dividend.floorDivided(by: sum.divisor) : nil
  }

  private mutating func parseSum() -> Quotient? {
    guard depth < 4 * DimensionExpression.Limit.depth else { return nil }
    depth += 1
    defer { depth -= 1 }
    guard var sum = parseProduct() else { return nil }
    while true {
      scanner.skipSpace()
      let isDifference = scanner.next == UInt8(ascii: "-")
      guard scanner.take("+") || scanner.take("-") else { return sum }
      guard let right = parseProduct(), let dividend = commonDividends(sum, right),
        let divisor = commonDivisor(sum, right),
        let total = isDifference
          ? dividend.0.subtracting(dividend.1) : dividend.0.adding(dividend.1)
      else { return nil }
      sum = (total, divisor)
    }
  }

  private mutating func parseProduct() -> Quotient? {
    guard var product = parseSigned() else { return nil }
    while let operation = takeOperation() {
      guard let right = parseSigned(), let result = apply(operation, to: product, right) else {
        return nil
      }
      product = result
    }
    return product
  }

  private enum Operation {
    case multiplication, division, floorDivision, remainder
  }

  private mutating func takeOperation() -> Operation? {
    scanner.skipSpace()
    if scanner.take("*") { return .multiplication }
    if scanner.take("//") { return .floorDivision }
    if scanner.take("/") { return .division }
    return scanner.take("%") ? .remainder : nil
  }

  private func apply(_ operation: Operation, to left: Quotient, _ right: Quotient) -> Quotient? {
    switch operation {
    case .multiplication:
      return Self.quotient(left.dividend, right.dividend, over: left.divisor, right.divisor)
    case .division:
      let isNumber = right.dividend.constant != nil && right.divisor.constant != nil
      guard dividesByNames || roundings > 0 || isNumber else { return nil }
      return Self.quotient(left.dividend, right.divisor, over: left.divisor, right.dividend)
    case .floorDivision:
      return Self.floorQuotient(left, right).map { ($0, DimensionExpression(1)) }
    case .remainder:
      return Self.remainder(left, right).map { ($0, DimensionExpression(1)) }
    }
  }

  private mutating func parseSigned() -> Quotient? {
    var isNegative = false
    while true {
      scanner.skipSpace()
      if scanner.take("-") {
        isNegative.toggle()
      } else if !scanner.take("+") {
        break
      }
    }
    guard let power = parsePower() else { return nil }
    guard isNegative else { return power }
    return power.dividend.negated().map { ($0, power.divisor) }
  }

  private mutating func parsePower() -> Quotient? {
    guard let base = parsePrimary() else { return nil }
    scanner.skipSpace()
    guard scanner.take("**") else { return base }
    scanner.skipSpace()
    guard let exponent = Int(scanner.take(while: \.isDigit)), exponent <= 8 else { return nil }
    var power: Quotient = (DimensionExpression(1), DimensionExpression(1))
    for _ in 0..<exponent {
      guard
        let next = Self.quotient(power.dividend, base.dividend, over: power.divisor, base.divisor)
      else { return nil }
      power = next
    }
    return power
  }

  private mutating func parsePrimary() -> Quotient? {
    guard budget > 0 else { return nil }
    budget -= 1
    if let byte = scanner.next, byte.isDigit {
      let digits = scanner.take(while: \.isWordPart)
      return Int(digits).map { (DimensionExpression($0), DimensionExpression(1)) }
    }
    if scanner.take("(") {
      guard let sum = parseSum() else { return nil }
      scanner.skipSpace()
      return scanner.take(")") ? sum : nil
    }
    if scanner.next == UInt8(ascii: "\"") {
      guard let bytes = scanner.takeString(), let name = ByteString(bytes: bytes).text else {
        return nil
      }
      return (DimensionExpression(symbol: name), DimensionExpression(1))
    }
    guard let word = scanner.takeWord() else { return nil }
    guard scanner.take("(") else { return (DimensionExpression(symbol: word), .init(1)) }
    return parseCall(of: word).map { ($0, DimensionExpression(1)) }
  }
}

// MARK: - Functions

extension DimensionExpressionParser {
  private mutating func parseCall(of function: String) -> DimensionExpression? {
    let rounds = ["floor", "ceil", "ceiling"].contains(function)
    roundings += rounds ? 1 : 0
    defer { roundings -= rounds ? 1 : 0 }
    guard let operands = parseOperands() else { return nil }
    let numbers = operands.filter { $0.divisor.constant == 1 }.map(\.dividend)
    switch (function, operands.count) {
    case ("floor", 1): return operands[0].dividend.floorDivided(by: operands[0].divisor)
    case ("ceil", 1), ("ceiling", 1):
      return operands[0].dividend.ceilDivided(by: operands[0].divisor)
    case ("FloorDiv", 2), ("CleanDiv", 2): return Self.floorQuotient(operands[0], operands[1])
    case ("mod", 2), ("Mod", 2), ("PythonMod", 2):
      return Self.remainder(operands[0], operands[1])
    case ("min", _), ("Min", _):
      return numbers.count == operands.count ? Self.reduce(numbers) { .minimum($0, $1) } : nil
    case ("max", _), ("Max", _):
      return numbers.count == operands.count ? Self.reduce(numbers) { .maximum($0, $1) } : nil
    default: return nil
    }
  }

  private mutating func parseOperands() -> [Quotient]? {
    var operands: [Quotient] = []
    repeat {
      guard let operand = parseSum() else { return nil }
      operands.append(operand)
      scanner.skipSpace()
    } while scanner.take(",")
    return scanner.take(")") ? operands : nil
  }

  private static func reduce(
    _ operands: [DimensionExpression],
    _ combine: (DimensionExpression, DimensionExpression) -> DimensionExpression?
  ) -> DimensionExpression? {
    operands.dropFirst().reduce(operands.first) { result, operand in
      result.flatMap { combine($0, operand) }
    }
  }
}

// MARK: - Quotients

extension DimensionExpressionParser {
  private static func quotient(
    _ left: DimensionExpression, _ right: DimensionExpression,
    over first: DimensionExpression, _ second: DimensionExpression
  ) -> Quotient? {
    guard let dividend = left.multiplied(by: right), let divisor = first.multiplied(by: second),
      divisor.constant != 0
    else { return nil }
    return (dividend, divisor)
  }

  private static func floorQuotient(_ left: Quotient, _ right: Quotient) -> DimensionExpression? {
    quotient(left.dividend, right.divisor, over: left.divisor, right.dividend)
      .flatMap { $0.dividend.floorDivided(by: $0.divisor) }
  }

  private static func remainder(_ left: Quotient, _ right: Quotient) -> DimensionExpression? {
    guard left.divisor.constant == 1, right.divisor.constant == 1 else { return nil }
    return left.dividend.modulo(right.dividend)
  }

  private func commonDivisor(_ left: Quotient, _ right: Quotient) -> DimensionExpression? {
    left.divisor == right.divisor ? left.divisor : left.divisor.multiplied(by: right.divisor)
  }

  private func commonDividends(
    _ left: Quotient, _ right: Quotient
  ) -> (DimensionExpression, DimensionExpression)? {
    guard left.divisor != right.divisor else { return (left.dividend, right.dividend) }
    guard let first = left.dividend.multiplied(by: right.divisor),
      let second = right.dividend.multiplied(by: left.divisor)
    else { return nil }
    return (first, second)
  }
}
