extension Tensor {
  /// Returns the converted tensor where one of the types is complex.
  func convertedWithComplex(to type: ElementType, saturating: Bool) -> Tensor {
    if elementType.kind == .complex, type.kind == .complex {
      let parts = components.converted(to: type.componentType)
      return parts.recast(as: type, shape: shape)
    }
    if elementType.kind == .complex {
      return realParts.converted(to: type, saturating: saturating)
    }
    return converted(to: type.componentType).interleavedWithZeros(as: type)
  }

  /// The real and imaginary parts as one tensor of twice the elements.
  private var components: Tensor {
    recast(as: elementType.componentType, shape: [count * 2])
  }

  private var realParts: Tensor {
    let source = bytes
    let size = elementType.bitWidth / 16
    return Tensor(elementType.componentType, shape: shape) { target in
      for start in stride(from: 0, to: target.count, by: size) {
        for byte in 0..<size { target[start + byte] = source[start * 2 + byte] }
      }
    }
  }

  private func interleavedWithZeros(as type: ElementType) -> Tensor {
    let source = bytes
    let size = elementType.bitWidth / 8
    return Tensor(type, shape: shape) { target in
      for start in stride(from: 0, to: source.count, by: size) {
        for byte in 0..<size {
          target[start * 2 + byte] = source[start + byte]
          target[start * 2 + size + byte] = 0
        }
      }
    }
  }

  private func recast(as type: ElementType, shape: [Int]) -> Tensor {
    guard let tensor = Tensor(type, shape: shape, storage: storage, range: range) else {
      preconditionFailure("\(shape) of \(type) are not the bytes of \(self.shape)")
    }
    return tensor
  }
}

extension ElementType {
  /// The type of the real part of a complex type.
  fileprivate var componentType: ElementType { self == .complex64 ? .float32 : .float64 }
}
