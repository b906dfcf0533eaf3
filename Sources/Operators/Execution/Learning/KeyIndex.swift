import Tensors

/// Finds the places of keys in a list; of equal keys the last one counts.
///
/// Keys are strings, integers, or real numbers, among which NaN equals NaN and 0 equals -0.
struct KeyIndex {
  private enum Places {
    case strings([ByteString: Int])
    case integers([Int64: Int])
    case reals([Double: Int], nan: Int?)
  }

  private let places: Places

  /// Creates the index of a list of keys.
  ///
  /// - Precondition: the elements are strings or real numbers.
  init(_ keys: Tensor) {
    if keys.elementType == .string {
      places = .strings(Self.places(of: keys.strings))
    } else if keys.elementType.isFloatingPoint {
      let numbers = keys.converted(to: .float64).scalars(of: Double.self)
      places = .reals(Self.places(of: numbers), nan: numbers.lastIndex(where: \.isNaN))
    } else {
      places = .integers(Self.places(of: keys.converted(to: .int64).scalars(of: Int64.self)))
    }
  }

  private static func places<Key: Hashable>(of keys: [Key]) -> [Key: Int] {
    Dictionary(zip(keys, keys.indices)) { _, last in last }
  }

  /// Returns the place of each element of a tensor; nil for one that is no key.
  ///
  /// - Throws: `invalidType` for a tensor of another kind than the keys.
  func places(of tensor: Tensor) throws(OperatorError) -> [Int?] {
    switch places {
    case .strings(let places) where tensor.elementType == .string:
      return tensor.strings.map { places[$0] }
    case .reals(let places, let nan) where tensor.elementType.isFloatingPoint:
      return tensor.converted(to: .float64).withScalars(of: Double.self) { numbers in
        numbers.map { $0.isNaN ? nan : places[$0] }
      }
    case .integers(let places) where tensor.elementType.isInteger:
      return tensor.converted(to: .int64).withScalars(of: Int64.self) { numbers in
        numbers.map { places[$0] }
      }
    default:
      throw OperatorError(
        .invalidType, "a tensor of \(tensor.elementType) is looked up among keys of another type")
    }
  }
}

extension Tensor {
  /// Returns the elements of a list at some places as a tensor of another shape.
  ///
  /// - Precondition: the elements have whole bytes, or are strings; there are as many places as the
  ///   shape holds, all in range.
  func elements(at places: [Int], shape: [Int]) -> Tensor {
    guard elementType != .string else {
      let strings = strings
      return Tensor(shape: shape, strings: places.map { strings[$0] })
    }
    let width = elementType.bitWidth / 8
    return Tensor(elementType, shape: shape) { result in
      for (index, place) in places.enumerated() {
        let target = UnsafeMutableRawBufferPointer(rebasing: result[(index * width)...])
        target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[(place * width)..<(place + 1) * width]))
      }
    }
  }
}
