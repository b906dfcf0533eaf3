import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ChannelNormalizationTests {
  static let exact: Attributes = ["epsilon": .float(0)]
  static let four = floats([1, 4, 2], [0, 2, 10, 30, 1, 1, 3, 3])

  static let cases = [
    OperatorCase(
      "normalizes each channel", "InstanceNormalization", exact,
      inputs: [floats([1, 2, 2], [0, 2, 10, 30]), floats([2], [1, 2]), floats([2], [5, 0])],
      expected: [floats([1, 2, 2], [4, 6, -2, 2])]),
    OperatorCase(
      "normalizes groups of channels", "GroupNormalization",
      ["epsilon": .float(0), "num_groups": .int(2)],
      inputs: [
        floats([1, 4, 1], [0, 2, 10, 30]), floats([4], [1, 2, 3, 4]), floats([4], [0, 0, 1, 0]),
      ], expected: [floats([1, 4, 1], [-1, 2, -2, 4])]),
    OperatorCase(
      "takes an empty batch", "GroupNormalization", ["num_groups": .int(1)],
      inputs: [counting([0, 2, 3]), floats([2], [1, 1]), floats([2], [0, 0])],
      expected: [floats([0, 2, 3], [])]),
    OperatorCase(
      "divides by squares of neighbouring channels", "LRN",
      ["size": .int(3), "alpha": .float(3), "beta": .float(1), "bias": .float(1)],
      inputs: [floats([1, 4, 1], [1, 2, 3, 4])],
      expected: [floats([1, 4, 1], [1.0 / 6, 2.0 / 15, 3.0 / 30, 4.0 / 26])]),
    OperatorCase(
      "sees one channel more behind when the size is even", "LRN",
      ["size": .int(2), "alpha": .float(2), "beta": .float(1), "bias": .float(1)],
      inputs: [floats([1, 3, 1], [1, 2, 3])],
      expected: [floats([1, 3, 1], [1.0 / 6, 2.0 / 14, 3.0 / 10])]),
    OperatorCase(
      "takes a size beyond all channels", "LRN",
      ["size": .int(1 << 31), "alpha": .float(0)], inputs: [counting([1, 2, 2])],
      expected: [counting([1, 2, 2])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func keepsTheTypeOfHalfFloats() throws {
    let inputs = [Self.four, floats([4], [1, 1, 1, 1]), floats([4], [0, 0, 0, 0])]
      .map { $0.converted(to: .bfloat16) }
    let example = OperatorCase("", "InstanceNormalization", inputs: inputs)
    #expect(try example.evaluate()[0].elementType == .bfloat16)
  }

  // MARK: - Older versions

  @Test func repeatsParametersOfGroupsForTheirChannels() throws {
    let node = UpgradedNode(
      "GroupNormalization", version: 18, ["num_groups": .int(2)],
      inputs: [Self.four, floats([2], [1, 2]), floats([2], [3, 4])])
    #expect(node.report.errors.isEmpty)
    #expect(
      node.graph.operatorNames
        == ["Reshape", "Expand", "Reshape", "Reshape", "Expand", "Reshape", "GroupNormalization"])
    let scale = try #require(node.graph.input(1, of: try node.id))
    #expect(node.graph.type(of: scale) == .tensor(.float32, [4]))
  }

  @Test func findsTheChannelsDuringExecutionWhenTheyAreNotKnown() throws {
    let graph = try UpgradeCase(
      "GroupNormalization", version: 18, ["num_groups": .int(2)],
      inputs: [.value(.tensor(.float32, nil)), .value(nil), .value(nil)]
    ).upgraded()
    #expect(graph.operatorNames.prefix(3) == ["Shape", "Div", "Concat"])
  }

  @Test func dropsHintsOnMemory() throws {
    let node = UpgradedNode(
      "InstanceNormalization", version: 1, ["consumed_inputs": .ints([0])],
      inputs: [Self.four, floats([4], [1, 1, 1, 1]), floats([4], [0, 0, 0, 0])])
    #expect(node.graph[try node.id].attributes.isEmpty)
  }

  // MARK: - Errors

  static let mistakes: [(String, Attributes, [Tensor?], OperatorError.Code)] = [
    (
      "InstanceNormalization", [:], [four, floats([2], [1, 1]), floats([4], [0, 0, 0, 0])],
      .incompatibleShapes
    ),
    (
      "InstanceNormalization", [:], [counting([4]), floats([1], [1]), floats([1], [1])],
      .incompatibleShapes
    ),
    (
      "GroupNormalization", ["num_groups": .int(3)],
      [four, floats([4], [1, 1, 1, 1]), floats([4], [0, 0, 0, 0])], .invalidAttribute
    ),
    (
      "GroupNormalization", ["num_groups": .int(0)],
      [four, floats([4], [1, 1, 1, 1]), floats([4], [0, 0, 0, 0])], .invalidAttribute
    ),
    ("LRN", ["size": .int(0)], [four], .invalidAttribute),
    ("LRN", [:], [four], .invalidAttribute),
    ("LRN", ["size": .int(1)], [counting([4])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(
    _ name: String, _ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code
  ) {
    let example = OperatorCase("", name, attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }
}
