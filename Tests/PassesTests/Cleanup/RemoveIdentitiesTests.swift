import Testing

@Suite struct RemoveIdentitiesTests {
  static let removed: [Rewrite] = [
    Rewrite("Identity", "%y = Identity(%x)", "x"),
    Rewrite("a chain", "%a = Identity(%x) %b = Identity(%a) %y = Relu(%b)", "Relu(x)"),
    Rewrite("Dropout outside of training", "%y = Dropout(%x)", "x"),
    Rewrite("a Cast to the type there is", "%y = Cast(%x) {to = 1}", "x"),
    Rewrite("Concat of one", "%y = Concat(%x) {axis = 0}", "x"),
    Rewrite("Sum of one", "%y = Sum(%x)", "x"),
    Rewrite("a Reshape to the same", "const %s: int64[2] = [2, 3] %y = Reshape(%x, %s)", "x"),
    Rewrite(
      "a Slice of everything", inputs: "%x: float32[3, 3]",
      "const %a: int64[1] = [0] const %b: int64[1] = [3] %y = Slice(%x, %a, %b, %a)", "x"),
    Rewrite("a Pad of nothing", "const %p: int64[4] = [0, 0, 0, 0] %y = Pad(%x, %p)", "x"),
    Rewrite("a Tile of one", "const %r: int64[2] = [1, 1] %y = Tile(%x, %r)", "x"),
    Rewrite("a Transpose in order", "%y = Transpose(%x) {perm = [0, 1]}", "x"),
    Rewrite("times one", "const %c: float32[] = 1.0 %y = Mul(%x, %c)", "x"),
    Rewrite("by one", "const %c: float32[1, 1] = [1.0] %y = Div(%x, %c)", "x"),
    Rewrite("to the power of one", "const %c: float32[] = 1.0 %y = Pow(%x, %c)", "x"),
    Rewrite("minus zero", "const %c: float32[] = 0.0 %y = Sub(%x, %c)", "x"),
    Rewrite("plus minus zero", "const %c: float32[] = -0.0 %y = Add(%x, %c)", "x"),
    Rewrite(
      "plus zero of integers", inputs: "%x: int64[2]",
      "const %c: int64[] = 0 %y = Add(%x, %c)", "x"),
    Rewrite(
      "the shape of zeros", inputs: "%s: int64[2]", "%z = ConstantOfShape(%s) %y = Shape(%z)", "s"),
    Rewrite(
      "the shape of a spread number", inputs: "%s: int64[2]",
      "const %c: float32[] = 1.0 %z = Expand(%c, %s) %y = Shape(%z)", "s"),
  ]

  @Test(arguments: removed)
  func removes(rewrite: Rewrite) throws { try rewrite.expect(by: "remove-identities") }

  static let kept: [Rewrite] = [
    Rewrite("plus zero", "const %c: float32[] = 0.0 %y = Add(%x, %c)", "Add(x, 0.0)"),
    Rewrite("minus minus zero", "const %c: float32[] = -0.0 %y = Sub(%x, %c)", "Sub(x, -0.0)"),
    Rewrite("times two", "const %c: float32[] = 2.0 %y = Mul(%x, %c)", "Mul(x, 2.0)"),
    Rewrite(
      "one by x", "const %c: float32[] = 1.0 %y = Div(%c, %x)", "Div(1.0, x)"),
    Rewrite(
      "one that makes the shape larger", inputs: "%x: float32[3]",
      "const %c: float32[2, 1] = [1.0, 1.0] %y = Mul(%x, %c)", "Mul(x, [1.0, 1.0])"),
    Rewrite(
      "one of a higher rank", inputs: "%x: float32[3]",
      "const %c: float32[1, 1] = [1.0] %y = Mul(%x, %c)", "Mul(x, [1.0])"),
    Rewrite(
      "the power of another type", inputs: "%x: int64[2]",
      "const %c: float32[] = 2.0 %y = Pow(%x, %c)", "Pow(x, 2.0)"),
    Rewrite("a Cast to another type", "%y = Cast(%x) {to = 11}", "Cast{to = 11}(x)"),
    Rewrite(
      "a Slice in reverse", inputs: "%x: float32[3]",
      """
      const %a: int64[1] = [-1] const %b: int64[1] = [-9] const %c: int64[1] = [0]
      %y = Slice(%x, %a, %b, %c, %a)
      """, "Slice(x, [-1], [-9], [0], [-1])"),
    Rewrite(
      "a Transpose of equal extents", inputs: "%x: float32[3, 3]",
      "%y = Transpose(%x) {perm = [1, 0]}", "Transpose{perm = [1, 0]}(x)"),
    Rewrite(
      "a mask that is used", "%a, %m = Dropout(%x) %c = Cast(%m) {to = 1} %y = Add(%a, %c)",
      "Add(Dropout(x), Cast{to = 1}(Dropout(x)#1))"),
    Rewrite(
      "a part of the shape of zeros", inputs: "%s: int64[2]",
      "%z = ConstantOfShape(%s) %y = Shape(%z) {start = 1}",
      "Shape{start = 1}(ConstantOfShape(s))"),
    Rewrite(
      "the shape of a spread vector", inputs: "%s: int64[2]",
      "const %c: float32[1] = [2.0] %z = Expand(%c, %s) %y = Shape(%z)",
      "Shape(Expand([2.0], s))"),
    Rewrite(
      "a Reshape of unknown extents", inputs: "%x: float32[?, ?]",
      "const %s: int64[2] = [1, -1] %y = Reshape(%x, %s)", "Reshape(x, [1, -1])"),
  ]

  @Test(arguments: kept)
  func keeps(rewrite: Rewrite) throws { try rewrite.expect(by: "remove-identities") }

  static let ordered: [Rewrite] = [
    Rewrite("a sum", "const %c: float32[] = 2.0 %y = Add(%c, %x)", "Add(x, 2.0)"),
    Rewrite("a product", "const %c: float32[] = 2.0 %y = Mul(%c, %x)", "Mul(x, 2.0)"),
    Rewrite("no difference", "const %c: float32[] = 2.0 %y = Sub(%c, %x)", "Sub(2.0, x)"),
    Rewrite("no two constants", "const %c: float32[] = 2.0 %y = Add(%c, %c)", "Add(2.0, 2.0)"),
    Rewrite(
      "no constant that is no number", "const %c: float32[1] = [nan] %y = Add(%c, %x)",
      "Add([nan], x)"),
  ]

  @Test(arguments: ordered)
  func putsConstantsSecond(rewrite: Rewrite) throws { try rewrite.expect(by: "order-operands") }
}
