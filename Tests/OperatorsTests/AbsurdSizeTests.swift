import IR
import Operators
import Tensors
import TestSupport
import Testing

/// Asks operators for more than any machine has.
@Suite struct AbsurdSizeTests {
  private static func list(_ values: Int64...) -> Tensor {
    Tensor(shape: [values.count], scalars: values)
  }

  private static let pair = Tensor(shape: [1, 2], scalars: [1, 2] as [Float])

  static let cases: [OperatorCase] = [
    OperatorCase("a tensor of 2^62 elements", "ConstantOfShape", inputs: [list(1 << 31, 1 << 31)]),
    OperatorCase("a count that overflows", "ConstantOfShape", inputs: [list(.max, .max)]),
    OperatorCase("a negative extent", "ConstantOfShape", inputs: [list(-1)]),
    OperatorCase(
      "a count that overflows beside none", "ConstantOfShape", inputs: [list(.max, 0, .max)]),
    OperatorCase("2^40 copies", "Tile", inputs: [pair, list(1 << 40, 1)]),
    OperatorCase("copies whose number overflows", "Tile", inputs: [pair, list(.max, .max)]),
    OperatorCase("a negative number of copies", "Tile", inputs: [pair, list(1, -1)]),
    OperatorCase("2^50 rows", "Expand", inputs: [pair, list(1 << 50, 2)]),
    OperatorCase("rows whose number overflows", "Expand", inputs: [pair, list(.max, .max, 2)]),
    OperatorCase(
      "2^40 numbers", "Range",
      inputs: [0, 1 << 40, 1].map { Tensor(scalar: $0 as Int64) }),
    OperatorCase(
      "numbers from one end of the type to the other", "Range",
      inputs: [.min, .max, 1].map { Tensor(scalar: $0 as Int64) }),
    OperatorCase(
      "steps of nothing", "Range", inputs: [0, 1, 0].map { Tensor(scalar: $0 as Float) }),
    OperatorCase(
      "numbers without end", "Range",
      inputs: [0, .infinity, 1].map { Tensor(scalar: $0 as Float) }),
    OperatorCase(
      "steps too small to count", "Range",
      inputs: [0, 3e38, 1e-38].map { Tensor(scalar: $0 as Float) }),
    OperatorCase("padding that overflows", "Pad", inputs: [pair, list(.max, .max, 1, 1)]),
    OperatorCase("2^40 rows of padding", "Pad", inputs: [pair, list(1 << 40, 0, 0, 0)]),
    OperatorCase("more cropped than there is", "Pad", inputs: [pair, list(.min, 0, 0, .min)]),
    OperatorCase(
      "2^40 classes", "OneHot",
      inputs: [list(0), Tensor(scalar: 1 << 40 as Int64), list(0, 1)]),
    OperatorCase(
      "fewer classes than none", "OneHot",
      inputs: [list(0), Tensor(scalar: Int64.min), list(0, 1)]),
    OperatorCase("2^41 columns", "Resize", inputs: [pair, nil, nil, list(1, 1 << 41)]),
    OperatorCase(
      "a scale without end", "Resize",
      inputs: [pair, nil, Tensor(shape: [2], scalars: [.infinity, 1] as [Float])]),
    OperatorCase(
      "a scale of 10^30", "Resize",
      inputs: [pair, nil, Tensor(shape: [2], scalars: [1e30, 1e30] as [Float])]),
    OperatorCase(
      "a scale that is no number", "Resize",
      inputs: [pair, nil, Tensor(shape: [2], scalars: [.nan, 1] as [Float])]),
    OperatorCase("2^60 axes of extent 1", "Reshape", inputs: [pair, list(.max, 2)]),
    OperatorCase("an enormous crop", "CenterCropPad", inputs: [pair, list(.max, .max)]),
    OperatorCase(
      "an identity of 2^40 rows", "EyeLike",
      inputs: [Tensor(shape: [0, 1 << 40], scalars: [] as [Float])]),
  ]

  @Test(arguments: cases)
  func refuses(_ example: OperatorCase) throws {
    // What has no elements costs nothing, however wide.
    let limit = 1 << 20
    do {
      let outputs = try example.evaluate(memoryLimit: limit)
      #expect(outputs.allSatisfy { $0.count == 0 }, "\(outputs.map(\.shape))")
    } catch let error as OperatorError {
      #expect(!error.message.isEmpty)
    }
    do {
      for type in try example.inferTypes() {
        #expect(type?.shape?.dimensions.allSatisfy { $0.fixedValue ?? 0 >= 0 } ?? true)
      }
    } catch let error as OperatorError {
      #expect(!error.message.isEmpty)
    }
  }
}
