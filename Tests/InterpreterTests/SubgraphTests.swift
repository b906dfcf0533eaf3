import IR
import Interpreter
import Operators
import Tensors
import Testing

@Suite struct SubgraphTests {
  static func run(_ text: String, _ inputs: [String: Tensor]) throws -> [Tensor?] {
    var model = try Model(text: text)
    let report = model.prepare()
    #expect(report.errors.isEmpty)
    return try Interpreter(model).run(inputs.mapValues { .tensor($0) }).map(\.tensor)
  }

  @Test func loopsWithValuesFromAround() throws {
    let text = """
      model opset 22
      graph main(%n: int64[], %x: float32[1]) -> (%y, %all) {
        %y, %all = Loop.22(%n, _, %x) {
          body = block(%i: int64[], %c: bool[], %a: float32[1]) -> (%c, %b, %b) {
            %b = Concat.22(%x) {axis = 0}
            return %c, %b, %a
          }
        }
        return %y, %all
      }
      """
    let x = Tensor(shape: [1], scalars: [3] as [Float])
    let outputs = try Self.run(text, ["n": Tensor(scalar: 2 as Int64), "x": x])
    #expect(outputs == [x, Tensor(shape: [2, 1], scalars: [3, 3] as [Float])])
    let none = try Self.run(text, ["n": Tensor(scalar: 0 as Int64), "x": x])
    #expect(none == [x, Tensor(shape: [0, 1], scalars: [] as [Float])])
  }

  @Test func takesTheBranchThatTheConditionNames() throws {
    let text = """
      model opset 22
      graph main(%c: bool[], %x: float32[1]) -> (%y) {
        %y = If.22(%c) {
          then_branch = block {
            return %x
          },
          else_branch = block {
            const %zero: float32[1] = [0.0]
            return %zero
          }
        }
        return %y
      }
      """
    for (condition, expected) in [(true, 5), (false, 0)] as [(Bool, Float)] {
      let outputs = try Self.run(
        text, ["c": Tensor(scalar: condition), "x": Tensor(shape: [1], scalars: [5] as [Float])])
      #expect(outputs == [Tensor(shape: [1], scalars: [expected])])
    }
  }

  @Test func scansEveryMemberOfABatchAsLongAsItIs() throws {
    let text = """
      model opset 8
      graph main(%n: int64[2], %s: float32[2, 1], %x: float32[2, 3, 1]) -> (%last, %all) {
        %last, %all = Scan.8(%n, %s, %x) {
          num_scan_inputs = 1,
          body = block(%a, %b) -> (%sum, %sum2) {
            %sum = Add.8(%a, %b)
            %sum2 = Identity.8(%sum)
            return %sum, %sum2
          }
        }
        return %last, %all
      }
      """
    let outputs = try Self.run(
      text,
      [
        "n": Tensor(shape: [2], scalars: [2, 3] as [Int64]),
        "s": Tensor(shape: [2, 1], scalars: [0, 100] as [Float]),
        "x": Tensor(shape: [2, 3, 1], scalars: [1, 2, 3, 4, 5, 6] as [Float]),
      ])
    #expect(outputs[0] == Tensor(shape: [2, 1], scalars: [3, 115] as [Float]))
    #expect(
      outputs[1] == Tensor(shape: [2, 3, 1], scalars: [1, 3, 0, 104, 109, 115] as [Float]))
  }

  @Test func endsALoopWithoutEnd() throws {
    let text = """
      model opset 22
      graph main(%x: float32[1]) -> (%y) {
        %y = Loop.22(_, _, %x) {
          body = block(%i: int64[], %c: bool[], %a: float32[1]) -> (%c, %b) {
            %b = Neg.13(%a)
            return %c, %b
          }
        }
        return %y
      }
      """
    var model = try Model(text: text)
    #expect(model.prepare().errors.isEmpty)
    let interpreter = try Interpreter(model, options: .init(stepLimit: 1000))
    let x = RuntimeValue.tensor(Tensor(shape: [1], scalars: [3] as [Float]))
    let error = #expect(throws: OperatorError.self) { try interpreter.run(["x": x]) }
    #expect(error?.message == "the execution has not ended after 1000 steps")
  }
}
