import Tensors

// Loops over all elements of tensors. Those that take a type are compiled for it and share their
// work among threads; those that take a closure are compiled for it where they are used.

/// A function of one number, as a type that loops are compiled for.
protocol ElementFunction<Input, Output> {
  associatedtype Input: TensorScalar
  associatedtype Output: TensorScalar

  func callAsFunction(_ x: Input) -> Output
}

/// A function of two numbers, as a type that loops are compiled for.
protocol PairFunction<Input, Output> {
  associatedtype Input: TensorScalar
  associatedtype Output: TensorScalar

  func callAsFunction(_ left: Input, _ right: Input) -> Output
}

/// Returns a tensor of the same shape whose scalars are transformed one by one.
func mapped<Function: ElementFunction>(_ tensor: Tensor, by function: Function) -> Tensor {
  tensor.withScalars(of: Function.Input.self) { input in
    Tensor(of: Function.Output.self, shape: tensor.shape) { result in
      guard let source = input.baseAddress, let target = result.baseAddress else { return }
      inParallel(input.count, cost: 1) { range in
        for index in range { target[index] = function(source[index]) }
      }
    }
  }
}

/// Returns a tensor of the same shape whose scalars are transformed one by one.
@inline(__always)
func mapped<Scalar: TensorScalar, Output: TensorScalar>(
  _ tensor: Tensor, from scalar: Scalar.Type, to output: Output.Type,
  _ transform: (Scalar) -> Output
) -> Tensor {
  tensor.withScalars(of: Scalar.self) { input in
    Tensor(of: Output.self, shape: tensor.shape) { result in
      guard let source = input.baseAddress, let target = result.baseAddress else { return }
      for index in 0..<input.count { target[index] = transform(source[index]) }
    }
  }
}

/// Returns the elementwise combination of two tensors under broadcasting.
///
/// - Throws: `incompatibleShapes`, or `limitExceeded` for too large a result.
func combined<Function: PairFunction>(
  _ left: Tensor, _ right: Tensor, by function: Function, in context: borrowing KernelContext
) throws(OperatorError) -> Tensor {
  let shape = try broadcastShape(of: [left.shape, right.shape])
  try context.checkOutput(Function.Output.elementType, shape: shape)
  let walk = BroadcastWalk(shape: shape, operands: [left.shape, right.shape])
  return left.withScalars(of: Function.Input.self) { a in
    right.withScalars(of: Function.Input.self) { b in
      Tensor(of: Function.Output.self, shape: shape) { result in
        guard let loop = PairLoop(walk, a, b, result) else { return }
        if walk.runCount > 1 {
          inParallel(walk.runCount, cost: loop.count) { runs in
            walk.forEachRun(in: runs) { start, offsets, count in
              loop.run(0..<count, from: start, offsets) { function($0, $1) }
            }
          }
        } else {
          inParallel(loop.count, cost: 1) { range in
            loop.run(range, from: 0, [0, 0]) { function($0, $1) }
          }
        }
      }
    }
  }
}

/// Returns the elementwise combination of two tensors under broadcasting.
///
/// - Throws: `incompatibleShapes`, or `limitExceeded` for too large a result.
@inline(__always)
func combined<Scalar: TensorScalar, Output: TensorScalar>(
  _ left: Tensor, _ right: Tensor, as scalar: Scalar.Type, into output: Output.Type,
  in context: borrowing KernelContext, _ combine: (Scalar, Scalar) -> Output
) throws(OperatorError) -> Tensor {
  let shape = try broadcastShape(of: [left.shape, right.shape])
  try context.checkOutput(Output.elementType, shape: shape)
  let walk = BroadcastWalk(shape: shape, operands: [left.shape, right.shape])
  return left.withScalars(of: Scalar.self) { a in
    right.withScalars(of: Scalar.self) { b in
      Tensor(of: Output.self, shape: shape) { result in
        guard let loop = PairLoop(walk, a, b, result) else { return }
        walk.forEachRun { start, offsets, count in
          loop.run(0..<count, from: start, offsets, combine)
        }
      }
    }
  }
}

/// The inner loop of a combination of two tensors.
private struct PairLoop<Input: TensorScalar, Output: TensorScalar> {
  /// The length of a run.
  let count: Int
  private let left: UnsafePointer<Input>
  private let right: UnsafePointer<Input>
  private let result: UnsafeMutablePointer<Output>
  private let leftStep: Int
  private let rightStep: Int

  /// Creates the loop for the runs of a walk, or nil when there are no elements.
  init?(
    _ walk: BroadcastWalk, _ left: UnsafeBufferPointer<Input>, _ right: UnsafeBufferPointer<Input>,
    _ result: UnsafeMutableBufferPointer<Output>
  ) {
    guard !result.isEmpty, let left = left.baseAddress, let right = right.baseAddress,
      let result = result.baseAddress, let count = walk.extents.last
    else { return nil }
    self.count = count
    self.left = left
    self.right = right
    self.result = result
    leftStep = walk.strides[0].last ?? 0
    rightStep = walk.strides[1].last ?? 0
  }

  /// Sets some elements of the run that starts at `start`, and in the operands at `offsets`.
  @inline(__always)
  func run(
    _ range: Range<Int>, from start: Int, _ offsets: [Int], _ combine: (Input, Input) -> Output
  ) {
    let (a, b, target) = (left + offsets[0], right + offsets[1], result + start)
    // Loops without a variable step become vector code.
    switch (leftStep, rightStep) {
    case (1, 1): for k in range { target[k] = combine(a[k], b[k]) }
    case (1, 0):
      let number = b[0]
      for k in range { target[k] = combine(a[k], number) }
    case (0, 1):
      let number = a[0]
      for k in range { target[k] = combine(number, b[k]) }
    default:
      for k in range { target[k] = combine(a[k &* leftStep], b[k &* rightStep]) }
    }
  }
}
