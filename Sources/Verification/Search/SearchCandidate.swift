import Tensors

/// A sample as a search changes it.
struct SearchCandidate {
  /// The numbers of one input.
  struct Gene {
    let name: String
    let type: ElementType
    let shape: [Int]
    let range: InputRange
    var numbers: [Double]

    var isWhole: Bool { type.isInteger || type == .bool || range.isIndex }

    /// Returns the number nearest to `number` that the input may hold.
    func allowed(_ number: Double) -> Double {
      guard !number.isNaN else { return range.clamped(0) }
      let clamped = range.clamped(number)
      return isWhole ? range.clamped(clamped.rounded()) : clamped
    }
  }

  /// The inputs that are changed, in the order of their names.
  var genes: [Gene]
  private let origin: Sample

  /// Takes apart a sample.
  init(_ sample: Sample, ranges: [String: InputRange]) {
    origin = sample
    genes = sample.values.sorted { $0.key < $1.key }.compactMap { name, value in
      guard let tensor = value.tensor, tensor.encoding == .dense, tensor.count > 0,
        tensor.elementType != .string, tensor.elementType.kind != .complex,
        let range = ranges[name]
      else { return nil }
      let numbers = tensor.converted(to: .float64).scalars(of: Double.self)
      // 64-bit integers may have more digits.
      guard Tensor(numbers, as: tensor.elementType, shape: tensor.shape) == tensor else {
        return nil
      }
      return Gene(
        name: name, type: tensor.elementType, shape: tensor.shape, range: range, numbers: numbers)
    }
  }

  /// Whether there is anything to change.
  var isMutable: Bool { !genes.isEmpty }

  /// The sample that the candidate stands for.
  var sample: Sample {
    var sample = origin
    for gene in genes {
      sample.values[gene.name] = .tensor(
        Tensor(gene.numbers, as: gene.type, shape: gene.shape))
    }
    return sample
  }

  /// Whether both have the same inputs of the same shapes.
  func isCompatible(with other: SearchCandidate) -> Bool {
    genes.count == other.genes.count
      && zip(genes, other.genes).allSatisfy { $0.name == $1.name && $0.shape == $1.shape }
  }
}
