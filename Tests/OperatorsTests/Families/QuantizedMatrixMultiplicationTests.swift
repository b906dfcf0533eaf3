import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedMatrixMultiplicationTests {
  static func bytes(_ shape: [Int], _ scalars: [UInt8]) -> Tensor {
    Tensor(shape: shape, scalars: scalars)
  }

  static func signed(_ shape: [Int], _ scalars: [Int8]) -> Tensor {
    Tensor(shape: shape, scalars: scalars)
  }

  static func sums(_ shape: [Int], _ scalars: [Int32]) -> Tensor {
    Tensor(shape: shape, scalars: scalars)
  }

  static let left = bytes([2, 2], [1, 2, 3, 4])
  static let right = signed([2, 2], [5, -6, 7, 8])
  static let one = floats([], [1])
  static let zero = bytes([], [0])

  static let integerCases = [
    OperatorCase(
      "multiplies without zero points", "MatMulInteger", inputs: [left, right],
      expected: [sums([2, 2], [19, 10, 43, 14])]),
    OperatorCase(
      "has one zero point for each matrix", "MatMulInteger",
      inputs: [left, right, bytes([1], [2]), signed([], [5])],
      expected: [sums([2, 2], [0, 11, 4, -5])]),
    OperatorCase(
      "has zero points for rows and columns", "MatMulInteger",
      inputs: [left, right, bytes([2], [1, 3]), signed([2], [5, 0])],
      expected: [sums([2, 2], [2, 8, 2, 8])]),
    OperatorCase(
      "has zero points for the rows of each matrix of a stack", "MatMulInteger",
      inputs: [
        bytes([2, 1, 2], [1, 2, 3, 4]), signed([2, 1], [1, 10]), bytes([2, 1, 1], [1, 2]),
      ],
      expected: [sums([2, 1, 1], [10, 21])]),
    OperatorCase(
      "multiplies a list with a matrix", "MatMulInteger",
      inputs: [bytes([2], [1, 2]), right, nil, signed([2], [5, 0])],
      expected: [sums([2], [4, 10])]),
    OperatorCase(
      "takes the extremes", "MatMulInteger",
      inputs: [
        signed([1, 1], [-128]), bytes([1, 1], [255]), signed([], [127]), bytes([], [0]),
      ],
      expected: [sums([1, 1], [-65025])]),
    OperatorCase(
      "wraps around", "MatMulInteger",
      inputs: [
        bytes([1, 33040], [UInt8](repeating: 255, count: 33040)),
        bytes([33040, 1], [UInt8](repeating: 255, count: 33040)),
      ],
      expected: [sums([1, 1], [-2_146_541_296])]),
    OperatorCase(
      "sums nothing", "MatMulInteger", inputs: [bytes([1, 0], []), signed([0, 2], [])],
      expected: [sums([1, 2], [0, 0])]),
  ]

  static let linearCases = [
    OperatorCase(
      "rounds halves to even before it adds the zero point", "QLinearMatMul",
      inputs: [
        bytes([3, 1], [1, 3, 5]), one, zero, bytes([1, 1], [1]), floats([1], [0.5]), zero, one,
        bytes([1], [1]),
      ],
      expected: [bytes([3, 1], [1, 3, 3])]),
    OperatorCase(
      "saturates", "QLinearMatMul",
      inputs: [
        signed([1, 2], [-100, 100]), one, signed([], [0]), signed([2, 2], [1, 0, 0, 1]), one,
        signed([], [0]), floats([], [0.5]), signed([], [10]),
      ],
      expected: [signed([1, 2], [-128, 127])]),
    OperatorCase(
      "has scales for rows and columns", "QLinearMatMul",
      inputs: [
        left, floats([2], [1, 2]), bytes([2], [0, 0]), bytes([2, 2], [1, 0, 0, 1]),
        floats([2], [1, 10]), bytes([2], [0, 0]), one, zero,
      ],
      expected: [bytes([2, 2], [1, 20, 6, 80])]),
    OperatorCase(
      "has scales for the rows of a matrix that a list follows", "QLinearMatMul",
      inputs: [
        left, floats([2, 1], [1, 2]), zero, bytes([2], [1, 1]), one, zero, one, zero,
      ],
      expected: [bytes([2], [3, 14])]),
    OperatorCase(
      "has scales for the columns of a matrix that follows a list", "QLinearMatMul",
      inputs: [
        bytes([2], [1, 1]), one, zero, left, floats([2], [1, 2]), zero, one, zero,
      ],
      expected: [bytes([2], [4, 12])]),
    OperatorCase(
      "takes scales of 16 bits", "QLinearMatMul",
      inputs: [
        left, Tensor(scalar: 0.5 as Float16), zero, bytes([2, 1], [1, 1]),
        Tensor(scalar: 1 as Float16), zero, Tensor(scalar: 0.25 as Float16), zero,
      ],
      expected: [bytes([2, 1], [6, 14])]),
    OperatorCase(
      "multiplies small floats", "QLinearMatMul",
      inputs: [
        small([1, 2], [1.5, 2]), one, small([], [0.5]), small([2, 1], [4, -1]), one, small([], [0]),
        floats([], [0.25]), small([], [1]),
      ],
      expected: [small([1, 1], [11])]),
  ]

  static func small(_ shape: [Int], _ scalars: [Float]) -> Tensor {
    floats(shape, scalars).converted(to: .float8E4M3FN)
  }

  @Test(arguments: integerCases + linearCases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: integerCases + linearCases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func quantizesInSixtyFourBits() throws {
    let inputs = Self.linearCases[0].inputs.map { input in
      input.map { $0.elementType == .float32 ? $0.converted(to: .float64) : $0 }
    }
    let example = OperatorCase("", "QLinearMatMul", inputs: inputs)
    #expect(try example.evaluate(precision: .float64) == Self.linearCases[0].expected)
  }

  static let mistakes: [(OperatorCase, OperatorError.Code)] = [
    (
      OperatorCase("", "MatMulInteger", inputs: [left, bytes([3, 1], [1, 2, 3])]),
      .incompatibleShapes
    ),
    (OperatorCase("", "MatMulInteger", inputs: [left, zero]), .incompatibleShapes),
    (
      OperatorCase("", "MatMulInteger", inputs: [left, right, bytes([3], [1, 2, 3])]),
      .incompatibleShapes
    ),
    (
      OperatorCase("", "MatMulInteger", inputs: [left, right, bytes([1, 2], [1, 2])]),
      .incompatibleShapes
    ),
    (
      OperatorCase(
        "", "QLinearMatMul",
        inputs: [left, one, zero, left, one, zero, floats([2], [1, 2]), zero]),
      .incompatibleShapes
    ),
  ]

  @Test(arguments: mistakes.indices)
  func rejects(_ index: Int) {
    let (example, code) = Self.mistakes[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}
