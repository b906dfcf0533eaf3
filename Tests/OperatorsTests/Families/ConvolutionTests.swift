import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  static let cases = [
    OperatorCase(
      "adds up windows", "Conv", inputs: [counting([1, 1, 3, 3]), ones([1, 1, 2, 2])],
      expected: [floats([1, 1, 2, 2], [8, 12, 20, 24])]),
    OperatorCase(
      "adds a bias to each feature", "Conv",
      inputs: [counting([1, 1, 3]), floats([2, 1, 1], [1, 2]), floats([2], [10, 20])],
      expected: [floats([1, 2, 3], [10, 11, 12, 20, 22, 24])]),
    OperatorCase(
      "sees zeros in the padding", "Conv", ["pads": .ints([1, 2])],
      inputs: [counting([1, 1, 3]), floats([1, 1, 3], [1, 10, 100])],
      expected: [floats([1, 1, 4], [100, 210, 21, 2])]),
    OperatorCase(
      "steps and dilates", "Conv", ["strides": .ints([2]), "dilations": .ints([2])],
      inputs: [counting([1, 1, 7]), floats([1, 1, 2], [1, 10])],
      expected: [floats([1, 1, 3], [20, 42, 64])]),
    OperatorCase(
      "pads the end more with SAME_UPPER", "Conv",
      ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2])],
      inputs: [counting([1, 1, 4]), floats([1, 1, 3], [1, 10, 100])],
      expected: [floats([1, 1, 2], [210, 32])]),
    OperatorCase(
      "pads the start more with SAME_LOWER", "Conv",
      ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2])],
      inputs: [counting([1, 1, 4]), floats([1, 1, 3], [1, 10, 100])],
      expected: [floats([1, 1, 2], [100, 321])]),
    OperatorCase(
      "pads nothing with VALID", "Conv",
      ["auto_pad": .string("VALID"), "pads": .ints([5, 5])],
      inputs: [counting([1, 1, 3]), ones([1, 1, 3])], expected: [floats([1, 1, 1], [3])]),
    OperatorCase(
      "keeps groups apart", "Conv", ["group": .int(2)],
      inputs: [counting([1, 4, 2]), floats([2, 2, 1], [1, 10, 100, 1000])],
      expected: [floats([1, 2, 2], [20, 31, 6400, 7500])]),
    OperatorCase(
      "weighs each plane for itself", "Conv", ["group": .int(2)],
      inputs: [counting([1, 2, 3]), floats([2, 1, 2], [1, 1, 1, -1])],
      expected: [floats([1, 2, 2], [1, 3, -1, -1])]),
    OperatorCase(
      "takes three spatial axes", "Conv",
      inputs: [counting([1, 1, 2, 2, 2]), ones([1, 1, 2, 2, 2])],
      expected: [floats([1, 1, 1, 1, 1], [28])]),
    OperatorCase(
      "takes four spatial axes", "Conv", ["strides": .ints([1, 1, 1, 2])],
      inputs: [counting([1, 1, 2, 1, 1, 3]), ones([1, 1, 2, 1, 1, 1])],
      expected: [floats([1, 1, 1, 1, 1, 2], [3, 7])]),
    OperatorCase(
      "takes an empty batch", "Conv", inputs: [counting([0, 1, 3]), ones([2, 1, 1])],
      expected: [floats([0, 2, 3], [])]),
    OperatorCase(
      "leaves the bias where there are no channels", "Conv",
      inputs: [counting([1, 0, 2]), ones([1, 0, 1]), floats([1], [4])],
      expected: [floats([1, 1, 2], [4, 4])]),
    OperatorCase(
      "rounds half floats once", "Conv",
      inputs: [
        Tensor(shape: [1, 2, 1], scalars: [2048, 1] as [Float16]),
        Tensor(shape: [1, 2, 1], scalars: [1, 1] as [Float16]),
        Tensor(shape: [1], scalars: [1] as [Float16]),
      ],
      expected: [Tensor(shape: [1, 1, 1], scalars: [2050] as [Float16])]),
    OperatorCase(
      "computes in 64 bits", "Conv",
      inputs: [
        Tensor(shape: [1, 1, 2], scalars: [1, 1e-12] as [Double]),
        Tensor(shape: [1, 1, 2], scalars: [1, 1] as [Double]),
      ],
      expected: [Tensor(shape: [1, 1, 1], scalars: [1 + 1e-12] as [Double])]),
  ]

  static func ones(_ shape: [Int]) -> Tensor {
    floats(shape, [Float](repeating: 1, count: shape.reduce(1, *)))
  }

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  /// Extents, channels and features of a group, groups, kernel, strides, dilations and pads.
  static let geometries: [[[Int]]] = [
    [[9, 11], [3, 5, 1], [3, 3], [1, 1], [1, 1], [1, 1, 1, 1]],
    [[9, 11], [3, 5, 2], [2, 3], [2, 3], [1, 2], [0, 2, 1, 3]],
    [[5, 70], [4, 9, 1], [1, 1], [1, 1], [1, 1], [0, 0, 0, 0]],
    [[4, 9], [1, 1, 3], [3, 3], [1, 1], [1, 1], [1, 1, 1, 1]],
    [[7, 9], [1, 2, 2], [3, 4], [2, 2], [2, 1], [4, 1, 0, 2]],
    [[2, 2], [1, 6, 1], [5, 5], [1, 1], [1, 1], [4, 4, 3, 3]],
    [[23, 25], [1, 4, 1], [3, 3], [1, 1], [1, 1], [1, 1, 1, 1]],
    [[3, 4], [33, 4, 1], [3, 3], [1, 1], [1, 1], [1, 1, 1, 1]],
  ]

  @Test(arguments: geometries)
  func isTheSumOfItsDefinition(_ geometry: [[Int]]) throws {
    let (extents, counts) = (geometry[0], geometry[1])
    let input = pattern([2, counts[0] * counts[2]] + extents, seed: 3)
    let weights = pattern([counts[1] * counts[2], counts[0]] + geometry[2], seed: 5)
    let result = try OperatorCase(
      "", "Conv",
      [
        "group": .int(Int64(counts[2])), "strides": .ints(geometry[3].map(Int64.init)),
        "dilations": .ints(geometry[4].map(Int64.init)),
        "pads": .ints(geometry[5].map(Int64.init)),
      ], inputs: [input, weights]
    ).evaluate()[0]
    let direct = DirectConvolution(
      input: input, weights: weights, groups: counts[2], strides: geometry[3],
      dilations: geometry[4], pads: geometry[5])
    #expect(result.shape[2...] == [direct.height, direct.width])
    #expect(result.scalars(of: Float.self) == direct.result)
  }

  @Test func takesNoTimeForALargeBatchWithoutElements() throws {
    let batch = 1 << 40
    let example = OperatorCase(
      "", "Conv", inputs: [counting([batch, 1, 0]), Self.ones([1, 1, 1]), floats([1], [7])])
    #expect(try example.evaluate()[0].shape == [batch, 1, 0])
  }

  @Test func infersExtentsThatDependOnSymbols() throws {
    let weights = InferredValue.tensor(.float32, [8, 3, 3, 3])
    let input = InferredValue.tensor(
      .float32, [.symbol("batch"), .unknown, .symbol("h"), .symbol("w")])
    let attributes: Attributes = ["pads": .ints([1, 1, 1, 1]), "strides": .ints([2, 1])]
    let half = (Dimension.symbol("h") + 1).floorDivided(by: 2)
    #expect(
      try inferred("Conv", attributes, [input, weights]).type
        == .tensor(.float32, [.symbol("batch"), 8, half, .symbol("w")]))
    let same: Attributes = ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2, 1])]
    #expect(
      try inferred("Conv", same, [input, weights]).type?.shape?[2]
        == Dimension.symbol("h").ceilDivided(by: 2))
  }

  @Test func infersWhatItCanWithoutWeights() throws {
    let input = InferredValue.tensor(.float32, [2, 3, 5])
    #expect(
      try inferred("Conv", [:], [input, .unknown]).type
        == .tensor(.float32, [2, .unknown, .unknown]))
    #expect(
      try inferred("Conv", ["kernel_shape": .ints([3])], [input, .unknown]).type
        == .tensor(.float32, [2, .unknown, 3]))
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (["group": .int(0)], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
    (["group": .int(2)], [counting([1, 4, 3]), ones([3, 2, 1])], .incompatibleShapes),
    (["group": .int(.max)], [counting([1, 2, 3]), ones([1, 2, 1])], .incompatibleShapes),
    ([:], [counting([1, 2, 3]), ones([1, 1, 1])], .incompatibleShapes),
    ([:], [counting([1, 3]), ones([1, 3])], .incompatibleShapes),
    ([:], [counting([1, 1, 3]), ones([1, 1, 1, 1])], .incompatibleShapes),
    ([:], [counting([1, 1, 3]), ones([1, 1, 4])], .incompatibleShapes),
    ([:], [counting([1, 1, 3]), ones([2, 1, 1]), ones([1])], .incompatibleShapes),
    (["kernel_shape": .ints([2])], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
    (["strides": .ints([0])], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
    (["strides": .ints([1, 1])], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
    (["dilations": .ints([.max])], [counting([1, 1, 3]), ones([1, 1, 2])], .invalidAttribute),
    (["pads": .ints([-1, 0])], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
    (["pads": .ints([1])], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
    (
      ["pads": .ints([1 << 31, 1 << 31])], [counting([1, 1, 3]), ones([1, 1, 1])],
      .limitExceeded
    ),
    (["auto_pad": .string("MIRROR")], [counting([1, 1, 3]), ones([1, 1, 1])], .invalidAttribute),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let example = OperatorCase("", "Conv", attributes, inputs: inputs)
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }
}

/// Returns a tensor of small integers that look random.
func pattern(_ shape: [Int], seed: UInt32) -> Tensor {
  var state = seed
  return Tensor(
    shape: shape,
    scalars: (0..<shape.reduce(1, *)).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(Int(state >> 28) - 8)
    })
}

/// A convolution in two dimensions, term by term as the specification has it.
private struct DirectConvolution {
  let input: Tensor
  let weights: Tensor
  let groups: Int
  let strides: [Int]
  let dilations: [Int]
  let pads: [Int]

  var height: Int { extent(0) }
  var width: Int { extent(1) }

  private func extent(_ axis: Int) -> Int {
    let span = (weights.shape[axis + 2] - 1) * dilations[axis] + 1
    return (input.shape[axis + 2] + pads[axis] + pads[axis + 2] - span) / strides[axis] + 1
  }

  var result: [Float] {
    let (x, w) = (input.scalars(of: Float.self), weights.scalars(of: Float.self))
    let (perGroup, features) = (weights.shape[1], weights.shape[0])
    var result: [Float] = []
    for batch in 0..<input.shape[0] {
      for feature in 0..<features {
        let first = batch * input.shape[1] + feature / (features / groups) * perGroup
        for position in 0..<(height * width) {
          var sum: Float = 0
          for term in 0..<(w.count / features) {
            if let source = source(of: term, at: position) {
              let plane = input.shape[2] * input.shape[3]
              let channel = term / (weights.shape[2] * weights.shape[3])
              sum +=
                w[feature * (w.count / features) + term] * x[(first + channel) * plane + source]
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  /// Where on its plane a term reads; nil in the padding.
  private func source(of term: Int, at position: Int) -> Int? {
    let (rows, columns) = (weights.shape[2], weights.shape[3])
    let tap = term % (rows * columns)
    let row = position / width * strides[0] - pads[0] + tap / columns * dilations[0]
    let column = position % width * strides[1] - pads[1] + tap % columns * dilations[1]
    guard (0..<input.shape[2]).contains(row), (0..<input.shape[3]).contains(column) else {
      return nil
    }
    return row * input.shape[3] + column
  }
}
