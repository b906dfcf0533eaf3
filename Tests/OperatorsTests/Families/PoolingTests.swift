import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct PoolingTests {
  static let line = counting([1, 1, 5])

  static func kernel(_ extents: Int64..., with others: Attributes = [:]) -> Attributes {
    var attributes = others
    attributes["kernel_shape"] = .ints(extents)
    return attributes
  }

  static let maxima = [
    OperatorCase(
      "finds maxima and their places", "MaxPool", kernel(2, 2),
      inputs: [floats([1, 1, 2, 3], [1, 5, 2, 4, 3, 6])],
      expected: [floats([1, 1, 1, 2], [5, 6]), integers([1, 1, 1, 2], [1, 5])]),
    OperatorCase(
      "counts places down the columns", "MaxPool",
      kernel(2, 2, with: ["storage_order": .int(1)]),
      inputs: [floats([1, 2, 2, 3], [1, 5, 2, 4, 3, 6, 1, 5, 2, 4, 3, 6])],
      expected: [
        floats([1, 2, 1, 2], [5, 6, 5, 6]), integers([1, 2, 1, 2], [2, 5, 8, 11]),
      ]),
    OperatorCase(
      "takes the first of equal maxima", "MaxPool", kernel(3),
      inputs: [floats([1, 1, 3], [7, 7, 7])],
      expected: [floats([1, 1, 1], [7]), integers([1, 1, 1], [0])]),
    OperatorCase(
      "ignores the padding", "MaxPool", kernel(2, with: ["pads": .ints([1, 1])]),
      inputs: [floats([1, 1, 2], [-2, -1])],
      expected: [floats([1, 1, 3], [-2, -1, -1]), integers([1, 1, 3], [0, 1, 1])]),
    OperatorCase(
      "rounds up the number of windows", "MaxPool",
      kernel(2, with: ["strides": .ints([2]), "ceil_mode": .int(1)]), inputs: [line],
      expected: [floats([1, 1, 3], [1, 3, 4])]),
    OperatorCase(
      "adds no window that starts behind the input", "MaxPool",
      kernel(1, with: ["strides": .ints([2]), "ceil_mode": .int(1)]),
      inputs: [counting([1, 1, 2])],
      expected: [floats([1, 1, 1], [0])]),
    OperatorCase(
      "dilates", "MaxPool", kernel(2, with: ["dilations": .ints([3]), "pads": .ints([1, 1])]),
      inputs: [line], expected: [floats([1, 1, 4], [2, 3, 4, 2])]),
    OperatorCase(
      "takes bytes", "MaxPool", kernel(2),
      inputs: [Tensor(shape: [1, 1, 3], scalars: [200, 3, 100] as [UInt8])],
      expected: [Tensor(shape: [1, 1, 2], scalars: [200, 100] as [UInt8])]),
    OperatorCase(
      "takes signed bytes", "MaxPool", kernel(2, with: ["pads": .ints([1, 0])]),
      inputs: [Tensor(shape: [1, 1, 2], scalars: [-128, -3] as [Int8])],
      expected: [Tensor(shape: [1, 1, 2], scalars: [-128, -3] as [Int8])]),
    OperatorCase(
      "has nothing to say of padding alone", "MaxPool",
      kernel(1, with: ["pads": .ints([1, 0])]), inputs: [counting([1, 1, 1])],
      expected: [floats([1, 1, 2], [-.infinity, 0]), integers([1, 1, 2], [-1, 0])]),
    OperatorCase(
      "takes an empty batch", "MaxPool", kernel(2), inputs: [counting([0, 3, 4])],
      expected: [floats([0, 3, 3], [])]),
  ]

  static let averages = [
    OperatorCase(
      "averages windows", "AveragePool", kernel(2, 2), inputs: [counting([1, 1, 2, 3])],
      expected: [floats([1, 1, 1, 2], [2, 3])]),
    OperatorCase(
      "leaves the padding out", "AveragePool", kernel(2, with: ["pads": .ints([1, 1])]),
      inputs: [floats([1, 1, 2], [2, 4])], expected: [floats([1, 1, 3], [2, 3, 4])]),
    OperatorCase(
      "counts the padding", "AveragePool",
      kernel(2, with: ["pads": .ints([1, 1]), "count_include_pad": .int(1)]),
      inputs: [floats([1, 1, 2], [2, 4])], expected: [floats([1, 1, 3], [1, 3, 2])]),
    OperatorCase(
      "counts no padding that rounding up added", "AveragePool",
      kernel(
        4, with: ["strides": .ints([2]), "ceil_mode": .int(1), "count_include_pad": .int(1)]),
      inputs: [line], expected: [floats([1, 1, 2], [1.5, 3])]),
    OperatorCase(
      "counts both kinds of padding right", "AveragePool",
      kernel(
        3,
        with: [
          "strides": .ints([4]), "ceil_mode": .int(1), "count_include_pad": .int(1),
          "pads": .ints([1, 1]),
        ]), inputs: [floats([1, 1, 5], [0, 3, 2, 3, 5])],
      expected: [floats([1, 1, 2], [1, 8 / 3])]),
    OperatorCase(
      "counts dilated elements", "AveragePool",
      kernel(2, with: ["dilations": .ints([3]), "pads": .ints([1, 1])]), inputs: [line],
      expected: [floats([1, 1, 4], [2, 1.5, 2.5, 2])]),
    OperatorCase(
      "pads automatically", "AveragePool",
      kernel(4, with: ["strides": .ints([2]), "auto_pad": .string("SAME_LOWER")]),
      inputs: [line], expected: [floats([1, 1, 3], [0.5, 1.5, 3])]),
    OperatorCase(
      "takes three spatial axes", "AveragePool", kernel(2, 2, 2),
      inputs: [counting([1, 1, 2, 2, 2])], expected: [floats([1, 1, 1, 1, 1], [3.5])]),
  ]

  static let norms = [
    OperatorCase(
      "has the norm of order 2 by default", "LpPool", kernel(2),
      inputs: [floats([1, 1, 3], [-3, 4, 0])], expected: [floats([1, 1, 2], [5, 4])]),
    OperatorCase(
      "adds magnitudes", "LpPool", kernel(2, with: ["p": .int(1), "pads": .ints([1, 0])]),
      inputs: [floats([1, 1, 2], [-3, 4])], expected: [floats([1, 1, 2], [3, 7])]),
    OperatorCase(
      "takes other roots", "LpPool", kernel(2, with: ["p": .int(3)]),
      inputs: [floats([1, 1, 2], [0, -8])], expected: [floats([1, 1, 1], [8])]),
  ]

  @Test(arguments: maxima + averages + norms)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: maxima + averages + norms)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func keepsNaN() throws {
    let input = floats([1, 1, 4], [.nan, 1, 2, 3])
    let result = try OperatorCase("", "MaxPool", Self.kernel(2), inputs: [input]).evaluate()[0]
    #expect(result.scalars(of: Float.self).map(\.isNaN) == [true, false, false])
  }

  @Test func infersExtentsThatDependOnSymbols() throws {
    let input = InferredValue.tensor(.float32, [.symbol("batch"), .symbol("c"), .symbol("h")])
    #expect(
      try inferred("MaxPool", Self.kernel(2, with: ["strides": .ints([2])]), [input]).type
        == .tensor(
          .float32,
          [.symbol("batch"), .symbol("c"), Dimension.symbol("h").floorDivided(by: 2)]))
    #expect(
      try inferred(
        "MaxPool", Self.kernel(2, with: ["strides": .ints([2]), "ceil_mode": .int(1)]), [input]
      ).type?.shape?[2] == .unknown)
  }

  @Test func makesAnIntegerOfTheFirstVersionsOrder() throws {
    let node = UpgradedNode(
      "LpPool", version: 1, Self.kernel(2, with: ["p": .float(1)]),
      inputs: [floats([1, 1, 2], [1, 2])])
    #expect(try node.evaluate() == [floats([1, 1, 1], [3])])
    let odd = UpgradedNode(
      "LpPool", version: 1, Self.kernel(2, with: ["p": .float(1.5)]), inputs: [Self.line])
    #expect(odd.report.errors.first?.code == .unsupported)
  }

  static let mistakes: [(String, Attributes, Tensor, OperatorError.Code)] = [
    ("MaxPool", kernel(2), counting([1, 2]), .incompatibleShapes),
    ("MaxPool", kernel(2), counting([1, 1, 2, 2]), .incompatibleShapes),
    ("MaxPool", kernel(3), counting([1, 1, 2]), .incompatibleShapes),
    ("MaxPool", kernel(1 << 24, 1 << 24, 1 << 24), counting([0, 1, 1, 1, 1]), .limitExceeded),
    ("MaxPool", kernel(0), line, .invalidAttribute),
    ("AveragePool", kernel(.max), line, .invalidAttribute),
    ("AveragePool", kernel(2, with: ["pads": .ints([.max, 0])]), line, .invalidAttribute),
    ("AveragePool", [:], line, .invalidAttribute),
    ("LpPool", kernel(2, with: ["p": .int(0)]), line, .invalidAttribute),
  ]

  @Test(arguments: mistakes)
  func rejects(
    _ name: String, _ attributes: Attributes, _ input: Tensor, _ code: OperatorError.Code
  ) {
    let example = OperatorCase("", name, attributes, inputs: [input])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}
