import IR
import Tensors

extension OperatorFamily {
  /// Operators that join tensors.
  static let concatenation = OperatorFamily("concatenation", [.concat])
}

// MARK: - Concat

private enum Concat: MovementKernel {
  static let axis = AttributeKey<Int>("axis")

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let shapes = data.map { Shape($0.shape) }
    let axis = try normalizedAxis(try context.value(of: Self.axis), rank: shapes[0].rank)
    guard let shape = try joined(shapes, along: axis).extents else {
      throw OperatorError(.limitExceeded, "tensors of the shapes \(shapes) are too long to join")
    }
    try context.checkOutput(.uint8, shape: shape + [MemoryLayout<Element>.stride])
    let rows = product(shape[..<axis])
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        var column = 0
        let width = product(shape[axis...])
        for part in data {
          part.withElements(of: Element.self) { source in
            let partWidth = rows == 0 ? 0 : source.count / rows
            guard partWidth > 0, let from = source.baseAddress, let to = result.baseAddress
            else { return }
            for row in 0..<rows {
              (to + row * width + column).update(from: from + row * partWidth, count: partWidth)
            }
            column += partWidth
          }
        }
      }
    ]
  }

  static func joined(_ shapes: [Shape], along axis: Int) throws(OperatorError) -> Shape {
    var result = shapes[0]
    for shape in shapes.dropFirst() {
      guard shape.rank == result.rank else {
        throw OperatorError(
          .incompatibleShapes, "tensors of rank \(result.rank) and \(shape.rank) cannot be joined")
      }
      for position in 0..<result.rank {
        if position == axis {
          result[position] = result[position] + shape[position]
        } else if case (.fixed(let left), .fixed(let right)) = (result[position], shape[position]) {
          guard left == right else {
            throw OperatorError(
              .incompatibleShapes,
              "shapes \(shapes[0]) and \(shape) differ outside of axis \(axis)")
          }
        } else if shape[position].fixedValue != nil {
          result[position] = shape[position]
        }
      }
    }
    return result
  }
}

/// Joins all inputs along the axis that the attribute `axis` names.
let concatenation = movement(Concat.self) { Array($0.inputs.indices) }

extension OperatorDefinition {
  /// Joins tensors along one axis.
  fileprivate static let concat = OperatorDefinition(
    OperatorSchema(
      "Concat", versions: [1, 4, 11, 13], inputs: [.variadic("inputs", "T")],
      outputs: [.required("concat_result", "T")], attributes: [Concat.axis.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    upgrades: [
      OperatorUpgrade(to: 4) { graph, node in
        graph.update(node) { node in
          if node.attributes["axis"] == nil { node.attributes["axis"] = .int(1) }
        }
      }
    ],
    inferTypes: { context throws(OperatorError) in
      let shapes = context.inputs.indices.map(context.shape)
      guard let rank = shapes[0]?.rank, !shapes.contains(nil) else {
        return [.tensor(context.elementType(0))]
      }
      let axis = try normalizedAxis(try context.value(of: Concat.axis), rank: rank)
      let shape = try Concat.joined(shapes.compactMap { $0 }, along: axis)
      return [
        InferredValue(
          .tensor(context.elementType(0), shape),
          elements: rank == 1 ? joinedElements(context, count: shape[0].fixedValue) : nil)
      ]
    },
    evaluate: concatenation)

  /// Returns the elements of a list of `count` integers, those of some parts unknown.
  private static func joinedElements(
    _ context: borrowing InferenceContext, count: Int?
  ) -> SymbolicTensor? {
    guard let count, count <= SymbolicTensor.maximumCount else { return nil }
    var (elements, isKnown): ([Dimension], Bool) = ([], false)
    for index in context.inputs.indices {
      let known = context.elements(index)?.elements
      let extent = context.shape(index)?[0].fixedValue ?? 0
      isKnown = isKnown || known != nil
      elements += known ?? [Dimension](repeating: .unknown, count: max(0, extent))
    }
    return isKnown ? SymbolicTensor(shape: [count], elements: elements) : nil
  }
}
