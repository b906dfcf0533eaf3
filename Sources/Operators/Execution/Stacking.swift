import Tensors

/// The most steps that a loop takes before it counts as endless.
let maximumStepCount = 1 << 24

/// Returns tensors of one type and shape joined along a new axis, counted in the result.
///
/// `type` is what is known of the result: it decides when there are no tensors.
func stacked(
  _ values: [RuntimeValue], along axis: Int, as type: ValueType?, _ context: borrowing KernelContext
) throws(OperatorError) -> RuntimeValue {
  guard let first = values.first?.tensor else {
    guard values.isEmpty else {
      throw OperatorError(.invalidType, "\(values[0].kindName) cannot be stacked, only tensors")
    }
    return .tensor(emptyStack(along: axis, as: type, context))
  }
  for value in values {
    guard let tensor = value.tensor, tensor.elementType == first.elementType,
      tensor.shape == first.shape
    else {
      throw OperatorError(
        .incompatibleShapes, "the tensors to stack differ in type or shape",
        remedy: "the first is \(first.elementType)\(first.shape)")
    }
  }
  let place = try normalizedAxis(axis, rank: first.rank + 1)
  let count = values.count
  let stacking = context.replacingInputs(values + [.tensor(Tensor(scalar: Int64(place)))])
  return try movement(StackKernel.self) { _ in Array(0..<count) }(stacking)[0]
}

/// The output of a loop that never ran: its extents are known, or zero like the new axis.
private func emptyStack(
  along axis: Int, as type: ValueType?, _ context: borrowing KernelContext
) -> Tensor {
  let element = context.resultType(for: type?.elementType ?? .float32)
  var shape = (type?.shape ?? [0]).dimensions.map { max(0, $0.fixedValue ?? 0) }
  if let place = try? normalizedAxis(axis, rank: shape.count) { shape[place] = 0 }
  if Tensor.elementCount(of: shape) != 0 { shape = [0] }
  return element == .string
    ? Tensor(shape: shape, strings: []) : Tensor(element, shape: shape) { _ in }
}

/// Returns the part of a tensor at one place along an axis, without that axis.
///
/// - Precondition: the axis has such a place.
func slice(
  of tensor: Tensor, at place: Int, along axis: Int, _ context: borrowing KernelContext
) throws(OperatorError) -> RuntimeValue {
  var shape = tensor.shape
  shape.remove(at: axis)
  if axis == 0, let bytes = tensor.elementType.byteCount(forElements: product(shape)),
    !tensor.elementType.isPacked
  {
    let start = tensor.range.lowerBound + place * bytes
    let view = Tensor(
      tensor.elementType, shape: shape, storage: tensor.storage, range: start..<(start + bytes))
    if let view { return .tensor(view) }
  }
  let selection = Tensor(shape: [2], scalars: [Int64(axis), Int64(place)])
  let slicing = context.replacingInputs([.tensor(tensor), .tensor(selection)])
  return try movement(SliceKernel.self)(slicing)[0]
}

/// Writes every tensor to its place along the axis that the last input names.
private enum StackKernel: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let axis = try context.integers(data.count)[0]
    let extents = data[0].shape
    var shape = extents
    shape.insert(data.count, at: axis)
    try context.checkOutput(of: Element.self, shape: shape)
    var strides = rowMajorStrides(of: shape)
    let step = strides.remove(at: axis)
    let copy = StridedCopy(
      extents: extents, sourceStrides: rowMajorStrides(of: extents), targetStrides: strides)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        for (place, tensor) in data.enumerated() {
          tensor.withElements(of: Element.self) {
            copy.run(from: $0, to: result, startingAt: place * step)
          }
        }
      }
    ]
  }
}

/// Copies one place along an axis; the second input holds axis and place.
private enum SliceKernel: MovementKernel {
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let selection = try context.integers(1)
    var (shape, strides) = (data[0].shape, rowMajorStrides(of: data[0].shape))
    shape.remove(at: selection[0])
    let start = selection[1] * strides.remove(at: selection[0])
    let copy = StridedCopy(extents: shape, sourceStrides: strides)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        data[0].withElements(of: Element.self) { copy.run(from: $0, at: start, to: result) }
      }
    ]
  }
}
