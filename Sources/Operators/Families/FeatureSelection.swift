import IR
import Tensors

extension OperatorFamily {
  /// Operators that choose features and put them together.
  static let featureSelection = OperatorFamily(
    "feature selection", [.arrayFeatureExtractor, .featureVectorizer])
}

// MARK: - ArrayFeatureExtractor

private enum ArrayFeatureExtractor: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let indices = try context.integers(1)
    guard let width = input.shape.last else {
      throw OperatorError(.incompatibleShapes, "a scalar has no features")
    }
    if let index = indices.first(where: { !(0..<width).contains($0) }) {
      throw OperatorError(
        .invalidValue, "index \(index) is out of range for rows of \(width) features")
    }
    // A list counts as one row.
    let rows = input.shape.count == 1 ? [1] : Array(input.shape.dropLast())
    let shape = rows + [indices.count]
    try context.checkOutput(of: Element.self, shape: shape)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        guard !result.isEmpty else { return }
        input.withElements(of: Element.self) { source in
          for row in 0..<product(rows) {
            for (place, index) in indices.enumerated() {
              result[row * indices.count + place] = source[row * width + index]
            }
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Chooses elements along the last axis.
  fileprivate static let arrayFeatureExtractor = OperatorDefinition(
    OperatorSchema(
      "ArrayFeatureExtractor", domain: "ai.onnx.ml", versions: [1],
      inputs: [.required("X", "T"), .required("Y", "tensor(int64)")],
      outputs: [.required("Z", "T")],
      constraints: ["T": .tensors([.float32, .float64, .indices, .string])]),
    inferTypes: { context in
      let type = context.elementType(0)
      guard let shape = context.shape(0) else { return [.tensor(type)] }
      let count = context.shape(1)?.dimensions.reduce(1, *) ?? .unknown
      let rows = shape.rank == 1 ? [1] : Array(shape.dimensions.dropLast())
      return [.tensor(type, Shape(rows + [count]))]
    },
    evaluate: movement(ArrayFeatureExtractor.self))
}

// MARK: - FeatureVectorizer

private enum FeatureVectorizer {
  static let widths = OptionalAttributeKey<[Int]>("inputdimensions")

  /// Inputs with more features than their width are cut, those with fewer are filled with zeros.
  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    var inputs: [Tensor] = []
    for index in context.inputs.indices { inputs.append(try context.tensor(index)) }
    var matrices: [(rows: Int, columns: Int)] = []
    for input in inputs {
      guard input.rank > 0 else {
        throw OperatorError(.incompatibleShapes, "a scalar has no features")
      }
      let isRow = input.rank == 1
      matrices.append(
        (isRow ? 1 : input.shape[0], isRow ? input.shape[0] : product(input.shape[1...])))
    }
    let widths = try context.value(of: widths) ?? matrices.map(\.columns)
    let rows = matrices[0].rows
    guard matrices.allSatisfy({ $0.rows == rows }) else {
      throw OperatorError(
        .incompatibleShapes, "the inputs have \(matrices.map(\.rows)) rows of features")
    }
    let shape = [rows, try total(widths, inputCount: inputs.count)]
    let type = context.resultType(for: .float32)
    try context.checkOutput(.float64, shape: shape)
    let result = Tensor(of: Double.self, shape: shape) { result in
      guard !result.isEmpty else { return }
      result.update(repeating: 0)
      var start = 0
      for (index, input) in inputs.enumerated() {
        let columns = matrices[index].columns
        input.converted(to: .float64).withScalars(of: Double.self) { source in
          for row in 0..<rows {
            for column in 0..<min(columns, widths[index]) {
              result[row * shape[1] + start + column] = source[row * columns + column]
            }
          }
        }
        start += widths[index]
      }
    }
    return [.tensor(result.converted(to: type))]
  }

  /// Returns the sum of the widths.
  static func total(_ widths: [Int], inputCount: Int) throws(OperatorError) -> Int {
    var total = 0
    for width in widths {
      let (sum, overflow) = total.addingReportingOverflow(width)
      guard width >= 0, !overflow else {
        throw OperatorError(.invalidAttribute, "inputdimensions is \(widths)")
      }
      total = sum
    }
    try checkCounts(("inputs", inputCount), [("inputdimensions", widths.count)])
    return total
  }
}

extension OperatorDefinition {
  /// Puts rows of features side by side.
  fileprivate static let featureVectorizer = OperatorDefinition(
    OperatorSchema(
      "FeatureVectorizer", domain: "ai.onnx.ml", versions: [1], inputs: [.variadic("X", "T1")],
      outputs: [.required("Y", "tensor(float)")],
      attributes: [FeatureVectorizer.widths.declaration],
      constraints: ["T1": .tensors([.float32, .float64, .indices])]),
    inferTypes: { context throws(OperatorError) in
      let shapes = context.inputs.indices.map { context.shape($0) }
      let rows = shapes.first?.map { $0.rank == 1 ? 1 : $0.dimensions.first ?? .unknown }
      var width: Dimension
      if let widths = try context.value(of: FeatureVectorizer.widths) {
        width = .fixed(
          try FeatureVectorizer.total(widths, inputCount: context.inputs.count))
      } else {
        width = shapes.reduce(0) { sum, shape in
          let columns = shape.map { $0.dimensions.dropFirst($0.rank == 1 ? 0 : 1).reduce(1, *) }
          return sum + (columns ?? .unknown)
        }
      }
      return [.tensor(.float32, [rows ?? .unknown, width])]
    },
    evaluate: { context throws(OperatorError) in try FeatureVectorizer.evaluate(context) })
}
