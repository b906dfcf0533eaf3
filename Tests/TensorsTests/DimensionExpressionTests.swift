import Tensors
import Testing

@Suite struct DimensionExpressionTests {
  @Test(
    arguments: [
      ("2*seq + 1", "2*seq+1"),
      ("1 + seq*2", "2*seq+1"),
      ("b*a - a*b", "0"),
      ("(a+1)*(a-1)", "a*a-1"),
      ("512 - seq", "512-seq"),
      ("-seq", "-seq"),
      ("a**2 * -1", "-a*a"),
      ("4*h/2", "2*h"),
      ("floor((4*h + 6)/4)", "h+1"),
      ("h/2", "floor(h/2)"),
      ("floor((h - 1)/2) + 1", "floor((h+1)/2)"),
      ("ceil(h/2)", "floor((h+1)/2)"),
      ("floor(h/2 - 1/2) + 1", "floor((h+1)/2)"),
      ("floor((floor((h+1)/2)+1)/2)", "floor((h+3)/4)"),
      ("s0//2//3", "floor(s0/6)"),
      ("batch*seq*64/(seq*64)", "batch"),
      ("(batch*seq + batch*past)*768//((seq + past)*768)", "batch"),
      ("floor((h + s)/s)", "1+floor(h/s)"),
      ("ceil(a/b)", "-floor(-a/b)"),
      ("h % 2 + 2*(h // 2)", "h"),
      ("(h % 4) % 2 - h % 2", "0"),
      ("Max(1, s0)", "max(1, s0)"),
      ("max(a, a+2)", "a+2"),
      ("min(a, min(b, a))", "min(a, b)"),
      ("max(0, batch)", "batch"),
      ("\"a-b\" + 1", "\"a-b\"+1"),
      ("floor*2", "2*floor"),
    ])
  func bringsIntoNormalForm(text: String, normal: String) throws {
    let expression = try #require(DimensionExpression(parsing: text))
    let expected = try #require(DimensionExpression(parsing: normal))
    #expect(expression == expected)
    #expect(DimensionExpression(parsing: expression.description) == expression)
    #expect(expression.description.count == normal.count)
  }

  @Test(
    arguments: [
      "", "1 +", "a b", "(a", "a)", "floor(a", "floor(a, b)", "f(a)", "2.5*a", "a/0", "a//0",
      "9223372036854775807 + 1 + a - 1", "99999999999999999999", "\"a", "a %", "%", "a**99",
    ])
  func refusesOtherText(text: String) {
    #expect(DimensionExpression(parsing: text) == nil)
  }

  @Test(
    arguments: [
      ("batch", "batch"), ("unk__12", "unk__12"), ("Conv_0_dim-2", "Conv_0_dim-2"), ("-1", "-1"),
      ("3", "3"), ("in/out", "in/out"), ("onnx::Reshape_5", "onnx::Reshape_5"), (" a ", " a "),
      ("(batch)", "(batch)"), ("2*seq+1", "2*seq + 1"), ("s0//2", "floor(s0/2)"),
      ("seq - 1", "seq - 1"), ("floor(h/2)", "floor(h/2)"), ("h/2", "floor(h/2)"),
      ("", ""), ("\"", "\""), ("a\u{0}b", "a\u{0}b"), ("größe", "größe"),
    ])
  func keepsTheNamesOfExporters(parameter: String, written: String) {
    let expression = DimensionExpression(parameter: parameter)
    #expect(expression.parameter == written)
    #expect(DimensionExpression(parameter: written) == expression)
    #expect(DimensionExpression(parsing: expression.description) == expression)
  }

  @Test(arguments: ["a + b", "\"x\"", "3", "seq-1", "a\"b\\\n", ""])
  func writesEveryNameSoThatItIsReadBack(name: String) {
    let symbol = DimensionExpression(symbol: name)
    #expect(DimensionExpression(parameter: symbol.parameter) == symbol)
    #expect(DimensionExpression(parsing: symbol.description) == symbol)
    let sum = symbol.adding(DimensionExpression(1))
    #expect(sum.flatMap { DimensionExpression(parsing: $0.description) } == sum)
    #expect(sum.map { DimensionExpression(parameter: $0.parameter) } == sum)
  }

  @Test func substitutesAndEvaluates() throws {
    let expression = try #require(DimensionExpression(parsing: "floor((h + 1)/s) + min(h, w)"))
    #expect(expression.symbols == ["h", "s", "w"])
    #expect(expression.value(for: ["h": 7, "s": 2, "w": 5]) == 9)
    #expect(expression.value(for: ["h": 7, "w": 5]) == nil)
    #expect(expression.value(for: ["h": 7, "s": 0, "w": 5]) == nil)
    let replaced = expression.substituting(["s": DimensionExpression(2)])
    #expect(replaced == DimensionExpression(parsing: "(h+1)//2 + min(h, w)"))
    #expect(expression.substituting(["s": DimensionExpression(0)]) == nil)
  }

  @Test func boundsHostileText() {
    let sum = (0..<1000).map { "a\($0)" }.joined(separator: "+")
    #expect(DimensionExpression(parsing: sum) == nil)
    #expect(DimensionExpression(parameter: sum).symbol == sum)
    let power = Array(repeating: "(a+b+c+d)", count: 100).joined(separator: "*")
    #expect(DimensionExpression(parsing: power) == nil)
    let nesting = String(repeating: "(", count: 100_000)
    #expect(DimensionExpression(parsing: nesting + "a") == nil)
    let signs = String(repeating: "-", count: 100_000) + "a"
    #expect(DimensionExpression(parsing: signs)?.symbol == "a")
    let floors = (2..<60).reduce("a") { "floor((\($0) + b)/(s\($1)))" }
    #expect(DimensionExpression(parsing: floors) == nil)
  }

  @Test func agreesWithArithmeticOnNumbers() {
    var generator = SplitMix64(state: 7)
    var known = 0
    for _ in 0..<4000 {
      let tree = Tree.random(depth: 4, using: &generator)
      guard let expression = tree.expression else { continue }
      #expect(DimensionExpression(parsing: expression.description) == expression)
      if expression.constant == nil {
        #expect(DimensionExpression(parameter: expression.parameter) == expression)
      }
      for _ in 0..<4 {
        let sizes = ["a", "b", "c"].reduce(into: [:]) {
          $0[$1] = Int.random(in: 0...9, using: &generator)
        }
        guard let expected = tree.value(for: sizes) else { continue }
        known += 1
        let value = expression.value(for: sizes)
        // A divisor that cancelled may be zero in no other place than the tree itself.
        #expect(value == expected, "\(tree) gives \(expression) with \(sizes)")
      }
    }
    #expect(known > 5000)
  }
}

/// Arithmetic that nothing has simplified.
private indirect enum Tree {
  case number(Int)
  case symbol(String)
  case operation(Character, Tree, Tree)

  static func random(depth: Int, using generator: inout SplitMix64) -> Tree {
    switch Int.random(in: 0..<(depth == 0 ? 4 : 16), using: &generator) {
    case 0: .number(Int.random(in: -4...9, using: &generator))
    case 1...3: .symbol(["a", "b", "c"].randomElement(using: &generator) ?? "a")
    default:
      .operation(
        "+-*/^%<>+*/".randomElement(using: &generator) ?? "+",
        random(depth: depth - 1, using: &generator), random(depth: depth - 1, using: &generator))
    }
  }

  var expression: DimensionExpression? {
    switch self {
    case .number(let number): return DimensionExpression(number)
    case .symbol(let name): return DimensionExpression(symbol: name)
    case .operation(let operation, let left, let right):
      guard let left = left.expression, let right = right.expression else { return nil }
      switch operation {
      case "+": return left.adding(right)
      case "-": return left.subtracting(right)
      case "*": return left.multiplied(by: right)
      case "/": return left.floorDivided(by: right)
      case "^": return left.ceilDivided(by: right)
      case "%": return left.modulo(right)
      case "<": return .minimum(left, right)
      default: return .maximum(left, right)
      }
    }
  }

  func value(for sizes: [String: Int]) -> Int? {
    switch self {
    case .number(let number): return number
    case .symbol(let name): return sizes[name]
    case .operation(let operation, let left, let right):
      guard let left = left.value(for: sizes), let right = right.value(for: sizes) else {
        return nil
      }
      switch operation {
      case "+": return left + right
      case "-": return left - right
      case "*": return left * right
      case "<": return min(left, right)
      case ">": return max(left, right)
      default: break
      }
      guard right != 0 else { return nil }
      let floor = Int((Double(left) / Double(right)).rounded(.down))
      switch operation {
      case "/": return floor
      case "^": return Int((Double(left) / Double(right)).rounded(.up))
      default: return left - right * floor
      }
    }
  }
}

private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
