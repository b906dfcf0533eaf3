import Tensors

/// A kernel that moves elements and never looks at them: written once for all types.
protocol MovementKernel: SendableMetatype {
  /// Computes the outputs; `data` names the inputs that hold elements, others are parameters.
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor]
}

/// The elements of a tensor as bit patterns of 1, 2, 4, 8 or 16 bytes.
struct MovableTensor {
  let shape: [Int]
  let storage: Storage
  let range: Range<Int>

  init(shape: [Int], storage: Storage, range: Range<Int>) {
    self.shape = shape
    self.storage = storage
    self.range = range
  }

  /// Creates a tensor whose elements `fill` sets, all of them.
  @inline(__always)
  init<Element: BitwiseCopyable, Failure: Error>(
    of element: Element.Type, shape: [Int],
    filledBy fill: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    let byteCount = shape.reduce(1, *) * MemoryLayout<Element>.stride
    let storage = try Storage(byteCount: byteCount) { (bytes) throws(Failure) in
      try fill(bytes.bindMemory(to: Element.self))
    }
    self.init(shape: shape, storage: storage, range: 0..<byteCount)
  }

  /// Calls `body` with the elements.
  @inline(__always)
  func withElements<Element: BitwiseCopyable, Result, Failure: Error>(
    of element: Element.Type,
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    return try body(bytes.assumingMemoryBound(to: Element.self))
  }
}

/// Returns a kernel for every element type; `inputs` are the indices of the inputs with elements.
///
/// Elements below 8 bits are unpacked to bytes. Strings are moved as their positions in a pool of
/// all strings of the inputs.
func movement<Kernel: MovementKernel>(
  _ kernel: Kernel.Type, inputs indices: @escaping @Sendable (borrowing KernelContext) -> [Int]
) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    var tensors: [Tensor] = []
    for index in indices(context) { tensors.append(try context.tensor(index)) }
    guard let type = tensors.first?.elementType else { return [] }
    let pool = type == .string ? tensors.flatMap(\.strings) : []
    let data = type == .string ? positions(of: tensors) : tensors.map(\.movable)
    let outputs = try evaluate(
      Kernel.self, context, data, width: type == .string ? 64 : type.bitWidth)
    return try outputs.map { output throws(OperatorError) in
      .tensor(try output.tensor(of: type, pool: pool))
    }
  }
}

/// Returns a movement kernel whose only tensor with elements is the first input.
func movement<Kernel: MovementKernel>(_ kernel: Kernel.Type) -> OperatorDefinition.Kernel {
  movement(kernel) { _ in [0] }
}

private func evaluate<Kernel: MovementKernel>(
  _ kernel: Kernel.Type, _ context: borrowing KernelContext, _ data: [MovableTensor], width: Int
) throws(OperatorError) -> [MovableTensor] {
  switch width {
  case 16: try Kernel.evaluate(context, data: data, of: UInt16.self)
  case 32: try Kernel.evaluate(context, data: data, of: UInt32.self)
  case 64: try Kernel.evaluate(context, data: data, of: UInt64.self)
  case 128: try Kernel.evaluate(context, data: data, of: SIMD2<UInt64>.self)
  default: try Kernel.evaluate(context, data: data, of: UInt8.self)
  }
}

private func positions(of tensors: [Tensor]) -> [MovableTensor] {
  var start: UInt64 = 0
  return tensors.map { tensor in
    let positions = Array(start..<(start + UInt64(tensor.count)))
    start += UInt64(tensor.count)
    return Tensor(shape: tensor.shape, scalars: positions).movable
  }
}

extension Tensor {
  fileprivate var movable: MovableTensor {
    let tensor = elementType.isPacked ? unpacked() : aligned()
    return MovableTensor(shape: tensor.shape, storage: tensor.storage, range: tensor.range)
  }
}

extension MovableTensor {
  fileprivate func tensor(of type: ElementType, pool: [ByteString]) throws(OperatorError) -> Tensor
  {
    let result: Tensor? =
      if type == .string {
        withElements(of: UInt64.self) { positions in
          Tensor(shape: shape, strings: positions.map { pool[Int($0)] })
        }
      } else if type.isPacked {
        Tensor(.uint8, shape: shape, storage: storage, range: range)?.packed(as: type)
      } else {
        Tensor(type, shape: shape, storage: storage, range: range)
      }
    guard let result else {
      throw OperatorError(.incompatibleShapes, "the elements do not fill the shape \(shape)")
    }
    return result
  }
}
