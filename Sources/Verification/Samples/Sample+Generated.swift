public import IR
import Tensors

extension Sample {
  /// How inputs are made up where no data is given.
  public struct Generation: Sendable {
    public var seed: UInt64

    /// The sizes of symbolic dimensions by name; the others are 1.
    public var dimensions: [String: Int]

    /// The bytes that one input may take.
    public var memoryLimit: Int

    public init(seed: UInt64 = 0, dimensions: [String: Int] = [:], memoryLimit: Int = 1 << 30) {
      self.seed = seed
      self.dimensions = dimensions
      self.memoryLimit = memoryLimit
    }
  }

  /// Makes inputs of the declared types: floating-point numbers in [-1, 1), 8-bit integers over
  /// their range, wider ones 0 or 1 since they are often indices.
  ///
  /// Inputs with a default keep it. The same seed gives the same values on every machine.
  public static func generated(
    for graph: Graph, _ generation: Generation = Generation()
  ) throws(SampleError) -> Sample {
    var values: [String: RuntimeValue] = [:]
    for input in graph.inputs where graph.constant(of: input) == nil {
      let name = graph.name(of: input)
      guard case .tensor(let type?, let shape?) = graph.type(of: input) else {
        throw SampleError(
          "input \"\(name)\" has no declared tensor type to make up values for",
          remedy: "give it a value with --inputs")
      }
      let extents = shape.dimensions.map { $0.extent(in: generation.dimensions) }
      values[name] = .tensor(try tensor(type, shape: extents, named: name, generation))
    }
    return Sample(name: "seed \(generation.seed)", values: values)
  }

  private static func tensor(
    _ type: ElementType, shape: [Int], named name: String, _ generation: Generation
  ) throws(SampleError) -> Tensor {
    let count = Tensor.elementCount(of: shape)
    guard let count, count <= generation.memoryLimit / 8 else {
      throw SampleError(
        "input \"\(name)\" of \(type)\(shape) exceeds the limit of \(generation.memoryLimit) bytes",
        remedy: "choose smaller sizes with --set-dim")
    }
    var random = SeededRandom(seed: generation.seed, name: name)
    if type == .string {
      let words: [ByteString] = ["", "a", "ferry", "0", "ONNX edge"]
      return Tensor(
        shape: shape,
        strings: (0..<count).map { _ in
          words[Int(random.next() % UInt64(words.count))]
        })
    }
    let scalars = (0..<count).map { _ in random.scalar(of: type) }
    return Tensor(shape: shape, scalars: scalars).converted(to: type)
  }
}

extension SeededRandom {
  fileprivate mutating func scalar(of type: ElementType) -> Double {
    switch type {
    case .int8: Double(Int(next() % 256) - 128)
    case .uint8: Double(next() % 256)
    case _ where type.isInteger, .bool: Double(next() % 2)
    default: nextUnit() * 2 - 1
    }
  }
}

extension Dimension {
  fileprivate func extent(in dimensions: [String: Int]) -> Int {
    switch self {
    case .fixed(let value): max(0, value)
    case .symbolic(let expression): dimensions[expression.description] ?? 1
    case .unknown: 1
    }
  }
}
