import IR
import Interpreter
import Operators
import Tensors
import Testing

@Suite struct FunctionTests {
  static func run(
    _ text: String, _ inputs: [String: Tensor], precision: Precision = .declared
  ) throws -> [Tensor?] {
    var model = try Model(text: text)
    #expect(model.validate().filter { $0.severity == .error }.isEmpty)
    #expect(model.prepare().errors.isEmpty)
    let interpreter = try Interpreter(model, options: .init(precision: precision))
    return try interpreter.run(inputs.mapValues { .tensor($0) }).map(\.tensor)
  }

  static func list(_ scalars: Float...) -> Tensor {
    Tensor(shape: [scalars.count], scalars: scalars)
  }
  static let x = ["x": list(-4, 2)]

  // MARK: - Attributes

  @Test(
    arguments: [
      ("{steepness = 0.5}", [-2, 2]), ("", [-1, 2]), ("{other = 1}", [-1, 2]),
    ] as [(String, [Float])])
  func handsAttributesOn(_ attributes: String, _ expected: [Float]) throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%x: float32[2]) -> (%y) {
        %y = local::Outer(%x) \(attributes)
        return %y
      }
      function local::Outer(%a) -> (%b) opset 22, local 1 attributes {steepness = 0.25} {
        %b = local::Inner(%a) {slope = @steepness: float}
        return %b
      }
      function local::Inner(%a) -> (%b) opset 22 attributes {slope} {
        %b = LeakyRelu(%a) {alpha = @slope: float}
        return %b
      }
      """, Self.x)
    #expect(outputs == [Tensor(shape: [2], scalars: expected)])
  }

  @Test func leavesOutAttributesThatNothingGives() throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%x: float32[2]) -> (%y) {
        %y = local::Leak(%x)
        return %y
      }
      function local::Leak(%a) -> (%b) opset 22 attributes {slope} {
        %b = LeakyRelu(%a) {alpha = @slope: float}
        return %b
      }
      """, Self.x)
    #expect(outputs == [Self.list(-4 * 0.01, 2)])
  }

  /// The axes were an attribute, and are an input now.
  @Test(
    arguments: [("{dims = [0]}", [2], [4, 6]), ("{dims = [1]}", [2], [3, 7]), ("", [], [10])]
      as [(String, [Int], [Float])])
  func upgradesAttributesThatACallGives(
    _ attributes: String, _ shape: [Int], _ expected: [Float]
  ) throws {
    let outputs = try Self.run(
      """
      model opset 12, local 1
      graph main(%x: float32[2, 2]) -> (%y) {
        %y = local::Sum(%x) \(attributes)
        return %y
      }
      function local::Sum(%a) -> (%b) opset 12 attributes {dims} {
        %b = ReduceSum(%a) {axes = @dims: ints, keepdims = 0}
        return %b
      }
      """, ["x": Tensor(shape: [2, 2], scalars: [1, 2, 3, 4] as [Float])])
    #expect(outputs == [Tensor(shape: shape, scalars: expected)])
  }

  @Test(arguments: [("{top = 1.0}", [-4, 1]), ("", [-4, 2])] as [(String, [Float])])
  func upgradesNumbersThatACallGives(_ attributes: String, _ expected: [Float]) throws {
    let outputs = try Self.run(
      """
      model opset 10, local 1
      graph main(%x: float32[2]) -> (%y) {
        %y = local::Limit(%x) \(attributes)
        return %y
      }
      function local::Limit(%a) -> (%b) opset 10 attributes {top} {
        %b = Clip(%a) {min = -100.0, max = @top: float}
        return %b
      }
      """, Self.x)
    #expect(outputs == [Tensor(shape: [2], scalars: expected)])
  }

  @Test func makesConstantsOfAttributes() throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%x: float32[2]) -> (%y) {
        %y = local::Shift(%x) {by = 3.0}
        return %y
      }
      function local::Shift(%a) -> (%b) opset 22 attributes {by} {
        %c = Constant() {value_float = @by: float}
        %b = Add(%a, %c)
        return %b
      }
      """, Self.x)
    #expect(outputs == [Self.list(-1, 5)])
  }

  @Test func saysWhichAttributeItCannotFollow() throws {
    var model = try Model(
      text: """
        model opset 8, local 1
        graph main(%x: float32[2]) -> (%y) {
          %y = local::Add(%x) {a = 1}
          return %y
        }
        function local::Add(%a) -> (%b) opset 6 attributes {a} {
          %b = Add(%a, %a) {broadcast = 1, axis = @a: int}
          return %b
        }
        """)
    let messages = model.prepare().errors.map(\.description)
    #expect(
      messages.first
        == "Add: attribute axis is the function's attribute a; "
        + "write the function for the newest operator set")
  }

  @Test func takesNoGraphFromACall() throws {
    var model = try Model(
      text: """
        model opset 22, local 1
        graph main(%x: float32[2]) -> (%y) {
          %y = local::Run(%x) {
            body = block {
              return %x
            }
          }
          return %y
        }
        function local::Run(%a) -> (%b) opset 22 attributes {body} {
          %c = Constant() {value = bool[] true}
          %b = If(%c) {then_branch = @body: graph, else_branch = @body: graph}
          return %b
        }
        """)
    #expect(
      model.prepare().errors.contains {
        $0.message == "attribute body gives a graph to the function local::Run"
      })
    let error = #expect(throws: OperatorError.self) { try Interpreter(model) }
    #expect(error?.code == .unsupported)
  }

  // MARK: - Calls

  @Test func tellsOverloadsApart() throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%x: float32[2]) -> (%y, %z) {
        %y = local::Scale:square(%x)
        %z = local::Scale:double(%x)
        return %y, %z
      }
      function local::Scale:square(%a) -> (%b) opset 22 {
        %b = Mul(%a, %a)
        return %b
      }
      function local::Scale:double(%a) -> (%b) opset 22 {
        %b = Add(%a, %a)
        return %b
      }
      """, Self.x)
    #expect(outputs == [Self.list(16, 4), Self.list(-8, 4)])
  }

  @Test func prefersAFunctionToAnOperator() throws {
    let outputs = try Self.run(
      """
      model opset 22
      graph main(%x: float32[2]) -> (%y) {
        %y = Relu(%x)
        return %y
      }
      function Relu(%a) -> (%b) opset 22 {
        %b = Abs(%a)
        return %b
      }
      """, Self.x)
    #expect(outputs == [Self.list(4, 2)])
  }

  @Test(
    arguments: [("local::Limit(%x, _, %k)", [-4, 1]), ("local::Limit(%x)", [-4, 2])]
      as [(String, [Float])])
  func leavesInputsOut(_ call: String, _ expected: [Float]) throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%x: float32[2]) -> (%y) {
        const %k: float32[] = 1.0
        %y = \(call)
        return %y
      }
      function local::Limit(%a, %low, %high) -> (%b) opset 22 {
        %b = Clip(%a, %low, %high)
        return %b
      }
      """, Self.x)
    #expect(outputs == [Tensor(shape: [2], scalars: expected)])
  }

  /// Without sizes the axis goes, which depends on the call.
  @Test func infersWithoutTheInputsThatACallLeavesOut() throws {
    var model = try Model(
      text: """
        model opset 22, local 1
        graph main(%x: float32[2, 3], %n: int64[]) -> (%y, %z) {
          %y = local::Parts(%x)
          %z = local::Parts(%x, %n)
          return %y, %z
        }
        function local::Parts(%a, %n) -> (%b) opset 22 {
          %h = OptionalHasElement(%n)
          %m = If(%h) {
            then_branch = block {
              %t = Add(%n, %n)
              return %t
            },
            else_branch = block {
              const %e: int64[] = 0
              return %e
            }
          }
          %b = SplitToSequence(%a, %n) {keepdims = 0}
          return %b
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(types == ["sequence(float32[3])", "sequence(float32[?, 3])"])
    let outputs = try Interpreter(model).run([
      "x": .tensor(Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6] as [Float])),
      "n": .tensor(Tensor(scalar: 2 as Int64)),
    ])
    #expect(
      outputs == [
        .sequence([Self.list(1, 2, 3), Self.list(4, 5, 6)].map { .tensor($0) }),
        .sequence([.tensor(Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6] as [Float]))]),
      ])
  }

  @Test func refusesTooManyInputs() throws {
    var model = try Model(
      text: """
        model opset 22, local 1
        graph main(%x: float32[2]) -> (%y) {
          %y = local::Same(%x, %x)
          return %y
        }
        function local::Same(%a) -> (%b) opset 22 {
          %b = Identity(%a)
          return %b
        }
        """)
    _ = model.prepare()
    let interpreter = try Interpreter(model)
    let error = #expect(throws: OperatorError.self) {
      try interpreter.run(Self.x.mapValues { .tensor($0) })
    }
    #expect(error?.description == "Same: a subgraph of 1 inputs is given 2")
  }

  /// Both branches and the loop see values of the function, and each call its own.
  @Test(arguments: [Precision.declared, .float64])
  func executesSubgraphsOfFunctions(_ precision: Precision) throws {
    let outputs = try Self.run(
      """
      model opset 22, local 1
      graph main(%x: float32[2]) -> (%y, %z) {
        const %two: int64[] = 2
        const %yes: bool[] = true
        const %no: bool[] = false
        %y = local::Power(%x, %two, %yes)
        %z = local::Power(%y, %two, %no)
        return %y, %z
      }
      function local::Power(%a, %n, %c) -> (%b) opset 22 {
        %s = Add(%a, %a)
        %b = If(%c) {
          then_branch = block {
            %t = Loop(%n, _, %a) {
              body = block(%i, %k, %p) -> (%k2, %q) {
                %q = Mul(%p, %s)
                %k2 = Identity(%k)
                return %k2, %q
              }
            }
            return %t
          },
          else_branch = block {
            return %s
          }
        }
        return %b
      }
      """, Self.x, precision: precision)
    let type: ElementType = precision == .float64 ? .float64 : .float32
    #expect(
      outputs == [
        Self.list(-256, 32).converted(to: type), Self.list(-512, 64).converted(to: type),
      ])
  }

  @Test func reportsWhatIsWrongInAFunction() throws {
    var model = try Model(
      text: """
        model opset 22, local 1
        graph main(%x: float32[2]) -> (%y, %z) {
          %y = local::Odd(%x)
          %z = local::Odd(%x)
          return %y, %z
        }
        function local::Odd(%a) -> (%b) opset 22, other 1 {
          %c = Not(%a) "flip"
          %b = other::Secret(%c)
          return %b
        }
        """)
    let report = model.prepare()
    #expect(
      report.errors.map(\.description) == ["Not \"flip\": X is of float32; it takes bool"])
    #expect(report.opaqueOperators.map(\.operatorID.name) == ["Secret"])
  }
}
