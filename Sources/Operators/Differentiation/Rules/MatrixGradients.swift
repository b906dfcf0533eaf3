import IR
import Tensors

extension DifferentiationRules {
  /// Products of matrices.
  static let matrices = DifferentiationRules([
    "MatMul": .gradient(matrixProduct),
    "Gemm": .decomposition { node, new throws(OperatorError) in
      func factor(_ index: Int, _ name: String) throws(OperatorError) -> ValueID {
        let isTransposed = try node.value(of: AttributeKey<Bool>(name, default: false))
        let matrix = try node.input(index)
        return isTransposed ? new("Transpose", matrix) : matrix
      }
      func scaled(_ value: ValueID, _ name: String) throws(OperatorError) -> ValueID {
        let scale = try node.value(of: AttributeKey<Float>(name, default: 1))
        return scale == 1 ? value : new("Mul", value, new.scalar(Double(scale), like: value))
      }
      let product = new("MatMul", try factor(0, "transA"), try factor(1, "transB"))
      let result = try scaled(product, "alpha")
      guard let term = node.optionalInput(2) else { return [result] }
      return [new("Add", result, try scaled(term, "beta"))]
    },
  ])

  /// Of C = A·B the gradients are G·Bᵀ and Aᵀ·G; a vector is a row on the left, a column on the
  /// right.
  private static let matrixProduct: DifferentiationRule.Rewrite = {
    node, new throws(OperatorError) in
    let (a, b) = (try node.input(0), try node.input(1))
    var (left, right, gradient) = (a, b, try node.gradient())
    let (isRow, isColumn) = (try new.rank(of: a) == 1, try new.rank(of: b) == 1)
    if isColumn {
      right = new("Unsqueeze", b, new.integers([1]))
      gradient = new("Unsqueeze", gradient, new.integers([-1]))
    }
    if isRow {
      left = new("Unsqueeze", a, new.integers([0]))
      gradient = new("Unsqueeze", gradient, new.integers([-2]))
    }
    let leftGradient = new("MatMul", gradient, try new.transposed(right))
    let rightGradient = new("MatMul", try new.transposed(left), gradient)
    return [
      new.reshape(new.sum(leftGradient, to: left), like: a),
      new.reshape(new.sum(rightGradient, to: right), like: b),
    ]
  }
}
