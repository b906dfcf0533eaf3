import IR
import Interpreter
import Operators
import Tensors
import Testing

/// Control flow over values that are no tensors.
@Suite struct SequenceGraphTests {
  static func prepared(_ text: String) throws -> Model {
    var model = try Model(text: text)
    #expect(model.validate().filter { $0.severity == .error }.isEmpty)
    #expect(model.prepare().errors.isEmpty)
    return model
  }

  static func run(
    _ text: String, _ inputs: [String: RuntimeValue], precision: Precision = .declared
  ) throws -> [RuntimeValue] {
    try Interpreter(prepared(text), options: .init(precision: precision)).run(inputs)
  }

  static func list(_ scalars: Float...) -> RuntimeValue {
    .tensor(Tensor(shape: [scalars.count], scalars: scalars))
  }
  static func flag(_ value: Bool) -> RuntimeValue { .tensor(Tensor(scalar: value)) }
  static func number(_ value: Int64) -> RuntimeValue { .tensor(Tensor(scalar: value)) }

  @Test(arguments: [true, false])
  func choosesBetweenSequences(_ condition: Bool) throws {
    let outputs = try Self.run(
      """
      model opset 22
      graph main(%c: bool[], %s: sequence(float32[?])) -> (%y, %n) {
        %y = If(%c) {
          then_branch = block {
            return %s
          },
          else_branch = block {
            %e = SequenceEmpty()
            return %e
          }
        }
        %n = SequenceLength(%y)
        return %y, %n
      }
      """,
      ["c": Self.flag(condition), "s": .sequence([Self.list(1), Self.list(2, 3)])])
    #expect(
      outputs
        == (condition
          ? [.sequence([Self.list(1), Self.list(2, 3)]), Self.number(2)]
          : [.sequence([]), Self.number(0)]))
  }

  /// Carries a sequence from step to step, and reads another one from around the loop.
  static let loop = """
    model opset 22
    graph main(%n: int64[], %s: sequence(float32[?])) -> (%y, %sums) {
      %e = SequenceEmpty()
      %y, %sums = Loop(%n, _, %e) {
        body = block(%i: int64[], %c: bool[], %a: sequence(float32[?])) -> (%k, %b, %sum) {
          %k = Identity(%c)
          %t = SequenceAt(%s, %i)
          const %front: int64[] = 0
          %b = SequenceInsert(%a, %t, %front)
          %all = ConcatFromSequence(%b) {axis = 0}
          %sum = ReduceSum(%all) {keepdims = 0}
          return %k, %b, %sum
        }
      }
      return %y, %sums
    }
    """

  @Test(arguments: [Precision.declared, .float64])
  func carriesSequencesThroughLoops(_ precision: Precision) throws {
    let sequence = RuntimeValue.sequence([Self.list(1), Self.list(2, 3), Self.list(4)])
    let outputs = try Self.run(
      Self.loop, ["n": Self.number(2), "s": sequence], precision: precision)
    let type: ElementType = precision == .float64 ? .float64 : .float32
    func tensor(_ scalars: Float...) -> RuntimeValue {
      .tensor(Tensor(shape: [scalars.count], scalars: scalars).converted(to: type))
    }
    #expect(outputs == [.sequence([tensor(2, 3), tensor(1)]), tensor(1, 6)])
  }

  @Test func namesTheNodeAndThePositionInALoop() throws {
    let error = #expect(throws: OperatorError.self) {
      try Self.run(Self.loop, ["n": Self.number(2), "s": .sequence([Self.list(1)])])
    }
    #expect(
      error?.description == "SequenceAt: position 1 is out of range for a sequence of 1")
  }

  @Test func knowsTheTypesOfSequencesInLoops() throws {
    let model = try Self.prepared(Self.loop)
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(types == ["sequence(float32)", "float32[unk__2]"])
  }

  @Test func endsWithoutASequenceWhereThereWasNone() throws {
    let text = """
      model opset 22
      graph main(%n: int64[], %s: optional(sequence(float32))) -> (%y) {
        %y: sequence(float32) = Loop(%n, _, %s) {
          body = block(%i: int64[], %c: bool[], %a: optional(sequence(float32))) -> (%k, %b) {
            %k = Identity(%c)
            %has = OptionalHasElement(%a)
            %old = If(%has) {
              then_branch = block {
                %t = OptionalGetElement(%a)
                return %t
              },
              else_branch = block {
                %e = SequenceEmpty()
                return %e
              }
            }
            %f = Cast(%i) {to = 1}
            %b = SequenceInsert(%old, %f)
            return %k, %b
          }
        }
        return %y
      }
      """
    func scalar(_ value: Float) -> RuntimeValue { .tensor(Tensor(scalar: value)) }
    let nothing = try Self.run(text, ["n": Self.number(2), "s": .optional(nil)])
    #expect(nothing == [.sequence([scalar(0), scalar(1)])])
    let some = try Self.run(
      text, ["n": Self.number(1), "s": .optional(.sequence([scalar(7)]))])
    #expect(some == [.sequence([scalar(7), scalar(0)])])
  }

  @Test func scansBesideACapturedSequence() throws {
    let outputs = try Self.run(
      """
      model opset 22
      graph main(%x: float32[2, 1], %s: sequence(float32[?])) -> (%last, %all) {
        const %zero: int64[] = 0
        %last, %all = Scan(%zero, %x) {
          num_scan_inputs = 1,
          body = block(%i: int64[], %row: float32[1]) -> (%next, %out) {
            const %one: int64[] = 1
            %next = Add(%i, %one)
            %t = SequenceAt(%s, %i)
            %out = Mul(%row, %t)
            return %next, %out
          }
        }
        return %last, %all
      }
      """,
      [
        "x": .tensor(Tensor(shape: [2, 1], scalars: [2, 3] as [Float])),
        "s": .sequence([Self.list(5), Self.list(7)]),
      ])
    #expect(
      outputs == [Self.number(2), .tensor(Tensor(shape: [2, 1], scalars: [10, 21] as [Float]))])
  }

  @Test func mapsBesideCapturedValues() throws {
    let outputs = try Self.run(
      """
      model opset 22
      graph main(%s: sequence(float32[?]), %x: float32[1]) -> (%y) {
        %y = SequenceMap(%s) {
          body = block(%a: float32[?]) -> (%b) {
            %n = SequenceLength(%s)
            %f = CastLike(%n, %a)
            %c = Mul(%a, %f)
            %b = Add(%c, %x)
            return %b
          }
        }
        return %y
      }
      """,
      ["s": .sequence([Self.list(1), Self.list(2, 3)]), "x": Self.list(10)])
    #expect(outputs == [.sequence([Self.list(12), Self.list(14, 16)])])
  }

  @Test func handsSequencesToFunctions() throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%s: sequence(float32[?])) -> (%y) {
        %y = local::Ends(%s)
        return %y
      }
      function local::Ends(%a) -> (%b) opset 22 {
        const %first: int64[] = 0
        const %last: int64[] = -1
        %f = SequenceAt(%a, %first)
        %l = SequenceAt(%a, %last)
        %b = SequenceConstruct(%f, %l)
        return %b
      }
      """, ["s": .sequence([Self.list(1), Self.list(2), Self.list(3)])])
    #expect(outputs == [.sequence([Self.list(1), Self.list(3)])])
  }

  /// Every step copies a longer sequence.
  @Test(arguments: [(1 << 17, 1 << 26), (1 << 40, 1 << 16)])
  func endsASequenceThatGrowsForEver(_ memoryLimit: Int, _ stepLimit: Int) throws {
    let model = try Self.prepared(
      """
      model opset 22
      graph main(%x: float32[1]) -> (%y) {
        %e = SequenceEmpty()
        %y = Loop(_, _, %e) {
          body = block(%i: int64[], %c: bool[], %a: sequence(float32)) -> (%k, %b) {
            %k = Identity(%c)
            %b = SequenceInsert(%a, %x)
            return %k, %b
          }
        }
        return %y
      }
      """)
    let interpreter = try Interpreter(
      model, options: .init(memoryLimit: memoryLimit, stepLimit: stepLimit))
    let error = #expect(throws: OperatorError.self) { try interpreter.run(["x": Self.list(1)]) }
    #expect(error?.code == .limitExceeded)
  }
}
