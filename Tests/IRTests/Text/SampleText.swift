/// A text with everything in it that a model can have, as the printer writes it.
let sampleText = #"""
  model opset 22, com.microsoft 1
  producer "pytorch" "2.5"
  domain "org.example"
  version 3
  note {doc "two\nlines", "key" = "a \"value\""}

  graph main(%x: float32[batch, 2*seq+1], %k: int64[1] = [3], %cond: bool[], %u: float32) -> (%y: float32[batch, ?], %"out:0": float32) {
    note {doc "the graph"}
    source Conv "conv1"
    source com.microsoft::Gelu
    removed 1
    const %w: float32[2, 3] = [1.0, 2.5, -0.0, inf, 1e-05, nan]
    const %"big one": uint8[17] = 0x000102030405060708090a0b0c0d0e0f10
    const %e: float32[] = 1e-12
    const %nan: float32[1] = 0x0100c0ff
    const %names: string[2] = ["a\x00b", "\xff"]
    const %bits: int4[3] = [-8, 7, 0]
    const %half: float16[2] = [0.1, 65504.0]
    const %small: bfloat16[2] = [1.5, -inf]
    const %flags: bool[2] = [true, false]
    const %empty: float64[0, 3] = []
    const %huge: uint64[1] = [18446744073709551615]
    const %sparse: sparse(float32[4]) = coordinates int64[2] [1, 3] values [0.5, 1.5]
    const %odd: float32[?] = float32[1] [1.0]
    %a: float32[batch], _ = MaxPool.11(%x) "pool" {kernel_shape = [2, 2], ceil_mode = 1, s = "x\xff", f = 1.0, nan = float(0x7fc00001)} from 0, 1 note {quant "SCALE" = "s"}
    %1 = com.microsoft::Gelu(%a, _, %k) {empty = ints [], none = strings [], scales = [1.0, 2.5], names = ["a", "b"], type = type optional(float32[3]), types = [type any, type sparse(float32)]}
    %a#2: float32[2] = "odd.name".2:over(%"big one", %names, %half) {t = float32[2] [1.0, 2.0], ts = [int64[] 1, string[1] ["x"]], sp = sparse(int8[2, 2]) coordinates int64[1, 2] [0, 1] values [5]}
    () = Print(%1)
    %z = If(%cond) "branch" {
      then_branch = block then {
        %t = Neg(%a)
        return %t
      },
      else_branch = block(%i: int64[], %c: bool[] = true) -> (%renamed) {
        note {"inner" = "note"}
        const %t: float32[1] = [2.0]
        %2 = Add(%t, %a#2) {
          blocks = [block {
            return %x
          }, block empty {
          }]
        }
        return %2
      }
    }
    note %x {doc "an input"}
    return %z, %u
  }

  function local::Twice.1 "body"(%v) -> (%w) opset 21 attributes {alpha, "odd name", beta = 1.0} note {doc "doubles"} {
    %w = Mul(%v, %v) {alpha = @alpha: float, b = @"odd name": sparse_tensor}
    return %w
  }

  """#
