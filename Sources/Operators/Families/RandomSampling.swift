import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Operators that draw outcomes whose probabilities are given.
  static let randomSampling = OperatorFamily("random sampling", [.bernoulli, .multinomial])
}

/// Returns the type that an attribute names, having checked that outcomes may have it.
private func outcomeType(
  _ number: Int, among allowed: ElementTypes
) throws(OperatorError) -> ElementType {
  let type = try ElementType(number: number, of: "dtype")
  guard allowed.contains(type) else {
    throw OperatorError(
      .invalidAttribute, "outcomes are not written as \(type)",
      remedy: "set dtype to one of \(allowed.elements.map(\.name).joined(separator: ", "))")
  }
  return type
}

// MARK: - Bernoulli

private enum Bernoulli {
  static let type = OptionalAttributeKey<Int>("dtype")
  static let types: ElementTypes = [.numeric, .bool]

  /// Returns which elements come out as one.
  static func draw(_ probabilities: Tensor, _ numbers: RandomNumbers) -> Tensor {
    let wide = probabilities.converted(to: .float64)
    return wide.withScalars(of: Double.self) { probabilities in
      Tensor(of: Bool.self, shape: wide.shape) { result in
        for index in result.indices {
          result[index] = numbers.uniform(index) < probabilities[index]
        }
      }
    }
  }
}

extension OperatorDefinition {
  /// Draws ones with the probabilities that the input holds, and zeros otherwise.
  ///
  /// What is not below 1 is certain; what is not above 0, NaN included, never comes.
  fileprivate static let bernoulli = OperatorDefinition(
    OperatorSchema(
      "Bernoulli", versions: [15, 22], inputs: [.required("input", "T1")],
      outputs: [.required("output", "T2")],
      attributes: [Bernoulli.type.declaration, RandomNumbers.seed.declaration],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(Bernoulli.types)]),
    inferTypes: { context throws(OperatorError) in
      let number = try context.value(of: Bernoulli.type)
      let type =
        if let number { try outcomeType(number, among: Bernoulli.types) } else {
          context.elementType(0)
        }
      return [.tensor(type, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      let input = try context.tensor(0)
      var type = input.elementType
      if let number = try context.value(of: Bernoulli.type) {
        type = context.resultType(for: try outcomeType(number, among: Bernoulli.types))
      }
      try context.checkOutput(type, shape: input.shape)
      let outcomes = Bernoulli.draw(input, try RandomNumbers(for: context.node))
      return [.tensor(outcomes.converted(to: type))]
    })
}

// MARK: - Multinomial

private enum Multinomial {
  static let type = AttributeKey<Int>("dtype", default: Int(ElementType.int32.rawValue))
  static let sampleSize = AttributeKey<Int>("sample_size", default: 1)

  /// Returns the sums of the probabilities up to each outcome, not divided by their total.
  static func cumulated(
    _ logarithms: UnsafeBufferPointer<Double>, row: Int
  ) throws(OperatorError) -> [Double] {
    // The greatest counts as 1, so that nothing overflows.
    let greatest = logarithms.max() ?? -.infinity
    var sum = 0.0
    let sums = logarithms.map { logarithm in
      sum += exp(logarithm - greatest)
      return sum
    }
    guard sum.isFinite, sum > 0 else {
      throw OperatorError(.invalidValue, "row \(row) of the input holds no probabilities")
    }
    return sums
  }

  /// Returns the first outcome whose sum is above `point`; `point` is below the last sum.
  static func outcome(at point: Double, in sums: [Double]) -> Int {
    var range = 0..<(sums.count - 1)
    while let low = range.first {
      let middle = low + range.count / 2
      range = sums[middle] > point ? low..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }

  static func draw(
    _ logarithms: Tensor, count: Int, _ numbers: RandomNumbers
  ) throws(OperatorError) -> Tensor {
    let (rows, classes) = (logarithms.shape[0], logarithms.shape[1])
    guard rows > 0, count > 0 else { return Tensor(shape: [rows, count], scalars: [] as [Int64]) }
    return try logarithms.withScalars(of: Double.self) { (logarithms) throws(OperatorError) in
      try Tensor(of: Int64.self, shape: [rows, count]) { (result) throws(OperatorError) in
        for row in 0..<rows {
          let slice = logarithms[(row * classes)..<((row + 1) * classes)]
          let sums = try cumulated(UnsafeBufferPointer(rebasing: slice), row: row)
          for index in (row * count)..<((row + 1) * count) {
            let point = numbers.uniform(index) * sums[classes - 1]
            result[index] = Int64(outcome(at: point, in: sums))
          }
        }
      }
    }
  }
}

extension OperatorDefinition {
  /// Draws outcomes, with replacement, from the logarithms of their probabilities.
  fileprivate static let multinomial = OperatorDefinition(
    OperatorSchema(
      "Multinomial", versions: [7, 22], inputs: [.required("input", "T1")],
      outputs: [.required("output", "T2")],
      attributes: [
        Multinomial.type.declaration, Multinomial.sampleSize.declaration,
        RandomNumbers.seed.declaration,
      ],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(.indices)]),
    inferTypes: { context throws(OperatorError) in
      let type = try outcomeType(try context.value(of: Multinomial.type), among: .indices)
      let count = try sampleSize(try context.value(of: Multinomial.sampleSize))
      guard let shape = context.shape(0) else { return [.tensor(type, [.unknown, .fixed(count)])] }
      try checkRank(shape.rank)
      return [.tensor(type, [shape[0], .fixed(count)])]
    },
    evaluate: { context throws(OperatorError) in
      let input = try context.tensor(0)
      try checkRank(input.rank)
      let type = try outcomeType(try context.value(of: Multinomial.type), among: .indices)
      let count = try sampleSize(try context.value(of: Multinomial.sampleSize))
      try context.checkOutput(.int64, shape: [input.shape[0], count])
      let outcomes = try Multinomial.draw(
        input.converted(to: .float64), count: count, try RandomNumbers(for: context.node))
      return [.tensor(outcomes.converted(to: type))]
    })

  private static func checkRank(_ rank: Int) throws(OperatorError) {
    guard rank == 2 else {
      throw OperatorError(
        .incompatibleShapes, "the input is of rank \(rank), not a row of outcomes for each batch")
    }
  }

  private static func sampleSize(_ count: Int) throws(OperatorError) -> Int {
    guard count >= 0 else {
      throw OperatorError(.invalidAttribute, "\(count) samples are asked for")
    }
    return count
  }
}
