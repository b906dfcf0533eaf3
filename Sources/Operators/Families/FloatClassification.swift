import IR
import Tensors

extension OperatorFamily {
  /// Operators that tell which elements are no ordinary numbers.
  static let floatClassification = OperatorFamily("float classification", [.isInf, .isNaN])
}

private let detectsNegative = AttributeKey<Bool>("detect_negative", default: true)
private let detectsPositive = AttributeKey<Bool>("detect_positive", default: true)

extension OperatorDefinition {
  fileprivate static let isInf = classification(
    "IsInf", versions: [10, 20],
    attributes: [detectsNegative.declaration, detectsPositive.declaration]
  ) { context throws(OperatorError) in
    let low = try context.value(of: detectsNegative)
    let high = try context.value(of: detectsPositive)
    return [
      try context.tensor(0).classified { $0 == .infinity && high || $0 == -.infinity && low }
    ]
  }

  fileprivate static let isNaN = classification("IsNaN", versions: [9, 13, 20]) {
    context throws(OperatorError) in [try context.tensor(0).classified { $0.isNaN }]
  }

  private static func classification(
    _ name: String, versions: [Int], attributes: [AttributeDeclaration] = [],
    evaluate: @escaping Kernel
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: versions, inputs: [.required("X", "T1")],
        outputs: [.required("Y", "T2")], attributes: attributes,
        constraints: ["T1": .tensors([.floats, .float8]), "T2": .tensors(.bool)]),
      inferTypes: { context in [.tensor(.bool, context.shape(0))] }, evaluate: evaluate)
  }
}

extension Tensor {
  fileprivate func classified(_ predicate: (Double) -> Bool) -> RuntimeValue {
    .tensor(mapped(converted(to: .float64), from: Double.self, to: Bool.self) { predicate($0) })
  }
}
