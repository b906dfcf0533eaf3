import Glibc
import IR

/// Support vectors and the function that compares a row of features with each of them.
struct SupportVectors {
  /// How a row is compared with a vector (attribute `kernel_type`).
  enum Comparison: String, AttributeChoice {
    /// The product x·v.
    case linear = "LINEAR"
    /// The power (gamma x·v + coef0) ^ degree.
    case polynomial = "POLY"
    /// The exponential of -gamma |x - v|².
    case radial = "RBF"
    /// The hyperbolic tangent of gamma x·v + coef0.
    case sigmoid = "SIGMOID"
  }

  let comparison: Comparison
  let count: Int
  let width: Int
  private let vectors: [Double]
  private let gamma: Double
  private let offset: Double
  private let degree: Double

  static let vectorsKey = OptionalAttributeKey<[Float]>("support_vectors")
  static let typeKey = AttributeKey<String>("kernel_type", default: "LINEAR")
  static let parametersKey = OptionalAttributeKey<[Float]>("kernel_params")
  /// The weights of comparisons.
  static let coefficientsKey = OptionalAttributeKey<[Float]>("coefficients")
  /// What is added to sums of weighted comparisons.
  static let rhoKey = OptionalAttributeKey<[Float]>("rho")

  /// Reads an attribute; nothing when it is left out.
  static func numbers(
    _ key: OptionalAttributeKey<[Float]>, _ attributes: Attributes
  ) throws(OperatorError) -> [Double] {
    try (attributes.value(of: key) ?? []).map(Double.init)
  }

  /// Reads `count` vectors and the function from attributes.
  ///
  /// - Throws: `invalidAttribute` for lists that cannot be divided as they must.
  init(_ attributes: Attributes, count: Int) throws(OperatorError) {
    comparison = try Comparison(
      try attributes.value(of: Self.typeKey), of: Self.typeKey.name)
    let list = try attributes.value(of: Self.vectorsKey) ?? []
    guard count > 0, list.count % count == 0 else {
      throw OperatorError(
        .invalidAttribute, "support_vectors has \(list.count) numbers for \(count) vectors")
    }
    self.count = count
    width = list.count / count
    vectors = list.map(Double.init)
    let parameters = try attributes.value(of: Self.parametersKey) ?? []
    guard parameters.isEmpty || parameters.count == 3 else {
      throw OperatorError(
        .invalidAttribute, "kernel_params has \(parameters.count) numbers",
        remedy: "give gamma, coef0 and degree")
    }
    gamma = Double(parameters.first ?? 0)
    offset = parameters.isEmpty ? 0 : Double(parameters[1])
    degree = Double(parameters.last ?? 0)
  }

  /// Checks that rows of features are as long as the vectors.
  func check(_ features: FeatureMatrix) throws(OperatorError) {
    guard features.columns == width else {
      throw OperatorError(
        .incompatibleShapes,
        "rows of \(features.columns) features are compared with support vectors of \(width)")
    }
  }

  /// Sets `values` to the comparisons of a row with each vector.
  ///
  /// - Precondition: the row has ``width`` features.
  func compare(_ row: UnsafeBufferPointer<Double>, into values: inout [Double]) {
    vectors.withUnsafeBufferPointer { vectors in
      for vector in 0..<count {
        let start = vector * width
        var sum = 0.0
        if comparison == .radial {
          for index in 0..<width {
            let difference = row[index] - vectors[start + index]
            sum += difference * difference
          }
        } else {
          for index in 0..<width { sum += row[index] * vectors[start + index] }
        }
        values[vector] = value(of: sum)
      }
    }
  }

  private func value(of sum: Double) -> Double {
    switch comparison {
    case .linear: sum
    case .polynomial: pow(gamma * sum + offset, degree)
    case .radial: exp(-gamma * sum)
    case .sigmoid: tanh(gamma * sum + offset)
    }
  }
}
