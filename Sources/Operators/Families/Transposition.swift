import IR
import Tensors

extension OperatorFamily {
  /// Operators that reorder axes.
  static let transposition = OperatorFamily("transposition", [.transpose])
}

private enum Transpose: MovementKernel {
  static let permutation = OptionalAttributeKey<[Int]>("perm")

  /// Returns the source axis of each axis of the result; without an attribute the reverse order.
  static func order(_ permutation: [Int]?, rank: Int) throws(OperatorError) -> [Int] {
    guard let permutation else { return Array((0..<rank).reversed()) }
    guard permutation.sorted() == Array(0..<rank) else {
      throw OperatorError(
        .invalidAttribute, "perm \(permutation) does not order the axes of a tensor of rank \(rank)"
      )
    }
    return permutation
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let order = try order(try context.value(of: permutation), rank: input.shape.count)
    let strides = rowMajorStrides(of: input.shape)
    let shape = order.map { input.shape[$0] }
    try context.checkOutput(of: Element.self, shape: shape)
    let copy = StridedCopy(extents: shape, sourceStrides: order.map { strides[$0] })
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        input.withElements(of: Element.self) { copy.run(from: $0, to: result) }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Reorders the axes of a tensor.
  fileprivate static let transpose = OperatorDefinition(
    OperatorSchema(
      "Transpose", versions: [1, 13, 21, 23, 24, 25], inputs: [.required("data", "T")],
      outputs: [.required("transposed", "T")],
      attributes: [Transpose.permutation.declaration], constraints: ["T": .tensors(.common)]),
    inferTypes: { context throws(OperatorError) in
      let permutation = try context.value(of: Transpose.permutation)
      guard let shape = context.shape(0) else {
        let shape = permutation.map { Shape([Dimension](repeating: .unknown, count: $0.count)) }
        return [.tensor(context.elementType(0), shape)]
      }
      let order = try Transpose.order(permutation, rank: shape.rank)
      return [
        InferredValue(
          .tensor(context.elementType(0), Shape(order.map { shape[$0] })),
          elements: shape.rank < 2 ? context.elements(0) : nil)
      ]
    },
    evaluate: movement(Transpose.self))
}
