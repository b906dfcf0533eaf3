import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RegionAlignmentTests {
  /// An image in which the element at row `y` and column `x` is `4y + x`: samples between are exact.
  static let image = counting([1, 1, 4, 4])
  static let first = list(0)

  static func options(
    _ height: Int64 = 1, _ width: Int64 = 1, ratio: Int64? = nil, mode: ByteString? = nil,
    transformation: ByteString? = nil, scale: Float? = nil
  ) -> Attributes {
    var attributes: Attributes = ["output_height": .int(height), "output_width": .int(width)]
    attributes["sampling_ratio"] = ratio.map { .int($0) }
    attributes["mode"] = mode.map { .string($0) }
    attributes["coordinate_transformation_mode"] = transformation.map { .string($0) }
    attributes["spatial_scale"] = scale.map { .float($0) }
    return attributes
  }

  static let cases = [
    OperatorCase(
      "samples between elements", "RoiAlign", options(1, 2, ratio: 1),
      inputs: [image, floats([1, 4], [1, 1, 3, 3]), first],
      expected: [floats([1, 1, 1, 2], [7, 8])]),
    OperatorCase(
      "does not shift by half an element when told so", "RoiAlign",
      options(1, 2, ratio: 1, transformation: "output_half_pixel"),
      inputs: [image, floats([1, 4], [1, 1, 2, 2]), first],
      expected: [floats([1, 1, 1, 2], [7.25, 7.75])]),
    OperatorCase(
      "takes about one sample an element", "RoiAlign", options(scale: 0.5),
      inputs: [image, floats([1, 4], [1, 1, 7, 7]), first],
      expected: [floats([1, 1, 1, 1], [7.5])]),
    OperatorCase(
      "counts what lies outside as zero", "RoiAlign", options(1, 2, ratio: 1),
      inputs: [image, floats([1, 4], [3, 0, 7, 1]), first],
      expected: [floats([1, 1, 1, 2], [3, 0])]),
    OperatorCase(
      "takes the greatest of the weighed elements", "RoiAlign",
      options(ratio: 1, mode: "max"),
      inputs: [image, floats([1, 4], [1, 1, 3, 3]), first],
      // A quarter of each of 5, 6, 9 and 10.
      expected: [floats([1, 1, 1, 1], [2.5])]),
    OperatorCase(
      "has no samples in a region that is turned around", "RoiAlign", options(),
      inputs: [image, floats([1, 4], [3, 3, 1, 1]), first],
      expected: [floats([1, 1, 1, 1], [0])]),
    OperatorCase(
      "widens small regions without the shift", "RoiAlign",
      options(transformation: "output_half_pixel"),
      inputs: [image, floats([1, 4], [1, 1, 1, 1]), first],
      expected: [floats([1, 1, 1, 1], [7.5])]),
    OperatorCase(
      "samples the image that each region lies in, all channels of it", "RoiAlign",
      options(ratio: 1),
      inputs: [counting([2, 2, 1, 1]), floats([2, 4], [0, 0, 1, 1, 0, 0, 1, 1]), list(1, 0)],
      expected: [floats([2, 2, 1, 1], [2, 3, 0, 1])]),
    OperatorCase(
      "takes no regions", "RoiAlign", inputs: [image, counting([0, 4]), integers([0], [])],
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

  @Test func hadNoShiftBeforeTheChoice() throws {
    let graph = try UpgradeCase(
      "RoiAlign", version: 10,
      inputs: [.constant(Self.image), .constant(counting([1, 4])), .constant(Self.first)]
    ).upgraded()
    let node = try #require(graph.nodes.first { _ in true })
    #expect(
      graph[node].attributes["coordinate_transformation_mode"] == .string("output_half_pixel"))
  }

  @Test func hasZeroForCornersThatAreNoNumbers() throws {
    let corners = floats([1, 4], [.nan, .nan, .nan, .nan])
    for ratio in [0, 2] as [Int64] {
      let example = OperatorCase(
        "", "RoiAlign", Self.options(ratio: ratio), inputs: [Self.image, corners, Self.first])
      #expect(try example.evaluate() == [floats([1, 1, 1, 1], [0])])
    }
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (options(), [image, counting([1, 4]), list(1)], .invalidValue),
    (options(), [image, counting([1, 4]), list(-1)], .invalidValue),
    (options(), [image, counting([1, 4]), list(0, 0)], .incompatibleShapes),
    (options(), [image, counting([1, 5]), list(0)], .incompatibleShapes),
    (options(), [counting([4, 4]), counting([1, 4]), list(0)], .incompatibleShapes),
    (options(0), [image, counting([1, 4]), list(0)], .invalidAttribute),
    (options(mode: "sum"), [image, counting([1, 4]), list(0)], .invalidAttribute),
    (options(ratio: -1), [image, counting([1, 4]), list(0)], .invalidAttribute),
    (options(ratio: 1 << 40), [image, counting([1, 4]), list(0)], .limitExceeded),
    (options(ratio: 1 << 20), [image, counting([1, 4]), list(0)], .limitExceeded),
    (options(), [image, floats([1, 4], [0, 0, 1e30, 1]), list(0)], .limitExceeded),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "RoiAlign", attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}
