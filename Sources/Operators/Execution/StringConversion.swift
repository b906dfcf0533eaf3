import Tensors

extension Tensor {
  /// Returns the numbers that a tensor of strings spells, as ONNX's `Cast` reads them.
  ///
  /// Decimal and scientific notation, and in any case of letters `inf`, `+inf`, `-inf` and `nan`.
  ///
  /// - Precondition: the elements are strings; `type` is neither a string nor complex.
  /// - Throws: `invalidValue` for a string that spells no number.
  func parsed(as type: ElementType, saturating: Bool) throws(OperatorError) -> Tensor {
    switch type {
    case .float32: Tensor(shape: shape, scalars: try numbers(Float.init(_:)))
    case .uint64: Tensor(shape: shape, scalars: try numbers(wholeNumber(_:) as (String) -> UInt64?))
    case _ where type.isInteger:
      Tensor(shape: shape, scalars: try numbers(wholeNumber(_:) as (String) -> Int64?))
        .converted(to: type)
    default:
      Tensor(shape: shape, scalars: try numbers(Double.init(_:)))
        .converted(to: type, saturating: saturating)
    }
  }

  private func numbers<Number>(_ parse: (String) -> Number?) throws(OperatorError) -> [Number] {
    var numbers: [Number] = []
    numbers.reserveCapacity(count)
    for string in strings {
      guard let number = string.text.flatMap({ parse($0.lowercased()) }) else {
        throw OperatorError(.invalidValue, "\"\(string)\" is not a number")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Returns a tensor of the shortest decimal notations that tell the numbers apart.
  ///
  /// Booleans become 0 and 1; special numbers `INF`, `-INF` and `NaN`.
  ///
  /// - Precondition: the tensor is dense and its elements are real numbers or booleans.
  func spelled() -> Tensor {
    let strings: [String] =
      switch elementType {
      case .float64: scalars(of: Double.self).map(spelling)
      case .float16: scalars(of: Float16.self).map(spelling)
      case .uint64: scalars(of: UInt64.self).map(\.description)
      case _ where elementType.isFloatingPoint:
        converted(to: .float32).scalars(of: Float.self).map(spelling)
      default: converted(to: .int64).scalars(of: Int64.self).map(\.description)
      }
    return Tensor(shape: shape, strings: strings.map { ByteString($0) })
  }
}

/// Returns the whole part of the number that a text spells.
private func wholeNumber<Integer: FixedWidthInteger>(_ text: String) -> Integer? {
  if let integer = Integer(text) { return integer }
  guard let number = Double(text), number > Double(Integer.min) - 1, number < Double(Integer.max)
  else { return nil }
  return Integer(number)
}

private func spelling<Number: BinaryFloatingPoint & CustomStringConvertible>(
  _ number: Number
) -> String {
  if number.isNaN { return "NaN" }
  guard number.isInfinite else { return number.description }
  return number < 0 ? "-INF" : "INF"
}
