extension Tensor {
  /// The tensor itself, or a copy in which the bytes of booleans are 0 or 1 as Swift needs them.
  ///
  /// - Precondition: the tensor is dense.
  public var withSoundBooleans: Tensor {
    guard elementType == .bool, bytes.contains(where: { $0 > 1 }) else { return self }
    return Tensor(.bool, shape: shape) { target in
      for (index, byte) in bytes.enumerated() { target[index] = byte == 0 ? 0 : 1 }
    }
  }
}
