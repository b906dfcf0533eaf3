import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BiasedActivationsTests {
  static let cases = [
    OperatorCase(
      "weighs by the normal distribution", "Gelu", domain: "com.microsoft",
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3])],
      expected: [floats([2, 3], [-0.04550028, -0.1003234, 0, 0.1496766, 0.8413447, 2.99595])]),
    OperatorCase(
      "adds a bias first", "BiasGelu", domain: "com.microsoft",
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3]), floats([3], [0.5, -1, 0])],
      expected: [floats([2, 3], [-0.1002108, -0.1320622, 0, 0.5800295, 0, 2.99595])]),
    OperatorCase(
      "approximates by the hyperbolic tangent", "FastGelu", domain: "com.microsoft",
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3])],
      expected: [floats([2, 3], [-0.04540235, -0.1003247, 0, 0.1496754, 0.841192, 2.996363])]),
    OperatorCase(
      "approximates for a sum", "FastGelu", domain: "com.microsoft",
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3]), floats([3], [0.5, -1, 0])],
      expected: [floats([2, 3], [-0.1004284, -0.1322858, 0, 0.5799606, 0, 2.996363])]),
    OperatorCase(
      "weighs by the logistic function", "QuickGelu", domain: "com.microsoft",
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3])],
      expected: [floats([2, 3], [-0.06434137, -0.09880035, 0, 0.1511997, 0.8457958, 2.981929])]),
    OperatorCase(
      "has a factor in the logistic function", "QuickGelu", domain: "com.microsoft",
      ["alpha": .float(1)],
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3])],
      expected: [floats([2, 3], [-0.2384058, -0.1094559, 0, 0.1405441, 0.7310586, 2.857722])]),
    OperatorCase(
      "rounds half floats once", "Gelu", domain: "com.microsoft",
      inputs: [floats([2, 3], [-2, -0.25, 0, 0.25, 1, 3]).converted(to: .float16)],
      expected: [
        floats([2, 3], [-0.04550171, -0.1003418, 0, 0.1496582, 0.8413086, 2.996094]).converted(
          to: .float16)
      ]),
    OperatorCase(
      "adds three", "BiasAdd", domain: "com.microsoft",
      inputs: [
        floats([1, 2, 3], [-2, -0.25, 0, 0.25, 1, 3]), floats([3], [0.5, -1, 0]),
        floats([1, 2, 3], [-2, -0.25, 0, 0.25, 1, 3]),
      ],
      expected: [floats([1, 2, 3], [-3.5, -1.5, 0, 1, 1, 6])]),
    OperatorCase(
      "multiplies the left half of a sum by the right one", "BiasSplitGelu",
      domain: "com.microsoft",
      inputs: [
        floats([1, 2, 4], [2.04, -2.56, 0.42, -0.57, -0.45, -0.22, -2.02, -0.23]),
        floats([4], [-0.87, 3.32, 0.23, -0.35]),
      ],
      expected: [floats([1, 2, 2], [0.564408, -0.1250074, 0.08677846, -0.5051612])]),
    OperatorCase(
      "takes no elements", "FastGelu", domain: "com.microsoft",
      inputs: [floats([0, 3], []), floats([3], [0.5, -1, 0])],
      expected: [floats([0, 3], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    try expectOutputs(of: example, within: 2e-4)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase(
        "a bias of another length", "BiasGelu", domain: "com.microsoft",
        inputs: [counting([2, 3]), counting([2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "integers", "Gelu", domain: "com.microsoft",
        inputs: [Tensor(shape: [1], scalars: [1] as [Int32])]),
      .invalidType
    ),
    (
      OperatorCase(
        "an attribute of another kind", "QuickGelu", domain: "com.microsoft", ["alpha": .int(1)],
        inputs: [counting([1])]),
      .invalidAttribute
    ),
  ]

  @Test(arguments: mistakes)
  func rejects(_ example: OperatorCase, _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code, "\(example): \(error?.description ?? "")")
  }
}
