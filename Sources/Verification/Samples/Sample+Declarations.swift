public import IR
import Tensors

extension Sample {
  /// Brings the tensors to the element types that the inputs of a graph declare where NumPy lacks them,
  /// and checks types, ranks and fixed extents.
  func conforming(to graph: Graph) throws(SampleError) -> Sample {
    var sample = self
    for input in graph.inputs {
      let input = (name: graph.name(of: input), type: graph.type(of: input))
      guard let tensor = values[input.name]?.tensor,
        case .tensor(let type, let shape) = input.type
      else { continue }
      let given = "\(name): the input \"\(input.name)\" is \(tensor.elementType)\(tensor.shape)"
      if let type, type != tensor.elementType {
        guard let narrow = tensor.narrowed(to: type) else {
          throw SampleError(
            "\(given), the model declares \(type)\(shape?.description ?? "")",
            remedy: tensor.elementType.remedy(for: type))
        }
        sample.values[input.name] = .tensor(narrow)
      }
      guard let shape, !shape.allows(tensor.shape) else { continue }
      throw SampleError(
        "\(given), the model declares \(type ?? tensor.elementType)\(shape)",
        remedy: "give an array of that shape, or several samples by one axis more in every array")
    }
    return sample
  }

  /// Says of each symbol of the inputs of a graph that the sample gives two sizes where these are.
  ///
  /// Exporters use a symbol for sizes that may differ, so this need not keep the model from being
  /// executed.
  public func contradictions(in graph: Graph) -> [String] {
    var found: [String: (size: Int, input: String)] = [:]
    var contradictions: [String: String] = [:]
    for input in graph.inputs {
      let name = graph.name(of: input)
      guard let extents = values[name]?.tensor?.shape,
        let dimensions = graph.type(of: input)?.shape?.dimensions
      else { continue }
      for (size, dimension) in zip(extents, dimensions) {
        guard case .symbolic(let expression) = dimension, let symbol = expression.symbol else {
          continue
        }
        let first = found[symbol] ?? (size, name)
        found[symbol] = first
        if first.size != size {
          contradictions[symbol] =
            "\(symbol) is \(first.size) in \"\(first.input)\" and \(size) in \"\(name)\""
        }
      }
    }
    return contradictions.sorted { $0.key < $1.key }.map(\.value)
  }
}

extension Shape {
  /// Whether a tensor of some extents can have the shape, whatever sizes symbols have.
  fileprivate func allows(_ extents: [Int]) -> Bool {
    rank == extents.count
      && zip(dimensions, extents).allSatisfy { $0.fixedValue == nil || $0.fixedValue == $1 }
  }
}

extension Tensor {
  /// Returns the same numbers in a type that NumPy lacks; nil for other types, and where that type
  /// lacks the numbers.
  fileprivate func narrowed(to type: ElementType) -> Tensor? {
    let isOfKind =
      elementType.isFloatingPoint && type.isFloatingPoint
      || elementType.isInteger && type.isInteger
    guard isOfKind, type.numPyName == nil else { return nil }
    let narrow = converted(to: type)
    return narrow.converted(to: elementType) == self ? narrow : nil
  }
}

extension ElementType {
  /// How to bring an array of this type to another one.
  fileprivate func remedy(for type: ElementType) -> String {
    guard let name = type.numPyName else { return "give numbers that \(type) has" }
    let isDefault = self == .float64 || self == .int64
    let origin = isDefault ? "\(self) is what NumPy makes unless it is told otherwise: " : ""
    return "\(origin)convert the array by .astype(\(name))"
  }

  /// The type as Python names it; nil where NumPy has none.
  fileprivate var numPyName: String? {
    switch self {
    case .float16, .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32,
      .uint64, .complex64, .complex128:
      "numpy.\(self)"
    case .bool: "bool"
    case .string: "str"
    default: nil
    }
  }
}
