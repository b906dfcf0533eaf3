public import IR
import Tensors

extension Sample {
  /// Makes the samples of numbers at which implementations part: zeros, ends of ranges, ties of
  /// rounding, subnormal and largest numbers.
  ///
  /// Each has a name that says what it holds, and stays within the ranges that `generation` gives.
  /// Indices stay valid. Samples that would equal a former one are left out. All are optional.
  public static func boundaries(
    for graph: Graph, _ generation: Generation = Generation()
  ) throws(SampleError) -> [Sample] {
    let inputs = try GeneratedInput.inputs(of: graph, generation)
    var samples: [Sample] = []
    for boundary in Boundary.allCases where inputs.contains(where: boundary.applies) {
      var sample = Sample(name: boundary.rawValue, values: [:])
      sample.isOptional = true
      sample.isExtreme = boundary == .large || boundary == .extremes
      for input in inputs {
        var random = SeededRandom(seed: generation.seed, name: "\(boundary) of \(input.name)")
        sample.values[input.name] = .tensor(boundary.tensor(for: input, &random))
      }
      guard !samples.contains(where: { $0.values == sample.values }) else { continue }
      samples.append(sample)
    }
    return samples
  }
}

/// A kind of numbers at which implementations part.
private enum Boundary: String, CaseIterable {
  case zeros
  case ones
  /// The least number of each range; of indices the first place.
  case lowest
  /// The greatest number of each range; of indices the last place.
  case highest
  /// Multiples of 1/2, or of half the step of the quantizer that the input goes into.
  case ties
  /// Both ends of each range, and of what a quantizer tells apart also the numbers just beyond.
  case saturation
  /// Subnormal numbers.
  case denormals
  /// Numbers so large that a product of two is still finite.
  case large
  /// The largest finite numbers.
  case extremes

  /// Whether an input has such numbers.
  func applies(to input: GeneratedInput) -> Bool {
    switch self {
    case .zeros, .ones, .lowest, .highest, .saturation: input.type != .string
    case .ties, .denormals: input.hasFractions
    case .large, .extremes: input.hasExtremes
    }
  }

  /// Returns the numbers for an input, random ones where it has none of the kind.
  func tensor(for input: GeneratedInput, _ random: inout SeededRandom) -> Tensor {
    guard input.type != .string else { return input.random(&random) }
    return input.tensor((0..<input.count).map { _ in number(for: input, &random) })
  }

  private func number(for input: GeneratedInput, _ random: inout SeededRandom) -> Double {
    let range = input.range
    switch self {
    case .zeros: return range.clamped(0)
    case .ones: return range.clamped(1)
    case .lowest: return range.lowerBound
    case .highest: return range.upperBound
    case .ties: return input.tie(&random) ?? random.number(in: range, isWhole: input.isWhole)
    case .saturation: return random.pick(input.ends) ?? 0
    case .denormals:
      return input.denormal(&random) ?? random.number(in: range, isWhole: input.isWhole)
    case .large: return random.pick(input.large) ?? 0
    case .extremes: return random.pick(input.extremes) ?? 0
    }
  }
}

extension GeneratedInput {
  /// A random tie within the range; nil where there are none.
  fileprivate func tie(_ random: inout SeededRandom) -> Double? {
    guard hasFractions else { return nil }
    let half = (grid?.step ?? 1) / 2
    let range = quantizedRange
    let low = (range.lowerBound / half).rounded(.up)
    guard let counts = InputRange(low, (range.upperBound / half).rounded(.down)) else {
      return nil
    }
    return random.number(in: counts, isWhole: true) * half
  }

  /// A random subnormal number, or the nearest of a range that the user declares.
  fileprivate func denormal(_ random: inout SeededRandom) -> Double? {
    guard hasFractions, let magnitudes = type.magnitudes,
      let counts = InputRange(1, max(1, magnitudes.leastNormal / magnitudes.leastNonzero - 1))
    else { return nil }
    let magnitude = random.number(in: counts, isWhole: true) * magnitudes.leastNonzero
    let number = random.next() % 2 == 0 ? magnitude : -magnitude
    return isDeclared ? range.clamped(number) : number
  }

  /// The range, or what a quantizer tells apart where the user declares none.
  private var quantizedRange: InputRange {
    guard !isDeclared, let grid else { return range }
    return InputRange(grid.lowerBound, grid.upperBound) ?? range
  }

  /// The ends of the range, and what is just beyond that of a quantizer.
  fileprivate var ends: [Double] {
    let ends = [range.lowerBound, range.upperBound]
    guard let grid, hasFractions else { return ends }
    let beyond = [
      grid.lowerBound - grid.step, grid.lowerBound, grid.upperBound, grid.upperBound + grid.step,
    ]
    return ends + (isDeclared ? range.filter(beyond) : beyond)
  }

  /// The largest finite numbers of the type, or the ends of a range that is known.
  fileprivate var extremes: [Double] { ends { $0 } }

  /// The powers of two next to the roots of these.
  fileprivate var large: [Double] {
    ends { Double(sign: .plus, exponent: $0.exponent / 2, significand: 1) }
  }

  private func ends(_ magnitude: (_ greatest: Double) -> Double) -> [Double] {
    guard hasExtremes, let greatest = type.magnitudes?.greatest else {
      return [range.lowerBound, range.upperBound]
    }
    return [-magnitude(greatest), magnitude(greatest)]
  }

  /// Whether the largest numbers of the type may be numbers of the input.
  fileprivate var hasExtremes: Bool { !isDeclared && hasFractions }

  /// Whether numbers of the input may have fractions.
  fileprivate var hasFractions: Bool { !isWhole && type.magnitudes != nil }
}
