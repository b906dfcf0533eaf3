import IR
import Operators
import Tensors
import Testing

/// Where symbols of sizes that depend on data come from, and that none says too much.
@Suite struct SymbolScopeTests {
  /// The types of the outputs of a graph, prepared with a function that gives the places of
  /// elements that are not zero, and one that doubles rows.
  private static func types(_ text: String) throws -> [String] {
    var model = try Model(
      text: """
        model opset 22, local 1
        \(text)
        function local::Places.1(%v) -> (%w) opset 22 {
          %w: int64[1, k] = NonZero.13(%v)
          return %w
        }
        function local::Twice.1(%v) -> (%w) opset 22 {
          %w = Concat.13(%v, %v) {axis = 0}
          return %w
        }
        """)
    let errors = model.prepare().errors
    #expect(errors.isEmpty)
    return model.graph.outputs.map { model.graph.type(of: $0)?.description ?? "" }
  }

  @Test func callsOfOneFunctionShareNoSymbol() throws {
    let types = try Self.types(
      """
      graph main(%x: float32[n], %y: float32[n], %z: float32[m]) -> (%a, %b, %c, %ab) {
        %a = local::Places.1(%x)
        %b = local::Places.1(%y)
        %c = local::Places.1(%z)
        %ab = Add.14(%a, %b)
        return %a, %b, %c, %ab
      }
      """)
    #expect(
      types == ["int64[1, unk__0]", "int64[1, unk__1]", "int64[1, unk__2]", "int64[1, unk__3]"])
  }

  @Test func functionsSpeakOfTheSizesOfTheirInputs() throws {
    let types = try Self.types(
      """
      graph main(%x: float32[n], %y: float32[m+1], %z: float32[k]) -> (%a, %b, %c) {
        %a = local::Twice.1(%x)
        %b = local::Twice.1(%y)
        %c = local::Twice.1(%z)
        return %a, %b, %c
      }
      """)
    #expect(types == ["float32[2*n]", "float32[2*m+2]", "float32[2*k]"])
  }

  @Test func branchesDoNotShareTheirSymbols() throws {
    let types = try Self.types(
      """
      graph main(%c: bool[], %x: float32[n]) -> (%z, %s) {
        %z, %s = If.22(%c) {
          then_branch = block {
            %t: int64[1, k] = NonZero.13(%x)
            %u = Shape.21(%x)
            return %t, %u
          },
          else_branch = block {
            %i = Neg.13(%x)
            %e: int64[1, k] = NonZero.13(%i)
            %f = Shape.21(%x)
            return %e, %f
          }
        }
        return %z, %s
      }
      """)
    #expect(types == ["int64[1, unk__0]", "int64[1]"])
  }

  @Test func whatBranchesKnowOfOuterSizesStays() throws {
    let types = try Self.types(
      """
      graph main(%c: bool[], %x: float32[n]) -> (%z) {
        %s = If.22(%c) {
          then_branch = block {
            %u = Shape.21(%x)
            return %u
          },
          else_branch = block {
            %f = Shape.21(%x)
            return %f
          }
        }
        %z = ConstantOfShape.21(%s)
        return %z
      }
      """)
    #expect(types == ["float32[n]"])
  }

  @Test func stepsDoNotShareTheirSymbols() throws {
    let types = try Self.types(
      """
      graph main(%n: int64[], %x: float32[m]) -> (%y, %all, %more) {
        %y, %all, %more = Loop.22(%n, _, %x) {
          body = block(%i: int64[], %c: bool[], %a: float32[?]) -> (%c, %b, %r, %q) {
            %p = NonZero.13(%a)
            %r = Squeeze.21(%p)
            %q = Transpose.21(%p)
            %f = Cast.21(%p) {to = 1}
            const %flat: int64[1] = [-1]
            %b = Reshape.21(%f, %flat)
            return %c, %b, %p, %q
          }
        }
        return %y, %all, %more
      }
      """)
    #expect(types == ["float32[unk__2]", "int64[unk__3, 1, unk__4]", "int64[unk__5, unk__6, 1]"])
  }

  @Test func newNamesDifferFromThoseOfTheModel() throws {
    let types = try Self.types(
      """
      graph main(%x: float32[n]) -> (%a, %b) {
        %a = NonZero.13(%x)
        %b: float32[unk__0] = Relu.14(%x)
        return %a, %b
      }
      """)
    #expect(types == ["int64[1, unk__1]", "float32[unk__0]"])
  }

  @Test func elementsOfSequencesMayDiffer() throws {
    let types = try Self.types(
      """
      graph main(%x: float32[n], %i: int64[]) -> (%s, %a, %b) {
        %p = NonZero.13(%x)
        %m = Neg.13(%x)
        %q = NonZero.13(%m)
        %s = SequenceConstruct.11(%p, %q)
        %a = SequenceAt.11(%s, %i)
        %b = SequenceAt.11(%s, %i)
        return %s, %a, %b
      }
      """)
    #expect(types == ["sequence(int64[1, ?])", "int64[1, unk__2]", "int64[1, unk__3]"])
  }

  /// Each node could name 63 sizes.
  @Test func namesNoMoreSizesThanThereIsRoomFor() throws {
    let nodes = (0..<1200).map { "%y\($0) = Reshape.21(%x, %s)" }.joined(separator: "\n")
    let types = try Self.types(
      """
      graph main(%x: float32[n], %s: int64[63]) -> (%y0, %y1199) {
        \(nodes)
        return %y0, %y1199
      }
      """)
    #expect(types[0].contains("unk__62]"))
    #expect(types[1].hasPrefix("float32[?, ?,"))
  }
}
