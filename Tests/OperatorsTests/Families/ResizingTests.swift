import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ResizingTests {
  static let row = counting([1, 4])

  static func resize(
    _ description: String, _ attributes: Attributes, scales: [Float]? = nil,
    sizes: [Int64]? = nil, roi: [Float]? = nil, of input: Tensor = row, expected: Tensor? = nil
  ) -> OperatorCase {
    OperatorCase(
      description, "Resize", attributes,
      inputs: [
        input, roi.map { floats([$0.count], $0) }, scales.map { floats([$0.count], $0) },
        sizes.map { integers([$0.count], $0) },
      ],
      expected: expected.map { [$0] } ?? [])
  }

  static let cases = [
    resize(
      "repeats elements", [:], scales: [2, 1], expected: floats([2, 4], [0, 1, 2, 3, 0, 1, 2, 3])),
    resize(
      "moves strings", ["coordinate_transformation_mode": .string("asymmetric")], sizes: [1, 4],
      of: Tensor(shape: [1, 2], strings: ["a", "b"]),
      expected: Tensor(shape: [1, 4], strings: ["a", "a", "b", "b"])),
    resize(
      "rounds half down", ["axes": .ints([1])], sizes: [2], expected: floats([1, 2], [0, 2])),
    resize(
      "rounds half up", ["axes": .ints([-1]), "nearest_mode": .string("round_prefer_ceil")],
      sizes: [2], expected: floats([1, 2], [1, 3])),
    resize(
      "rounds down", ["nearest_mode": .string("floor")], sizes: [1, 3],
      expected: floats([1, 3], [0, 1, 2])),
    resize(
      "rounds up", ["nearest_mode": .string("ceil")], sizes: [1, 3],
      expected: floats([1, 3], [1, 2, 3])),
    resize(
      "takes scales for decimal numbers",
      [
        "nearest_mode": .string("floor"),
        "coordinate_transformation_mode": .string("asymmetric"),
      ], scales: [1, 0.6], of: counting([1, 7]), expected: floats([1, 4], [0, 1, 3, 5])),
    resize(
      "interpolates between centers", ["mode": .string("linear")], scales: [1, 2],
      expected: floats([1, 8], [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])),
    resize(
      "keeps the corners",
      ["mode": .string("linear"), "coordinate_transformation_mode": .string("align_corners")],
      sizes: [1, 7], expected: floats([1, 7], [0, 0.5, 1, 1.5, 2, 2.5, 3])),
    resize(
      "interpolates columns", ["mode": .string("linear")], sizes: [4, 1],
      of: floats([2, 1], [0, 4]), expected: floats([4, 1], [0, 1, 3, 4])),
    resize(
      "takes the first element alone as a library does",
      [
        "mode": .string("linear"), "coordinate_transformation_mode": .string("pytorch_half_pixel"),
      ], sizes: [1, 1], expected: floats([1, 1], [0])),
    resize(
      "reproduces a line by cubics away from the edges",
      [
        "mode": .string("cubic"), "coordinate_transformation_mode": .string("asymmetric"),
        "cubic_coeff_a": .float(-0.5),
      ], scales: [1, 2], of: counting([1, 6]),
      expected: floats(
        [1, 12], [0, 0.4375, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5625, 5, 5.0625])),
    resize(
      "widens the filter against aliasing", ["mode": .string("linear"), "antialias": .int(1)],
      sizes: [1, 2], expected: floats([1, 2], [0.625, 2.375])),
    resize(
      "leaves out what is outside", ["mode": .string("linear"), "exclude_outside": .int(1)],
      scales: [1, 2], expected: floats([1, 8], [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])),
    resize(
      "crops and extrapolates",
      [
        "mode": .string("linear"), "coordinate_transformation_mode": .string("tf_crop_and_resize"),
        "extrapolation_value": .float(9), "axes": .ints([1]),
      ], sizes: [3], roi: [0, 2], expected: floats([1, 3], [0, 3, 9])),
    resize(
      "crops by the nearest",
      [
        "coordinate_transformation_mode": .string("tf_crop_and_resize"),
        "extrapolation_value": .float(9), "axes": .ints([1]),
      ], sizes: [3], roi: [0, 2], expected: floats([1, 3], [0, 3, 9])),
    resize(
      "keeps the aspect within sizes", ["keep_aspect_ratio_policy": .string("not_larger")],
      sizes: [2, 6], expected: floats([2, 6], [0, 0, 1, 2, 2, 3, 0, 0, 1, 2, 2, 3])),
    resize(
      "interpolates integers and rounds", ["mode": .string("linear")], scales: [1, 2],
      of: Tensor(shape: [1, 2], scalars: [0, 255] as [UInt8]),
      expected: Tensor(shape: [1, 4], scalars: [0, 64, 191, 255] as [UInt8])),
    resize("makes nothing", [:], sizes: [0, 4], expected: floats([0, 4], [])),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let errors: [(OperatorCase, String)] = [
    (resize("", [:]), "neither scales nor sizes are given"),
    (resize("", [:], scales: [1]), "1 scales are given for 2 axes"),
    (resize("", [:], scales: [1, 0]), "the scales [1.0, 0.0] are not all above 0"),
    (resize("", [:], sizes: [1, -1]), "the sizes [1, -1] are not all positive"),
    (resize("", ["mode": .string("area")], sizes: [1, 2]), "mode is \"area\""),
    (
      resize("", ["nearest_mode": .string("up")], sizes: [1, 2]),
      "nearest_mode is \"up\", which is not known"
    ),
    (
      resize("", ["coordinate_transformation_mode": .string("tf_crop_and_resize")], sizes: [1, 2]),
      "roi does not hold a start and an end for each of 2 axes"
    ),
    (
      resize("", [:], sizes: [1, 1], of: floats([0, 1], [])),
      "an empty tensor of shape [0, 1] is resized to [1, 1]"
    ),
    (
      resize("", [:], sizes: [1, 1 << 40]),
      "an output of float64[1099511627776, 1, 2] exceeds the memory limit of 1073741824 bytes"
    ),
    (
      resize(
        "", ["mode": .string("linear")], sizes: [1, 1], of: Tensor(shape: [1, 1], scalars: [true])),
      "elements of bool cannot be interpolated"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func scalesSymbolicExtents() throws {
    let definition = try #require(OperatorRegistry.standard[OperatorID("Resize")])
    let context = InferenceContext(
      node: Node(OperatorID("Resize")),
      inputs: [.tensor(.float32, [.symbol("batch"), 3, .unknown]), nil, .tensor(.float32, [3])],
      constants: [nil, nil, floats([3], [1, 1.5, 2])])
    #expect(
      try definition.inferTypes(context)[0].type
        == .tensor(.float32, [.symbol("batch"), 4, .unknown]))
  }

  @Test func turnsUpsampleIntoResize() throws {
    let expected = [floats([1, 1, 1, 4], [0, 0, 1, 1])]
    let input = counting([1, 1, 1, 2])
    let first = UpgradedNode(
      "Upsample", version: 1, ["height_scale": .float(1), "width_scale": .float(2)],
      inputs: [input])
    let second = UpgradedNode(
      "Upsample", version: 7, ["scales": .floats([1, 1, 1, 2])], inputs: [input])
    let third = UpgradedNode("Upsample", version: 9, inputs: [input, floats([4], [1, 1, 1, 2])])
    for node in [first, second, third] {
      #expect(try node.graph[node.id].operatorID.name == "Resize")
      #expect(try node.evaluate() == expected)
    }
    let last = OperatorCase("", "Upsample", inputs: [input, floats([4], [1, 1, 1, 2])])
    #expect(try last.evaluate() == expected)
  }

  @Test func interpolatesWithTheCoordinatesOfTheFirstVersion() throws {
    let node = UpgradedNode(
      "Resize", version: 10, ["mode": .string("linear")],
      inputs: [counting([1, 2]), floats([2], [1, 2])])
    #expect(try node.evaluate() == [floats([1, 4], [0, 0.5, 1, 1])])
    let smaller = UpgradedNode(
      "Resize", version: 10, inputs: [counting([1, 7]), floats([2], [1, 0.6])])
    #expect(try smaller.evaluate() == [floats([1, 4], [0, 2, 4, 5])])
  }
}
