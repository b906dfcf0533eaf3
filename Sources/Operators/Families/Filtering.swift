import IR
import Tensors

extension OperatorFamily {
  /// Operators that keep as many elements as the contents of the input say.
  static let filtering = OperatorFamily("filtering", [.compress, .nonZero, .unique])
}

// MARK: - Compress

private enum Compress: MovementKernel {
  static let axis = OptionalAttributeKey<Int>("axis")

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    // Without an axis the input counts as one row.
    var shape = [product(input.shape)]
    var place = 0
    if let axis = try context.value(of: axis) {
      shape = input.shape
      place = try normalizedAxis(axis, rank: shape.count)
    }
    let condition = try context.tensor(1)
    guard condition.rank == 1, condition.elementType == .bool else {
      throw OperatorError(
        .incompatibleShapes, "the condition has the shape \(condition.shape), not one axis")
    }
    let selected = condition.withScalars(of: Bool.self) { flags in
      flags.indices.filter { flags[$0] }
    }
    let layout = AxisLayout(place, of: shape)
    guard selected.last ?? -1 < layout.extent else {
      throw OperatorError(
        .invalidValue, "the condition selects \(selected.last ?? 0) of \(layout.extent) places")
    }
    shape[place] = selected.count
    try context.checkOutput(of: Element.self, shape: shape)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        input.withElements(of: Element.self) { copyRows(selected, from: $0, layout, to: result) }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Keeps the slices for which a condition is true.
  fileprivate static let compress = OperatorDefinition(
    OperatorSchema(
      "Compress", versions: [9, 11, 28],
      inputs: [.required("input", "T"), .required("condition", "T1")],
      outputs: [.required("output", "T")], attributes: [Compress.axis.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16]), "T1": .tensors(.bool)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let axis = try context.value(of: Compress.axis) else {
        return [.tensor(type, [.unknown])]
      }
      guard var shape = context.shape(0) else { return [.tensor(type)] }
      shape[try normalizedAxis(axis, rank: shape.rank)] = .unknown
      return [.tensor(type, shape)]
    },
    evaluate: movement(Compress.self))
}

// MARK: - NonZero

private enum NonZero {
  /// Returns the places of the elements that are not zero, false or empty, in row-major order.
  static func places(in tensor: Tensor) -> [Int] {
    switch tensor.elementType {
    case .string:
      let strings = tensor.strings
      return strings.indices.filter { !strings[$0].bytes.isEmpty }
    case .complex64, .complex128:
      let component: ElementType = tensor.elementType == .complex64 ? .float32 : .float64
      let components = Tensor(
        component, shape: tensor.shape + [2], storage: tensor.storage, range: tensor.range)
      guard let components else { return [] }
      return components.converted(to: .bool).withScalars(of: Bool.self) { flags in
        (0..<tensor.count).filter { flags[2 * $0] || flags[2 * $0 + 1] }
      }
    default:
      return tensor.converted(to: .bool).withScalars(of: Bool.self) { flags in
        flags.indices.filter { flags[$0] }
      }
    }
  }
}

extension OperatorDefinition {
  /// Returns the coordinates of the elements that are not zero: a row for each axis.
  fileprivate static let nonZero = OperatorDefinition(
    OperatorSchema(
      "NonZero", versions: [9, 13], inputs: [.required("X", "T")],
      outputs: [.required("Y", "tensor(int64)")],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: { context in
      [.tensor(.int64, [context.shape(0).map { .fixed(max(1, $0.rank)) } ?? .unknown, .unknown])]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      // A scalar counts as a list of one element.
      let shape = tensor.rank == 0 ? [1] : tensor.shape
      let places = NonZero.places(in: tensor)
      try context.checkOutput(.int64, shape: [shape.count, places.count])
      let strides = rowMajorStrides(of: shape)
      return [
        .tensor(
          Tensor(of: Int64.self, shape: [shape.count, places.count]) { result in
            for axis in shape.indices {
              let row = axis * places.count
              for (index, place) in places.enumerated() {
                result[row + index] = Int64(place / strides[axis] % shape[axis])
              }
            }
          })
      ]
    })
}

// MARK: - Unique

private enum Unique: MovementKernel {
  static let axis = OptionalAttributeKey<Int>("axis")
  static let sorted = AttributeKey<Bool>("sorted", default: true)

  /// The slices that differ, as positions along the axis.
  struct Groups {
    /// For each group the first slice.
    var first: [Int] = []
    /// For each slice its group.
    var group: [Int]
    var counts: [Int] = []

    /// Finds equal neighbours among slices in ascending order.
    init(of order: [Int], areEqual: (Int, Int) -> Bool) {
      group = [Int](repeating: 0, count: order.count)
      for (position, slice) in order.enumerated() {
        if position > 0, areEqual(order[position - 1], slice) {
          counts[counts.count - 1] += 1
        } else {
          first.append(slice)
          counts.append(1)
        }
        group[slice] = first.count - 1
      }
    }

    /// Orders the groups by their first slices.
    mutating func orderByAppearance() {
      let order = first.indices.sorted { first[$0] < first[$1] }
      var place = [Int](repeating: 0, count: order.count)
      for (position, index) in order.enumerated() { place[index] = position }
      first = order.map { first[$0] }
      counts = order.map { counts[$0] }
      group = group.map { place[$0] }
    }
  }

  /// Groups the slices along an axis.
  static func groups(
    of tensor: Tensor, _ layout: AxisLayout, isSorted: Bool
  ) -> Groups {
    let ranks = tensor.elementRanks
    func compare(_ left: Int, _ right: Int) -> Int {
      for row in 0..<layout.rows {
        let start = row * layout.extent
        for index in 0..<layout.width {
          let a = ranks[(start + left) * layout.width + index]
          let b = ranks[(start + right) * layout.width + index]
          if a != b { return a - b }
        }
      }
      return 0
    }
    let order = (0..<layout.extent).sorted {
      let order = compare($0, $1)
      return order == 0 ? $0 < $1 : order < 0
    }
    var groups = Groups(of: order) { compare($0, $1) == 0 }
    if !isSorted { groups.orderByAppearance() }
    return groups
  }

  /// The axis whose slices are compared; without one every element of the flattened tensor.
  static func layout(
    _ context: borrowing KernelContext, _ shape: [Int]
  ) throws(OperatorError) -> (AxisLayout, axis: Int, shape: [Int]) {
    guard let axis = try context.value(of: axis) else {
      let flat = [product(shape)]
      return (AxisLayout(0, of: flat), 0, flat)
    }
    let place = try normalizedAxis(axis, rank: shape.count)
    return (AxisLayout(place, of: shape), place, shape)
  }

  /// Copies the slices whose positions are the second input.
  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    var (layout, axis, shape) = try layout(context, data[0].shape)
    let slices = try context.integers(1)
    shape[axis] = slices.count
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        data[0].withElements(of: Element.self) { copyRows(slices, from: $0, layout, to: result) }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Returns the elements or slices that differ, and where they come from.
  fileprivate static let unique = OperatorDefinition(
    OperatorSchema(
      "Unique", versions: [11, 28], inputs: [.required("X", "T")],
      outputs: [
        .required("Y", "T"), .optional("indices", "tensor(int64)"),
        .optional("inverse_indices", "tensor(int64)"), .optional("counts", "tensor(int64)"),
      ],
      attributes: [Unique.axis.declaration, Unique.sorted.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: { context throws(OperatorError) in
      let list = InferredValue.tensor(.int64, [.unknown])
      var shape: Shape? = [.unknown]
      if let axis = try context.value(of: Unique.axis) {
        shape = context.shape(0)
        if let rank = shape?.rank { shape?[try normalizedAxis(axis, rank: rank)] = .unknown }
      }
      return [.tensor(context.elementType(0), shape), list, list, list]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      let (layout, _, _) = try Unique.layout(context, tensor.shape)
      // A tensor without elements may still have any number of slices.
      try context.checkOutput(.int64, shape: [layout.extent])
      let groups = Unique.groups(
        of: tensor, layout, isSorted: try context.value(of: Unique.sorted))
      let lists = [groups.first, groups.group, groups.counts].map { list in
        RuntimeValue.tensor(Tensor(shape: [list.count], scalars: list.map(Int64.init)))
      }
      let copying = context.replacingInputs([.tensor(tensor), lists[0]])
      return Array((try movement(Unique.self)(copying) + lists).prefix(context.outputs.count))
    })
}
