import IR
import Tensors

extension OperatorFamily {
  /// The operator that takes each element from one of two tensors.
  static let selection = OperatorFamily("selection", [.where])
}

private enum Where: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let condition = try context.tensor(0).converted(to: .uint8)
    let shapes = [condition.shape, data[0].shape, data[1].shape]
    let shape = try broadcastShape(of: shapes)
    try context.checkOutput(.uint8, shape: shape + [MemoryLayout<Element>.stride])
    let walk = BroadcastWalk(shape: shape, operands: shapes)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        condition.withScalars(of: UInt8.self) { isChosen in
          data[0].withElements(of: Element.self) { x in
            data[1].withElements(of: Element.self) { y in select(isChosen, x, y, walk, result) }
          }
        }
      }
    ]
  }

  private static func select<Element: BitwiseCopyable>(
    _ isChosen: UnsafeBufferPointer<UInt8>, _ x: UnsafeBufferPointer<Element>,
    _ y: UnsafeBufferPointer<Element>, _ walk: BroadcastWalk,
    _ result: UnsafeMutableBufferPointer<Element>
  ) {
    let steps = walk.strides.map { $0.last ?? 0 }
    let (stepC, stepX, stepY) = (steps[0], steps[1], steps[2])
    walk.forEachRun { start, offsets, count in
      let (c, i, j) = (offsets[0], offsets[1], offsets[2])
      for k in 0..<count {
        result[start + k] = isChosen[c + k * stepC] != 0 ? x[i + k * stepX] : y[j + k * stepY]
      }
    }
  }
}

extension OperatorDefinition {
  /// Takes elements of `X` where the condition holds and of `Y` elsewhere.
  fileprivate static let `where` = OperatorDefinition(
    OperatorSchema(
      "Where", versions: [9, 16],
      inputs: [.required("condition", "B"), .required("X", "T"), .required("Y", "T")],
      outputs: [.required("output", "T")],
      constraints: ["B": .tensors(.bool), "T": .tensors([.classic, .bfloat16])]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(1) ?? context.elementType(2)
      let elements = SymbolicTensor.combining(
        [condition(context), context.elements(1), context.elements(2)], as: type
      ) { column in
        switch column[0] {
        case .fixed(let isChosen): isChosen != 0 ? column[1] : column[2]
        default: column[1] == column[2] ? column[1] : .unknown
        }
      }
      let shape = try broadcastOfInputs(context)[0].type?.shape
      return [InferredValue(.tensor(type, shape), elements: elements)]
    },
    evaluate: movement(Where.self) { _ in [1, 2] })

  /// What is known of the condition, a constant of booleans included.
  private static func condition(_ context: borrowing InferenceContext) -> SymbolicTensor? {
    if let elements = context.elements(0) { return elements }
    guard let constant = context.constant(0), constant.elementType == .bool,
      constant.encoding == .dense, constant.count <= SymbolicTensor.maximumCount
    else { return nil }
    return SymbolicTensor(constant.converted(to: .int64))
  }
}
