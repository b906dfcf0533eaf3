import IR
import Tensors

/// An input that numbers are made up for.
struct GeneratedInput {
  let name: String
  let type: ElementType
  let shape: [Int]
  let range: InputRange
  /// Whether the user says what the range is, so that numbers beyond it are none of the model's.
  let isDeclared: Bool
  /// What a quantizer that the input goes into tells apart.
  let grid: QuantizedRange?

  /// Whether the numbers have no fractions.
  var isWhole: Bool { type.isInteger || type == .bool || range.isIndex }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// Returns the inputs of a graph that have no default.
  static func inputs(
    of graph: Graph, _ generation: Sample.Generation
  ) throws(SampleError) -> [GeneratedInput] {
    let sizes = DimensionSizes(
      of: graph, given: generation.dimensions, assumed: generation.assumedDimensions)
    let inference = IndexInference(graph: graph, sizes: sizes)
    var inputs: [GeneratedInput] = []
    for value in graph.requiredInputs {
      let name = graph.name(of: value)
      guard case .tensor(let type?, let shape?) = graph.type(of: value) else {
        throw SampleError(
          "input \"\(name)\" has no declared tensor type to make up values for",
          remedy: "give it a value with --inputs")
      }
      let unnamed = "\(Dimension.unknown)"
      let unknown =
        generation.dimensions[unnamed] ?? generation.assumedDimensions[unnamed] ?? 1
      let extents = shape.dimensions.map { sizes.extent(of: $0) ?? unknown }
      let count = Tensor.elementCount(of: extents)
      guard let count, count <= generation.memoryLimit / 8 else {
        throw SampleError(
          "input \"\(name)\" of \(type)\(extents) exceeds the limit of "
            + "\(generation.memoryLimit) bytes",
          remedy: "choose smaller sizes with --set-dim")
      }
      let declared = generation.ranges[name]
      let range =
        declared ?? inference.range(of: value) ?? generation.learntRanges[name]
        ?? InputRange(standardFor: type)
      inputs.append(
        GeneratedInput(
          name: name, type: type, shape: extents, range: range, isDeclared: declared != nil,
          grid: graph.grid(of: value)))
    }
    return inputs
  }

  /// Returns random elements over the range.
  func random(_ random: inout SeededRandom) -> Tensor {
    guard type != .string else {
      let words: [ByteString] = ["", "a", "ferry", "0", "ONNX edge"]
      return Tensor(
        shape: shape, strings: (0..<count).map { _ in random.pick(words) ?? "" })
    }
    return tensor((0..<count).map { _ in random.number(in: range, isWhole: isWhole) })
  }

  /// Returns numbers as a tensor of the input's type.
  func tensor(_ numbers: [Double]) -> Tensor { Tensor(numbers, as: type, shape: shape) }
}

extension Tensor {
  /// Creates a tensor of numbers; whole ones that the type lacks become the nearest that it has.
  init(_ numbers: [Double], as type: ElementType, shape: [Int]) {
    guard type.isInteger || type == .bool else {
      self = Tensor(shape: shape, scalars: numbers).converted(to: type)
      return
    }
    let limits = type.integerRange
    let integers = numbers.map { number in
      max(limits.lowerBound, min(Int64(nearest: number), limits.upperBound))
    }
    self = Tensor(shape: shape, scalars: integers).converted(to: type)
  }
}

extension Graph {
  /// What the first quantizer that an input goes into tells apart.
  fileprivate func grid(of input: ValueID) -> QuantizedRange? {
    var grid: QuantizedRange?
    forEachUse(ofElementsOf: input) { node, index in
      if grid == nil, index == 0 { grid = QuantizedRange(of: node, in: self) }
    }
    return grid
  }
}
