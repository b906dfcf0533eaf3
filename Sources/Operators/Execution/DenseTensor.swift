public import Tensors

extension Tensor {
  /// Returns the tensor with every element, as kernels take it.
  ///
  /// - Throws: `limitExceeded` when that takes more bytes than `limit`: a sparse tensor of a few
  ///   bytes may stand for any number of zeros; `invalidValue` for indices outside of its shape.
  public func dense(withinBytes limit: Int) throws(OperatorError) -> Tensor {
    guard encoding != .dense else { return withSoundBooleans }
    // A string takes the place of its offset and of its bytes.
    let sized = elementType == .string ? ElementType.complex128 : elementType
    guard let size = sized.byteCount(forElements: count), size <= limit else {
      throw OperatorError(
        .limitExceeded,
        "a sparse constant of \(elementType)\(shape) exceeds the memory limit of \(limit) bytes")
    }
    guard let dense = decoded() else {
      throw OperatorError(.invalidValue, "a sparse constant has indices outside of its shape")
    }
    return dense.withSoundBooleans
  }
}

extension KernelContext {
  /// Returns a tensor of the model as it is executed: floats in 64 bits where that is asked for.
  func inPrecision(_ tensor: Tensor) -> Tensor {
    let type = resultType(for: tensor.elementType)
    return type == tensor.elementType ? tensor : tensor.converted(to: type)
  }
}
