import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RegionPoolingTests {
  /// Two images of 3 × 4 elements that count up.
  static let images = counting([2, 1, 3, 4])

  static func shaped(_ rows: Int, _ columns: Int, scale: Float? = nil) -> Attributes {
    var attributes: Attributes = ["pooled_shape": .ints([Int64(rows), Int64(columns)])]
    attributes["spatial_scale"] = scale.map { .float($0) }
    return attributes
  }

  static let cases = [
    OperatorCase(
      "takes the maximum of each bin", "MaxRoiPool", shaped(1, 2),
      inputs: [images, floats([2, 5], [0, 0, 0, 3, 2, 1, 1, 0, 2, 1])],
      expected: [floats([2, 1, 1, 2], [9, 11, 17, 18])]),
    OperatorCase(
      "scales and rounds corners, halves away from zero", "MaxRoiPool", shaped(1, 1, scale: 0.5),
      inputs: [images, floats([2, 5], [0, 0, 0, 1, 1, 0, 0, 0, 0.9, 0.9])],
      expected: [floats([2, 1, 1, 1], [5, 0])]),
    OperatorCase(
      "shares elements between bins that are smaller", "MaxRoiPool", shaped(2, 3),
      inputs: [images, floats([1, 5], [0, 1, 0, 2, 0])],
      expected: [floats([1, 1, 2, 3], [1, 2, 2, 1, 2, 2])]),
    OperatorCase(
      "has zero for bins outside of the image", "MaxRoiPool", shaped(1, 2),
      inputs: [images, floats([1, 5], [1, 3, 0, 4, 2])], expected: [floats([1, 1, 1, 2], [23, 0])]),
    OperatorCase(
      "takes one element where a region is turned around", "MaxRoiPool", shaped(1, 1),
      inputs: [images, floats([1, 5], [0, 2, 2, 1, 1])], expected: [floats([1, 1, 1, 1], [10])]),
    OperatorCase(
      "takes no regions", "MaxRoiPool", shaped(1, 1), inputs: [images, counting([0, 5])],
      expected: [floats([0, 1, 1, 1], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func staysInsideForCornersThatAreNoPlaces() throws {
    let corners = floats([2, 5], [0, -1e30, .nan, 1e30, .infinity, 0, .nan, .nan, .nan, .nan])
    let example = OperatorCase("", "MaxRoiPool", Self.shaped(1, 1), inputs: [Self.images, corners])
    #expect(try example.evaluate() == [floats([2, 1, 1, 1], [11, 0])])
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (shaped(1, 1), [images, floats([1, 5], [2, 0, 0, 1, 1])], .invalidValue),
    (shaped(1, 1), [images, floats([1, 5], [0.5, 0, 0, 1, 1])], .invalidValue),
    (shaped(1, 1), [images, floats([1, 5], [.nan, 0, 0, 1, 1])], .invalidValue),
    (shaped(1, 1), [images, counting([1, 4])], .incompatibleShapes),
    (shaped(1, 1), [counting([1, 2, 3]), counting([1, 5])], .incompatibleShapes),
    (shaped(0, 1), [images, counting([1, 5])], .invalidAttribute),
    (shaped(1 << 30, 1 << 30), [images, counting([1, 5])], .limitExceeded),
    (["pooled_shape": .ints([1])], [images, counting([1, 5])], .invalidAttribute),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "MaxRoiPool", attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}
