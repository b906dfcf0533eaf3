import IR
import Tensors

extension OperatorFamily {
  /// Operators that prepare numbers for a model, one by one or row by row.
  static let featureScaling = OperatorFamily(
    "feature scaling", [.binarizer, .imputer, .normalizer, .scaler])
}

private let numbers: ElementTypes = [.float32, .float64, .indices]

/// Returns the element of a list that belongs to each feature of the last axis of a tensor.
///
/// - Throws: `invalidAttribute` for a list that has neither one element nor one for each feature.
private func perFeature<Element>(
  _ list: [Element], named name: String, of tensor: Tensor
) throws(OperatorError) -> [Element] {
  let width = tensor.shape.last ?? 1
  if list.count == width { return list }
  guard list.count == 1 else {
    throw OperatorError(
      .invalidAttribute, "\(name) has \(list.count) elements for \(width) features",
      remedy: "give one for all features, or one for each")
  }
  // Without elements the axis may have any extent.
  return tensor.count == 0 ? list : [Element](repeating: list[0], count: width)
}

// MARK: - Scaler

private enum Scaler {
  static let offset = OptionalAttributeKey<[Float]>("offset")
  static let scale = OptionalAttributeKey<[Float]>("scale")

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let tensor = try context.tensor(0)
    let offset = try list(offset, else: 0, context)
    let scale = try list(scale, else: 1, context)
    if offset.count > 1, scale.count > 1 {
      try checkCounts(("offset", offset.count), [("scale", scale.count)])
    }
    let offsets = try perFeature(offset, named: "offset", of: tensor)
    let scales = try perFeature(scale, named: "scale", of: tensor)
    var feature = 0
    let result = mapped(tensor.converted(to: .float64), from: Double.self, to: Double.self) {
      let scaled = ($0 - offsets[feature]) * scales[feature]
      feature = feature + 1 == offsets.count ? 0 : feature + 1
      return scaled
    }
    return [.tensor(result.converted(to: context.resultType(for: .float32)))]
  }

  private static func list(
    _ key: OptionalAttributeKey<[Float]>, else value: Double, _ context: borrowing KernelContext
  ) throws(OperatorError) -> [Double] {
    let list = try context.value(of: key) ?? []
    return list.isEmpty ? [value] : list.map(Double.init)
  }
}

extension OperatorDefinition {
  /// Subtracts an offset from each feature and multiplies what is left.
  fileprivate static let scaler = OperatorDefinition(
    OperatorSchema(
      "Scaler", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "tensor(float)")],
      attributes: [Scaler.offset.declaration, Scaler.scale.declaration],
      constraints: ["T": .tensors(numbers)]),
    inferTypes: { context in [.tensor(.float32, context.shape(0))] },
    evaluate: { context throws(OperatorError) in try Scaler.evaluate(context) })
}

// MARK: - Normalizer

/// What the features of a row are divided by (attribute `norm`).
private enum Norm: String, AttributeChoice {
  /// The greatest feature.
  case greatest = "MAX"
  /// The sum of the magnitudes.
  case sum = "L1"
  /// The root of the sum of the squares.
  case length = "L2"

  static let key = AttributeKey<String>("norm", default: "MAX")

  func divisor(_ row: UnsafeBufferPointer<Double>) -> Double {
    switch self {
    case .greatest: row.reduce(-.infinity) { max($0, $1) }
    case .sum: row.reduce(0) { $0 + abs($1) }
    case .length: row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  func evaluate(_ context: borrowing KernelContext) throws(OperatorError) -> [RuntimeValue] {
    let tensor = try context.tensor(0)
    let features = try FeatureMatrix(tensor)
    let result = Tensor(of: Double.self, shape: tensor.shape) { result in
      guard !result.isEmpty else { return }
      features.forEachRow { number, row in
        let divisor = divisor(row)
        let start = number * features.columns
        for (column, feature) in row.enumerated() {
          result[start + column] = divisor == 0 ? feature : feature / divisor
        }
      }
    }
    return [.tensor(result.converted(to: context.resultType(for: .float32)))]
  }
}

extension OperatorDefinition {
  /// Divides each row of features by its norm, unless that is zero.
  fileprivate static let normalizer = OperatorDefinition(
    OperatorSchema(
      "Normalizer", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "tensor(float)")], attributes: [Norm.key.declaration],
      constraints: ["T": .tensors(numbers)]),
    inferTypes: { context throws(OperatorError) in
      _ = try context.featureRows(0)
      return [.tensor(.float32, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      try Norm(try context.value(of: Norm.key), of: Norm.key.name).evaluate(context)
    })
}

// MARK: - Binarizer

private enum Binarizer {
  static let threshold = AttributeKey<Float>("threshold", default: 0)

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let tensor = try context.tensor(0)
    let threshold = Double(try context.value(of: threshold))
    let result = mapped(tensor.converted(to: .float64), from: Double.self, to: Double.self) {
      $0 > threshold ? 1 : 0
    }
    return [.tensor(result.converted(to: tensor.elementType))]
  }
}

extension OperatorDefinition {
  /// Maps numbers above a threshold to 1 and all others to 0.
  fileprivate static let binarizer = OperatorDefinition(
    OperatorSchema(
      "Binarizer", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")], attributes: [Binarizer.threshold.declaration],
      constraints: ["T": .tensors(numbers)]),
    inferTypes: sameAsFirstInput,
    evaluate: { context throws(OperatorError) in try Binarizer.evaluate(context) })
}

// MARK: - Imputer

private enum Imputer {
  static let replacedReal = AttributeKey<Float>("replaced_value_float", default: 0)
  static let replacedInteger = AttributeKey<Int>("replaced_value_int64", default: 0)
  static let imputedReals = OptionalAttributeKey<[Float]>("imputed_value_floats")
  static let imputedIntegers = OptionalAttributeKey<[Int]>("imputed_value_int64s")

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let tensor = try context.tensor(0)
    let result =
      tensor.elementType.isFloatingPoint
      ? try imputedReal(tensor, context) : try imputedInteger(tensor, context)
    return [.tensor(result.converted(to: tensor.elementType))]
  }

  private static func imputedReal(
    _ tensor: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let replaced = Double(try context.value(of: replacedReal))
    let list = try context.value(of: imputedReals) ?? []
    let imputed = try perFeature(list.map(Double.init), named: imputedReals.name, of: tensor)
    return replacing(in: tensor.converted(to: .float64), with: imputed) {
      $0 == replaced || ($0.isNaN && replaced.isNaN)
    }
  }

  private static func imputedInteger(
    _ tensor: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let replaced = Int64(try context.value(of: replacedInteger))
    let list = try context.value(of: imputedIntegers) ?? []
    if tensor.elementType == .int32, let value = list.first(where: { Int32(exactly: $0) == nil }) {
      throw OperatorError(.invalidAttribute, "\(imputedIntegers.name) has \(value) for int32")
    }
    let imputed = try perFeature(list.map(Int64.init), named: imputedIntegers.name, of: tensor)
    return replacing(in: tensor.converted(to: .int64), with: imputed) { $0 == replaced }
  }

  private static func replacing<Scalar: TensorScalar>(
    in tensor: Tensor, with imputed: [Scalar], where isMissing: (Scalar) -> Bool
  ) -> Tensor {
    var feature = 0
    return mapped(tensor, from: Scalar.self, to: Scalar.self) { element in
      let value = isMissing(element) ? imputed[feature] : element
      feature = feature + 1 == imputed.count ? 0 : feature + 1
      return value
    }
  }
}

extension OperatorDefinition {
  /// Replaces the number that marks missing features by the one for the feature.
  fileprivate static let imputer = OperatorDefinition(
    OperatorSchema(
      "Imputer", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        Imputer.imputedReals.declaration, Imputer.imputedIntegers.declaration,
        Imputer.replacedReal.declaration, Imputer.replacedInteger.declaration,
      ], constraints: ["T": .tensors(numbers)]),
    inferTypes: sameAsFirstInput,
    evaluate: { context throws(OperatorError) in try Imputer.evaluate(context) })
}
