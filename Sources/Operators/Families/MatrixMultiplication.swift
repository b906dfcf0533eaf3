import IR
import Tensors

extension OperatorFamily {
  /// Products of matrices.
  static let matrixMultiplication = OperatorFamily("matrix multiplication", [.gemm, .matMul])
}

/// Returns a kernel whose floating-point numbers are multiplied in blocks, integers one by one.
private func matrixKernel<Real: RealKernel, Whole: NumericKernel>(
  _ realKernel: Real.Type, integers wholeKernel: Whole.Type
) -> OperatorDefinition.Kernel {
  let (real, whole) = (real(realKernel), numeric(wholeKernel))
  return { context throws(OperatorError) in
    try context.tensor(0).elementType.isFloatingPoint ? try real(context) : try whole(context)
  }
}

private let matrixTypes: ElementTypes = [
  .floats, .indices, ElementTypes([.uint32, .uint64]),
]

// MARK: - MatMul

/// The product of two stacks of matrices: what is stacked broadcasts.
private struct MatrixStacks {
  let rows: Int
  let depth: Int
  let columns: Int
  /// The extents of the stacks, outermost first.
  let left: [Int]
  let right: [Int]
  let stack: [Int]
  let shape: [Int]

  init(_ left: [Int], _ right: [Int]) throws(OperatorError) {
    try MatrixStacks.check(leftRank: left.count, rightRank: right.count)
    let (first, second) = (
      left.count == 1 ? [1] + left : left, right + (right.count == 1 ? [1] : [])
    )
    (rows, depth) = (first[first.count - 2], first[first.count - 1])
    columns = second[second.count - 1]
    self.left = first.dropLast(2)
    self.right = second.dropLast(2)
    stack = try broadcastShape(of: [self.left, self.right])
    shape = stack + (left.count == 1 ? [] : [rows]) + (right.count == 1 ? [] : [columns])
    guard second[second.count - 2] == depth else {
      throw OperatorError(
        .incompatibleShapes, "matrices of the shapes \(left) and \(right) have no product",
        remedy: "the columns of the first must be as many as the rows of the second")
    }
  }

  static func check(leftRank: Int, rightRank: Int) throws(OperatorError) {
    guard leftRank > 0, rightRank > 0 else {
      throw OperatorError(.incompatibleShapes, "a scalar has no matrix product")
    }
  }

  /// Calls `body` with the place of each product in the result and of its factors.
  func forEachProduct(_ body: (_ result: Int, _ left: Int, _ right: Int) -> Void) {
    guard rows > 0, columns > 0 else { return }
    let walk = BroadcastWalk(shape: stack, operands: [left, right])
    let (stepA, stepB) = (walk.strides[0].last ?? 0, walk.strides[1].last ?? 0)
    walk.forEachRun { start, offsets, count in
      for index in 0..<count {
        body(
          (start + index) * rows * columns, (offsets[0] + index * stepA) * rows * depth,
          (offsets[1] + index * stepB) * depth * columns)
      }
    }
  }
}

private enum MatMul: RealKernel, NumericKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    let stacks = try MatrixStacks(left.shape, right.shape)
    try context.checkOutput(Scalar.elementType, shape: stacks.shape)
    // One matrix on the right: the matrices on the left are one under the other.
    let isOne = product(stacks.right) == 1
    let rows = isOne ? product(stacks.left) * stacks.rows : stacks.rows
    let product = MatrixProduct<Scalar>(rows: stacks.depth, columns: stacks.columns)
    let output = Tensor(of: Scalar.self, shape: stacks.shape) { result in
      left.withUnalignedScalars(of: Scalar.self) { a in
        right.withUnalignedScalars(of: Scalar.self) { b in
          guard !result.isEmpty, let a = a.baseAddress, let b = b.baseAddress,
            let target = result.baseAddress
          else {
            return result.update(repeating: 0)
          }
          let multiply = { (start: Int, first: Int, second: Int) in
            product.multiply(
              MatrixView(a + first, rows: rows, columns: stacks.depth),
              MatrixView(b + second, rows: stacks.depth, columns: stacks.columns),
              into: target + start, stride: stacks.columns)
          }
          isOne ? multiply(0, 0, 0) : stacks.forEachProduct(multiply)
        }
      }
    }
    return [output]
  }

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    let stacks = try MatrixStacks(left.shape, right.shape)
    try context.checkOutput(Scalar.elementType, shape: stacks.shape)
    let output = Tensor(of: Scalar.self, shape: stacks.shape) { result in
      result.update(repeating: .zero)
      left.withScalars(of: Scalar.self) { a in
        right.withScalars(of: Scalar.self) { b in
          stacks.forEachProduct { start, first, second in
            let left = Strided(numbers: a, start: first, row: stacks.depth, column: 1)
            let right = Strided(numbers: b, start: second, row: stacks.columns, column: 1)
            addProduct(
              left, right, rows: stacks.rows, depth: stacks.depth, columns: stacks.columns,
              to: result, at: start)
          }
        }
      }
    }
    return [output]
  }
}

/// A matrix of any numbers, by the distances of its rows and columns.
private struct Strided<Scalar: NumericScalar> {
  let numbers: UnsafeBufferPointer<Scalar>
  let start: Int
  let row: Int
  let column: Int
}

private func addProduct<Scalar: NumericScalar>(
  _ left: Strided<Scalar>, _ right: Strided<Scalar>, rows: Int, depth: Int, columns: Int,
  to result: UnsafeMutableBufferPointer<Scalar>, at start: Int
) {
  guard columns > 0 else { return }
  for row in 0..<rows {
    for step in 0..<depth {
      let factor = left.numbers[left.start + row * left.row + step * left.column]
      let source = right.start + step * right.row
      for column in 0..<columns {
        let target = start + row * columns + column
        let product = Scalar.product(factor, right.numbers[source + column * right.column])
        result[target] = .sum(result[target], product)
      }
    }
  }
}

// MARK: - Gemm

private enum Gemm: RealKernel, NumericKernel {
  static let alpha = AttributeKey<Float>("alpha", default: 1)
  static let beta = AttributeKey<Float>("beta", default: 1)
  static let transA = AttributeKey<Bool>("transA", default: false)
  static let transB = AttributeKey<Bool>("transB", default: false)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let form = try GemmForm(context)
    try context.checkOutput(Scalar.elementType, shape: form.shape)
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    let product = MatrixProduct<Scalar>(rows: form.depth, columns: form.columns)
    let output = Tensor(of: Scalar.self, shape: form.shape) { result in
      left.withUnalignedScalars(of: Scalar.self) { a in
        right.withUnalignedScalars(of: Scalar.self) { b in
          guard !result.isEmpty, let a = a.baseAddress, let b = b.baseAddress,
            let target = result.baseAddress
          else {
            return result.update(repeating: 0)
          }
          let first = MatrixView(a, rows: left.shape[0], columns: left.shape[1])
          let second = MatrixView(b, rows: right.shape[0], columns: right.shape[1])
          product.multiply(
            form.transposesLeft ? first.transposed : first,
            form.transposesRight ? second.transposed : second,
            into: target, stride: form.columns)
        }
      }
      let alpha = Scalar(form.alpha)
      if alpha != 1 { for index in result.indices { result[index] *= alpha } }
      let beta = Scalar(form.beta)
      form.forEachAddend(try? context.optionalTensor(2), of: Scalar.self) { index, addend in
        result[index] += beta == 1 ? addend : beta * addend
      }
    }
    return [output]
  }

  /// With factors other than 1, the parts of a sum of integers are rounded toward zero.
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let form = try GemmForm(context)
    try context.checkOutput(Scalar.elementType, shape: form.shape)
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    let output = Tensor(of: Scalar.self, shape: form.shape) { result in
      result.update(repeating: .zero)
      left.withScalars(of: Scalar.self) { a in
        right.withScalars(of: Scalar.self) { b in
          addProduct(
            strided(a, columns: left.shape[1], isTransposed: form.transposesLeft),
            strided(b, columns: right.shape[1], isTransposed: form.transposesRight),
            rows: form.rows, depth: form.depth, columns: form.columns, to: result, at: 0)
        }
      }
      for index in result.indices { result[index] = scaled(result[index], by: form.alpha) }
      form.forEachAddend(try? context.optionalTensor(2), of: Scalar.self) { index, addend in
        result[index] = .sum(result[index], scaled(addend, by: form.beta))
      }
    }
    return [output]
  }

  private static func strided<Scalar: NumericScalar>(
    _ numbers: UnsafeBufferPointer<Scalar>, columns: Int, isTransposed: Bool
  ) -> Strided<Scalar> {
    Strided(
      numbers: numbers, start: 0, row: isTransposed ? 1 : columns,
      column: isTransposed ? columns : 1)
  }

  private static func scaled<Scalar: NumericScalar>(_ value: Scalar, by factor: Float) -> Scalar {
    factor == 1 ? value : Scalar(truncating: value.double * Double(factor))
  }
}

/// The attributes and the extents of a `Gemm`, checked.
private struct GemmForm {
  let alpha: Float
  let beta: Float
  let transposesLeft: Bool
  let transposesRight: Bool
  let rows: Int
  let depth: Int
  let columns: Int
  private let addend: [Int]

  var shape: [Int] { [rows, columns] }

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let (left, right) = (try context.tensor(0).shape, try context.tensor(1).shape)
    try GemmForm.check(leftRank: left.count, rightRank: right.count)
    alpha = try context.value(of: Gemm.alpha)
    beta = try context.value(of: Gemm.beta)
    transposesLeft = try context.value(of: Gemm.transA)
    transposesRight = try context.value(of: Gemm.transB)
    (rows, depth) = transposesLeft ? (left[1], left[0]) : (left[0], left[1])
    columns = transposesRight ? right[0] : right[1]
    addend = try context.optionalTensor(2)?.shape ?? []
    try GemmForm.check(
      depths: (.fixed(depth), .fixed(transposesRight ? right[1] : right[0])))
    try GemmForm.check(addend: Shape(addend), [.fixed(rows), .fixed(columns)])
  }

  static func check(leftRank: Int, rightRank: Int) throws(OperatorError) {
    guard leftRank == 2, rightRank == 2 else {
      throw OperatorError(
        .incompatibleShapes, "the factors have the ranks \(leftRank) and \(rightRank), not 2")
    }
  }

  static func check(depths: (Dimension, Dimension)) throws(OperatorError) {
    guard let first = depths.0.fixedValue, let second = depths.1.fixedValue, first != second
    else { return }
    throw OperatorError(
      .incompatibleShapes, "the first factor has \(first) columns, the second \(second) rows",
      remedy: "check transA and transB")
  }

  static func check(addend: Shape?, _ result: Shape) throws(OperatorError) {
    guard let addend else { return }
    let fits =
      addend.rank <= 2
      && zip(addend.dimensions.reversed(), result.dimensions.reversed()).allSatisfy { own, other in
        guard let own = own.fixedValue, let other = other.fixedValue else { return true }
        return own == 1 || own == other
      }
    guard fits else {
      throw OperatorError(
        .incompatibleShapes, "C of the shape \(addend) does not broadcast to \(result)")
    }
  }

  /// Calls `body` with each element of the result and what is added to it.
  @inline(__always)
  func forEachAddend<Scalar: TensorScalar>(
    _ tensor: Tensor?, of scalar: Scalar.Type, _ body: (Int, Scalar) -> Void
  ) {
    guard let tensor, rows > 0, columns > 0 else { return }
    let columnStep = (addend.last ?? 1) == 1 ? 0 : 1
    let rowStep = addend.count == 2 && addend[0] != 1 ? addend[1] : 0
    tensor.withScalars(of: Scalar.self) { addends in
      for row in 0..<rows {
        for column in 0..<columns {
          body(row * columns + column, addends[row * rowStep + column * columnStep])
        }
      }
    }
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  /// The product of two matrices, scaled, plus a third.
  fileprivate static let gemm = OperatorDefinition(
    OperatorSchema(
      "Gemm", versions: [1, 6, 7, 9, 11, 13],
      inputs: [.required("A", "T"), .required("B", "T"), .optional("C", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        Gemm.alpha.declaration, Gemm.beta.declaration, Gemm.transA.declaration,
        Gemm.transB.declaration,
      ],
      constraints: ["T": .tensors(matrixTypes)]),
    upgrades: [.dropping(["broadcast"], at: 7)],
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      let (left, right) = (context.shape(0), context.shape(1))
      try GemmForm.check(leftRank: left?.rank ?? 2, rightRank: right?.rank ?? 2)
      let transposesLeft = try context.value(of: Gemm.transA)
      let transposesRight = try context.value(of: Gemm.transB)
      let unknown = Shape([.unknown, .unknown])
      let first = transposesLeft ? Shape((left ?? unknown).dimensions.reversed()) : left ?? unknown
      let second =
        transposesRight ? Shape((right ?? unknown).dimensions.reversed()) : right ?? unknown
      try GemmForm.check(depths: (first[1], second[0]))
      let result = Shape([first[0], second[1]])
      try GemmForm.check(addend: context.shape(2), result)
      return [.tensor(type, result)]
    },
    evaluate: matrixKernel(Gemm.self, integers: Gemm.self)
  )

  /// The product of matrices, as numpy has it.
  static let matMul = OperatorDefinition(
    OperatorSchema(
      "MatMul", versions: [1, 9, 13], inputs: [.required("A", "T"), .required("B", "T")],
      outputs: [.required("Y", "T")], constraints: ["T": .tensors(matrixTypes)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let left = context.shape(0), let right = context.shape(1) else {
        return [.tensor(type)]
      }
      try MatrixStacks.check(leftRank: left.rank, rightRank: right.rank)
      let depths = (left[left.rank - 1], right[max(0, right.rank - 2)])
      if let first = depths.0.fixedValue, let second = depths.1.fixedValue, first != second {
        throw OperatorError(
          .incompatibleShapes, "matrices of the shapes \(left) and \(right) have no product")
      }
      let stacks = [Shape(left.dimensions.dropLast(2)), Shape(right.dimensions.dropLast(2))]
      let rows = left.dimensions.suffix(2).dropLast()
      let columns = right.rank == 1 ? [] : right.dimensions.suffix(1)
      return [.tensor(type, Shape(try broadcastShape(of: stacks).dimensions + rows + columns))]
    },
    evaluate: matrixKernel(MatMul.self, integers: MatMul.self)
  )
}
