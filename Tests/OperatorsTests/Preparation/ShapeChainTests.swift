import IR
import Operators
import Tensors
import Testing

/// What exporters compute shapes with, and what is known of the outcome.
@Suite struct ShapeChainTests {
  struct Chain: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let input: String
    let text: String
    let expected: String

    init(_ name: String, _ input: String, _ text: String, gives expected: String) {
      (testDescription, self.input, self.text, self.expected) = (name, input, text, expected)
    }

    /// The model: `x` is the input, `y` the output.
    func prepared() throws -> Model {
      var model = try Model(
        text: """
          model opset 22
          graph main(%x: \(input), %flag: bool[], %n: int64[]) -> (%y) {
            const %zero: int64[] = 0
            const %one: int64[] = 1
            const %two: int64[] = 2
            const %eight: int64[] = 8
            const %axis0: int64[1] = [0]
            const %list1: int64[1] = [1]
            const %list2: int64[1] = [2]
            const %list8: int64[1] = [8]
            const %rest: int64[1] = [-1]
            const %scalar: float32[] = 1.0
            \(text)
            return %y
          }
          """)
      let errors = model.prepare().errors
      #expect(errors.isEmpty)
      return model
    }
  }

  static let chains = [
    Chain(
      "view(batch, -1, 8, 64 // 8)", "float32[batch, seq, 64]",
      """
      %s = Shape.21(%x)
      %b = Gather.13(%s, %zero)
      %h = Gather.13(%s, %two)
      %w = Div.14(%h, %eight)
      %bs = Unsqueeze.21(%b, %axis0)
      %ws = Unsqueeze.21(%w, %axis0)
      %t = Concat.13(%bs, %rest, %list8, %ws) {axis = 0}
      %y = Reshape.21(%x, %t)
      """, gives: "float32[batch, seq, 8, 8]"),
    Chain(
      "view(batch, seq, 8, hidden // 8)", "float32[batch, seq, 8*head]",
      """
      %s = Shape.21(%x)
      %b = Gather.13(%s, %axis0)
      %q = Gather.13(%s, %list1)
      %h = Gather.13(%s, %two)
      %w = Div.14(%h, %eight)
      %ws = Unsqueeze.21(%w, %axis0)
      %t = Concat.13(%b, %q, %list8, %ws) {axis = 0}
      %y = Reshape.21(%x, %t)
      """, gives: "float32[batch, seq, 8, head]"),
    Chain(
      "flatten of the last axes by a slice of the shape", "float32[batch, c, 2*h, 3]",
      """
      %s = Shape.21(%x)
      %head = Slice.13(%s, %axis0, %list2)
      %t = Concat.13(%head, %rest) {axis = 0}
      %y = Reshape.21(%x, %t)
      """, gives: "float32[batch, c, 6*h]"),
    Chain(
      "product of a shape", "float32[batch, seq, 4]",
      """
      %s = Shape.21(%x)
      %head = Slice.13(%s, %axis0, %list2)
      %p = ReduceProd.18(%head, _) {keepdims = 1}
      %t = Concat.13(%p, %rest) {axis = 0}
      %y = Reshape.21(%x, %t)
      """, gives: "float32[batch*seq, 4]"),
    Chain(
      "strided slice, squeeze and pack", "float32[batch, 6]",
      """
      %s = Shape.21(%x)
      %s32 = Cast.21(%s) {to = 6}
      %part = Slice.13(%s32, %axis0, %list1, %axis0, %list1)
      %b = Squeeze.21(%part, %axis0)
      %b64 = Cast.21(%b) {to = 7}
      %bs = Unsqueeze.21(%b64, %axis0)
      %t = Concat.13(%bs, %list2, %rest) {axis = 0}
      %y = Reshape.21(%x, %t)
      """, gives: "float32[batch, 2, 3]"),
    Chain(
      "expand where a size is -1", "float32[batch, 1]",
      """
      const %sizes: int64[2] = [-1, 5]
      const %minus: int64[2] = [-1, -1]
      %ones = ConstantOfShape.21(%list2) {value = int64[1] [1]}
      %is = Equal.19(%sizes, %minus)
      %t = Where.16(%is, %ones, %sizes)
      %y = Expand.13(%x, %t)
      """, gives: "float32[batch, 5]"),
    Chain(
      "sizes of a resize", "float32[batch, 3, h, w]",
      """
      const %three: int64[1] = [3]
      %s = Shape.21(%x)
      %same = Slice.13(%s, %axis0, %list2)
      %height = Slice.13(%s, %list2, %three, %axis0)
      %twice = Mul.14(%height, %list2)
      %sizes = Concat.13(%same, %twice, %list8) {axis = 0}
      %y = Resize.19(%x, _, _, %sizes)
      """, gives: "float32[batch, 3, 2*h, 8]"),
    Chain(
      "positions up to a size", "float32[batch, seq]",
      """
      %s = Shape.21(%x) {start = 1}
      %q = Squeeze.21(%s, %axis0)
      %p = Range.11(%zero, %q, %one)
      %pf = Cast.21(%p) {to = 1}
      %y = Add.14(%x, %pf)
      """, gives: "float32[batch, seq]"),
    Chain(
      "every second position", "float32[seq]",
      """
      %s = Size.21(%x)
      %y = Range.11(%zero, %s, %two)
      """, gives: "int64[floor((seq+1)/2)]"),
    Chain(
      "rows that are not zero", "float32[rows]",
      """
      %i = NonZero.13(%x)
      %t = Transpose.21(%i)
      %s = Shape.21(%t)
      %k = Gather.13(%s, %axis0)
      %all = Concat.13(%k, %list8) {axis = 0}
      %filled = ConstantOfShape.21(%all)
      %y = Concat.13(%filled, %filled) {axis = 1}
      """, gives: "float32[unk__0, 16]"),
    Chain(
      "reshape and add of rows that are not zero", "float32[rows]",
      """
      %i = NonZero.13(%x)
      %f = Cast.21(%i) {to = 1}
      %t = Transpose.21(%f)
      %s = Add.14(%f, %f)
      %m = MatMul.13(%t, %s)
      %y = Reshape.21(%m, %rest)
      """, gives: "float32[unk__0*unk__0]"),
    Chain(
      "two sizes that differ", "float32[rows]",
      """
      %i = NonZero.13(%x)
      %neg = Neg.13(%x)
      %j = NonZero.13(%neg)
      %y = Add.14(%i, %j)
      """, gives: "int64[1, unk__2]"),
    Chain(
      "one size among numbers", "float32[4, 6]",
      """
      %ns = Unsqueeze.21(%n, %axis0)
      %t = Concat.13(%list8, %ns) {axis = 0}
      %y = Reshape.21(%x, %t)
      """, gives: "float32[8, 3]"),
    Chain(
      "an input that declares nothing", "float32[?, 3]",
      """
      %r = Relu.14(%x)
      %y = Add.14(%r, %x)
      """, gives: "float32[unk__0, 3]"),
  ]

  @Test(arguments: chains)
  func derives(_ chain: Chain) throws {
    let model = try chain.prepared()
    #expect(model.graph.type(of: model.graph.outputs[0])?.description == chain.expected)
  }

  @Test(arguments: chains)
  func saysTheSameWhenPreparedAgain(_ chain: Chain) throws {
    let once = try chain.prepared()
    var twice = once
    _ = twice.prepare()
    #expect(twice.text() == once.text())
  }
}
