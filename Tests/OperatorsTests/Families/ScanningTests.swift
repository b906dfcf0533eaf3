import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ScanningTests {
  /// Adds each slice to the state and leaves the sum behind.
  static func adding(_ inputs: [Tensor]) -> [Tensor] {
    let (state, slice) = (inputs[0].scalars(of: Float.self), inputs[1].scalars(of: Float.self))
    let sum = Tensor(shape: inputs[1].shape, scalars: zip(state, slice).map { $0 + $1 })
    return [sum, sum]
  }

  static let variants: [(Attributes, Tensor)] = [
    ([:], floats([3, 2], [0, 1, 2, 4, 6, 9])),
    (["scan_input_directions": .ints([1])], floats([3, 2], [4, 5, 6, 8, 6, 9])),
    (["scan_output_directions": .ints([1])], floats([3, 2], [6, 9, 2, 4, 0, 1])),
    (["scan_output_axes": .ints([-1])], floats([2, 3], [0, 2, 6, 1, 4, 9])),
  ]

  @Test(arguments: variants.indices)
  func scans(_ index: Int) throws {
    let (extra, expected) = Self.variants[index]
    let outputs = try ControlFlowTests.run(
      "Scan", [floats([2], [0, 0]), counting([3, 2])], outputs: 2,
      { block in
        var attributes: Attributes = ["body": .block(block), "num_scan_inputs": .int(1)]
        for (name, value) in extra { attributes[name] = value }
        return attributes
      }, step: Self.adding)
    #expect(outputs == [floats([2], [6, 9]), expected])
  }

  @Test func scansAlongAnotherAxis() throws {
    let outputs = try ControlFlowTests.run(
      "Scan", [floats([3], [0, 0, 0]), counting([3, 2])], outputs: 1,
      {
        ["body": .block($0), "num_scan_inputs": .int(1), "scan_input_axes": .ints([1])]
      }, step: Self.adding)
    #expect(outputs == [floats([3], [1, 5, 9])])
  }

  @Test func leavesNothingBehindWithoutSteps() throws {
    let outputs = try ControlFlowTests.run(
      "Scan", [floats([2], [7, 8]), counting([0, 2])], outputs: 2,
      types: [nil, .tensor(.float32, [0, 2])],
      { ["body": .block($0), "num_scan_inputs": .int(1)] }, step: Self.adding)
    #expect(outputs == [floats([2], [7, 8]), counting([0, 2])])
  }

  static let errors: [(Attributes, [Tensor?], String)] = [
    (
      ["num_scan_inputs": .int(3)], [counting([2]), counting([2])],
      "num_scan_inputs is 3 for 2 inputs and 1 outputs"
    ),
    (
      ["num_scan_inputs": .int(2)], [counting([2]), counting([3])],
      "the scan inputs have different lengths: [2, 3]"
    ),
    (
      ["num_scan_inputs": .int(1), "scan_input_axes": .ints([0, 0])],
      [counting([2]), counting([2])],
      "scan_input_axes holds 2 numbers, not 1"
    ),
    (
      ["num_scan_inputs": .int(1)], [counting([2]), counting([])],
      "axis 0 is out of range for a tensor of rank 0"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) throws {
    let (attributes, inputs, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) {
      try ControlFlowTests.run(
        "Scan", inputs, outputs: 1,
        { block in
          var all = attributes
          all["body"] = .block(block)
          return all
        }, step: Self.adding)
    }
    #expect(error?.message == message)
  }

  @Test func knowsTheLengthOfWhatItLeavesBehind() throws {
    var model = try Model(
      text: """
        model opset 22
        graph main(%s: float32[4], %x: float32[4, time]) -> (%last, %all) {
          %last, %all = Scan.22(%s, %x) {
            num_scan_inputs = 1, scan_input_axes = [1], scan_output_axes = [1],
            body = block(%a, %b) -> (%c, %d) {
              %c = Identity.22(%b)
              %d = Identity.22(%a)
              return %c, %d
            }
          }
          return %last, %all
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(types == ["float32[4]", "float32[4, time]"])
  }

  @Test func unfoldsTheBatchesOfTheFirstVersion() throws {
    var model = try Model(
      text: """
        model opset 8
        graph main(%n: int64[2], %s: float32[2, 1], %x: float32[2, 3, 1]) -> (%last, %all) {
          %last, %all = Scan.8(%n, %s, %x) {
            num_scan_inputs = 1,
            body = block(%a, %b) -> (%c, %d) {
              %c = Identity.8(%b)
              %d = Identity.8(%a)
              return %c, %d
            }
          }
          return %last, %all
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(types == ["float32[2, 1]", "float32[2, unk__2, 1]"])
    let node = try #require(model.graph.firstNode(in: model.graph.body))
    let member = try #require(model.graph.blocks(of: node).first)
    let names = model.graph.nodes(in: member).map { model.graph[$0].operatorID.name }
    #expect(
      names == ["Unsqueeze", "Slice", "Shape", "Sub", "Concat", "Scan", "Pad"])
  }
}
