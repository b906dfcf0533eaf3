import IR
import Tensors

extension OperatorFamily {
  /// Operators that take parts of tensors along axes.
  static let slicing = OperatorFamily("slicing", [.slice, .split])
}

// MARK: - Slice

private enum Slice: MovementKernel {
  /// The elements that a slice takes along one axis: `count` from `start` on, `step` apart.
  struct Selection {
    var start: Int
    var step: Int
    var count: Int
  }

  /// Returns what a slice takes of an axis: bounds count from the end when negative and are brought
  /// into the range of the axis.
  static func selection(
    _ start: Int, _ end: Int, _ step: Int, of extent: Int
  ) throws(OperatorError) -> Selection {
    guard step != 0 else { throw OperatorError(.invalidValue, "a step of the slice is 0") }
    // Walking backwards, a slice starts inside of the axis and may end before its first element.
    let high = step > 0 ? extent : extent - 1
    func place(_ bound: Int, from low: Int) -> Int {
      min(max(bound < 0 ? bound + extent : bound, low), high)
    }
    let (first, last) = (place(start, from: 0), place(end, from: step > 0 ? 0 : -1))
    let distance = step > 0 ? last - first : first - last
    guard distance > 0 else { return Selection(start: 0, step: 1, count: 0) }
    let count = Int(UInt(distance - 1) / step.magnitude) + 1
    return Selection(start: first, step: count > 1 ? step : 1, count: count)
  }

  /// The parameters of a slice for every axis that it names.
  struct Bounds<Value> {
    var starts: [Value]
    var ends: [Value]
    var axes: [Int]
    var steps: [Int]

    /// Checks the parameters against each other and against the rank.
    init(
      starts: [Value], ends: [Value], axes: [Int]?, steps: [Int]?, rank: Int
    ) throws(OperatorError) {
      let count = starts.count
      guard count <= rank, ends.count == count, axes?.count ?? count == count,
        steps?.count ?? count == count
      else {
        throw OperatorError(
          .incompatibleShapes,
          "a slice of \(rank) axes is given \(count) starts, \(ends.count) ends, "
            + "\(axes?.count ?? count) axes and \(steps?.count ?? count) steps")
      }
      self.starts = starts
      self.ends = ends
      self.axes = try normalizedAxes(axes ?? Array(0..<count), rank: rank)
      self.steps = steps ?? [Int](repeating: 1, count: count)
    }
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let bounds = try Bounds(
      starts: try context.integers(1), ends: try context.integers(2),
      axes: try context.optionalIntegers(3), steps: try context.optionalIntegers(4),
      rank: input.shape.count)
    var (shape, strides, offset) = (input.shape, rowMajorStrides(of: input.shape), 0)
    for (index, axis) in bounds.axes.enumerated() {
      let selection = try selection(
        bounds.starts[index], bounds.ends[index], bounds.steps[index], of: shape[axis])
      offset += selection.start * strides[axis]
      strides[axis] *= selection.step
      shape[axis] = selection.count
    }
    try context.checkOutput(of: Element.self, shape: shape)
    return [
      MovableTensor(of: Element.self, shape: shape) { result in
        input.withElements(of: Element.self) { source in
          StridedCopy(extents: shape, sourceStrides: strides)
            .run(from: source, at: offset, to: result)
        }
      }
    ]
  }

  /// Returns the extent that a slice leaves of an axis, as far as it is known.
  static func extent(
    _ start: Dimension, _ end: Dimension, _ step: Int, of extent: Dimension
  ) throws(OperatorError) -> Dimension {
    if case (.fixed(let start), .fixed(let end), .fixed(let extent)) = (start, end, extent) {
      return .fixed(try selection(start, end, step, of: extent).count)
    }
    if step == -1, start == .fixed(-1), end.fixedValue.map({ $0 <= -Int(Int32.max) }) ?? false {
      return extent
    }
    guard step >= 1, let first = place(start, in: extent) else { return .unknown }
    // The largest bounds, which exporters write for "to the end", need no minimum.
    let isOpen = end == extent || end.fixedValue.map { $0 >= Int(Int32.max) } ?? false
    if isOpen, step == 1, let number = start.fixedValue, number < 0, number >= -Int(Int32.max) {
      return .minimum(.fixed(-number), extent)
    }
    guard let last = isOpen ? extent : place(end, in: extent) else { return .unknown }
    let distance = first == 0 ? last : Dimension.maximum(last - first, 0)
    return step == 1 ? distance : distance.ceilDivided(by: .fixed(step))
  }

  /// Returns where a bound lies in an axis: negative bounds count from its end.
  private static func place(_ bound: Dimension, in extent: Dimension) -> Dimension? {
    switch bound {
    case .fixed(0): return 0
    case .fixed(let number) where number < 0: return .maximum(extent + bound, 0)
    case .symbolic(let expression) where !expression.isNonNegative: return nil
    case .unknown: return nil
    default: return .minimum(bound, extent)
    }
  }
}

extension OperatorDefinition {
  /// Takes evenly spaced parts of a tensor along axes.
  fileprivate static let slice = OperatorDefinition(
    OperatorSchema(
      "Slice", versions: [1, 10, 11, 13],
      inputs: [
        .required("data", "T"), .required("starts", "Tind"), .required("ends", "Tind"),
        .optional("axes", "Tind"), .optional("steps", "Tind"),
      ],
      outputs: [.required("output", "T")],
      constraints: ["T": .tensors([.classic, .bfloat16]), "Tind": .tensors(.indices)]),
    upgrades: [
      .attributeToInput("starts", input: 1, at: 10), .attributeToInput("ends", input: 2, at: 10),
      .attributeToInput("axes", input: 3, at: 10),
    ],
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
      let axes = context.integers(3)
      let steps = context.hasInput(4) ? context.integers(4) : nil
      guard axes != nil || !context.hasInput(3) else {
        let unknown = [Dimension](repeating: .unknown, count: shape.rank)
        return [.tensor(context.elementType(0), Shape(unknown))]
      }
      let starts = context.elements(1)?.elements
      let ends = context.elements(2)?.elements
      let named = axes?.count ?? starts?.count ?? ends?.count
      let count = named ?? context.shape(1)?.dimensions.first?.fixedValue ?? shape.rank
      guard count >= 0, count <= shape.rank, steps != nil || !context.hasInput(4) else {
        return [.tensor(context.elementType(0), unknownExtents(of: shape, along: axes))]
      }
      let unknown = [Dimension](repeating: .unknown, count: count)
      let bounds = try Slice.Bounds(
        starts: starts ?? unknown, ends: ends ?? unknown, axes: axes, steps: steps,
        rank: shape.rank)
      var result = shape
      for (index, axis) in bounds.axes.enumerated() {
        result[axis] = try Slice.extent(
          bounds.starts[index], bounds.ends[index], bounds.steps[index], of: shape[axis])
      }
      return [
        InferredValue(
          .tensor(context.elementType(0), result),
          elements: try slicedElements(context.elements(0), bounds))
      ]
    },
    evaluate: movement(Slice.self))

  private static func unknownExtents(of shape: Shape, along axes: [Int]?) -> Shape {
    let changed = axes.flatMap { try? normalizedAxes($0, rank: shape.rank) }
    return Shape(
      shape.dimensions.indices.map { changed?.contains($0) ?? true ? .unknown : shape[$0] })
  }

  /// Returns what a slice takes of the known elements of a list.
  private static func slicedElements(
    _ tensor: SymbolicTensor?, _ bounds: Slice.Bounds<Dimension>
  ) throws(OperatorError) -> SymbolicTensor? {
    guard let tensor, tensor.shape.count == 1, bounds.axes.count <= 1 else { return nil }
    guard bounds.axes == [0] else { return tensor }
    guard let start = bounds.starts[0].fixedValue, let end = bounds.ends[0].fixedValue else {
      return nil
    }
    let selection = try Slice.selection(start, end, bounds.steps[0], of: tensor.elements.count)
    let elements = (0..<selection.count).map {
      tensor.elements[selection.start + $0 * selection.step]
    }
    return SymbolicTensor(shape: [selection.count], elements: elements)
  }
}

// MARK: - Split

private enum Split: MovementKernel {
  static let axis = AttributeKey<Int>("axis", default: 0)
  static let outputCount = OptionalAttributeKey<Int>("num_outputs")

  /// Returns the extents of the first `count` parts of an axis.
  ///
  /// Without sizes the parts are equal, except that the last ones are smaller when they must be.
  static func parts(
    of extent: Int, sizes: [Int]?, number: Int?, outputs count: Int
  ) throws(OperatorError) -> [Int] {
    guard let sizes else {
      let number = number ?? count
      guard number >= count, number > 0 else {
        throw OperatorError(
          .invalidAttribute, "num_outputs is \(number), but \(count) outputs are named")
      }
      let size = extent / number + (extent % number == 0 ? 0 : 1)
      return (0..<count).map { min(size, max(0, extent - $0 * size)) }
    }
    var sum = 0
    for size in sizes {
      let (next, overflow) = sum.addingReportingOverflow(size)
      guard size >= 0, !overflow else {
        throw OperatorError(.invalidValue, "the sizes \(sizes) of the parts are out of range")
      }
      sum = next
    }
    guard sum == extent, sizes.count >= count else {
      throw OperatorError(
        .incompatibleShapes,
        "parts of the sizes \(sizes) do not make an axis of \(extent) for \(count) outputs")
    }
    return Array(sizes.prefix(count))
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let axis = try normalizedAxis(try context.value(of: axis), rank: input.shape.count)
    let sizes = try parts(
      of: input.shape[axis], sizes: try context.optionalIntegers(1),
      number: try context.value(of: outputCount), outputs: context.outputs.count)
    let strides = rowMajorStrides(of: input.shape)
    var (results, start): ([MovableTensor], Int) = ([], 0)
    for size in sizes {
      var shape = input.shape
      shape[axis] = size
      try context.checkOutput(of: Element.self, shape: shape)
      let copy = StridedCopy(extents: shape, sourceStrides: strides)
      results.append(
        MovableTensor(of: Element.self, shape: shape) { result in
          input.withElements(of: Element.self) { source in
            copy.run(from: source, at: start * strides[axis], to: result)
          }
        })
      start += size
    }
    return results
  }
}

extension OperatorDefinition {
  /// Cuts a tensor into parts along one axis.
  fileprivate static let split = OperatorDefinition(
    OperatorSchema(
      "Split", versions: [1, 2, 11, 13, 18],
      inputs: [.required("input", "T"), .optional("split", "tensor(int64)")],
      outputs: [.variadic("outputs", "T")],
      attributes: [Split.axis.declaration, Split.outputCount.declaration],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    upgrades: [
      OperatorUpgrade(to: 2) { graph, node in castSizes(of: node, in: &graph) },
      .attributeToInput("split", input: 1, at: 13),
      OperatorUpgrade(to: 18) { graph, node in
        guard graph.input(1, of: node) == nil else { return }
        let count = graph.outputs(of: node).count
        graph.update(node) { $0.attributes["num_outputs"] = .int(Int64(count)) }
      },
    ],
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let shape = context.shape(0) else {
        return [InferredValue](repeating: .tensor(type), count: context.outputCount)
      }
      let axis = try normalizedAxis(try context.value(of: Split.axis), rank: shape.rank)
      let extents = try splitExtents(context, of: shape[axis])
      var start = Dimension.fixed(0)
      return extents.map { extent in
        var result = shape
        result[axis] = extent
        let part = listPart(context.elements(0), from: start.fixedValue, extent.fixedValue)
        start = start + extent
        return InferredValue(.tensor(type, result), elements: part)
      }
    },
    evaluate: movement(Split.self))

  private static func splitExtents(
    _ context: borrowing InferenceContext, of extent: Dimension
  ) throws(OperatorError) -> [Dimension] {
    let count = context.outputCount
    let sizes = context.integers(1)
    if let extent = extent.fixedValue, sizes != nil || !context.hasInput(1) {
      let number = try context.value(of: Split.outputCount)
      return try Split.parts(of: extent, sizes: sizes, number: number, outputs: count)
        .map { .fixed($0) }
    }
    if let sizes = context.elements(1)?.elements, sizes.count >= count {
      return Array(sizes.prefix(count))
    }
    return [Dimension](repeating: count == 1 ? extent : .unknown, count: count)
  }

  /// Returns `count` known elements of a list.
  private static func listPart(
    _ tensor: SymbolicTensor?, from start: Int?, _ count: Int?
  ) -> SymbolicTensor? {
    guard let tensor, tensor.shape.count == 1, let start, let count, start >= 0, count >= 0,
      start <= tensor.elements.count, count <= tensor.elements.count - start
    else { return nil }
    let elements = Array(tensor.elements[start..<(start + count)])
    return SymbolicTensor(shape: [count], elements: elements)
  }

  /// The first version took the sizes as an input of the type of the tensor.
  private static func castSizes(of node: NodeID, in graph: inout Graph) {
    guard let sizes = graph.input(1, of: node), graph.type(of: sizes)?.elementType != .int64 else {
      return
    }
    if let constant = graph.constant(of: sizes), graph.isConstant(sizes),
      constant.encoding == .dense, constant.elementType != .string
    {
      graph.setInput(1, of: node, toConstant: constant.converted(to: .int64))
      return
    }
    let cast = graph.add(
      Node(
        OperatorID("Cast"), attributes: ["to": .int(Int64(ElementType.int64.rawValue))],
        lineage: graph[node].lineage),
      inputs: [sizes], results: [Graph.Result("")], at: .before(node))
    graph.setInput(1, of: node, to: graph.output(0, of: cast))
  }
}
