import Testing

@Suite struct UnrollLoopsTests {
  static func loop(steps: Int, condition: String = "%c") -> String {
    """
    model opset 18
    graph main(%x: float32[2]) -> (%y, %all) {
      const %n: int64[] = \(steps)
      %y, %all = Loop(%n, _, %x) {
        body = block(%i: int64[], %c: bool[], %a: float32[2]) -> (%c, %b, %b) {
          %b = Mul(%a, %x)
          %stop = Not(%c)
          return \(condition), %b, %b
        }
      }
      return %y, %all
    }
    """
  }

  @Test func putsOneStepInThePlaceOfTheLoop() throws {
    let rewritten = try RewriteCase(Self.loop(steps: 1), "unroll-loops")
    #expect(!rewritten.operators.contains("Loop"))
    try rewritten.expectSameBits()
  }

  @Test func leavesLoopsThatWouldGrow() throws {
    #expect(try RewriteCase(Self.loop(steps: 9), "unroll-loops").isUnchanged)
  }

  @Test func leavesLoopsThatAConditionEnds() throws {
    #expect(try RewriteCase(Self.loop(steps: 1, condition: "%stop"), "unroll-loops").isUnchanged)
  }

  @Test func leavesLoopsThatStackWhatNoConcatTakes() throws {
    let text = """
      model opset 25
      graph main(%x: float32[2]) -> (%last, %all) {
        const %n: int64[] = 1
        %last, %all = Loop(%n, _, %x) {
          body = block(%i: int64[], %c: bool[], %a: float32[2]) -> (%c, %b, %small) {
            %b = Mul(%a, %x)
            %small = Cast(%b) {to = 17}
            return %c, %b, %small
          }
        }
        return %last, %all
      }
      """
    #expect(try RewriteCase(text, "unroll-loops").isUnchanged)
  }
}
