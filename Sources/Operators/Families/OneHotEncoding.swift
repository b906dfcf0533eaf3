import IR
import Tensors

extension OperatorFamily {
  /// Operators that turn indices into vectors with one element that stands out.
  static let oneHotEncoding = OperatorFamily("one-hot encoding", [.oneHot])
}

private enum OneHot: MovementKernel {
  static let axis = AttributeKey<Int>("axis", default: -1)

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let indices = try context.tensor(0)
    let places = indices.converted(to: .int64)
    let axis = try normalizedAxis(try context.value(of: axis), rank: indices.rank + 1)
    let depths = try context.tensor(1).converted(to: .int64).integers
    guard depths.count == 1, let depth = depths.first, data[0].shape == [2] else {
      throw OperatorError(
        .incompatibleShapes,
        "depth holds \(depths.count) numbers and values have the shape \(data[0].shape)",
        remedy: "depth is one number, values are two: off and on")
    }
    var shape = indices.shape
    shape.insert(depth, at: axis)
    try context.checkOutput(of: Element.self, shape: shape)
    let width = product(indices.shape[axis...])
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        data[0].withElements(of: Element.self) { values in
          result.update(repeating: values[0])
          places.withScalars(of: Int64.self) { places in
            for (position, place) in places.enumerated() {
              let index = place < 0 ? Int(place) + depth : Int(place)
              guard (0..<depth).contains(index) else { continue }
              let (row, column) = (position / width, position % width)
              result[(row * depth + index) * width + column] = values[1]
            }
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Marks the places that indices name along a new axis; indices out of range mark none.
  fileprivate static let oneHot = OperatorDefinition(
    OperatorSchema(
      "OneHot", versions: [9, 11, 28],
      inputs: [
        .required("indices", "T1"), .required("depth", "T2"), .required("values", "T3"),
      ],
      outputs: [.required("output", "T3")], attributes: [OneHot.axis.declaration],
      constraints: [
        "T1": .tensors([.ieeeFloats, .integers]), "T2": .tensors([.ieeeFloats, .integers]),
        "T3": .tensors([.classic, .bfloat16]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(2)
      guard let shape = context.shape(0) else { return [.tensor(type)] }
      let axis = try normalizedAxis(try context.value(of: OneHot.axis), rank: shape.rank + 1)
      var depth = context.elements(1)?.elements.first
      if depth == nil, let constant = context.constant(1), constant.encoding == .dense,
        constant.elementType != .string
      {
        depth = (try? constant.converted(to: .int64).integers.first).map { .fixed($0) }
      }
      var dimensions = shape.dimensions
      dimensions.insert(depth ?? .unknown, at: axis)
      return [.tensor(type, Shape(dimensions))]
    },
    evaluate: movement(OneHot.self) { _ in [2] })
}
