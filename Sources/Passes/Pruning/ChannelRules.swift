import IR
import Tensors

/// What ties channels together around a node, by operator.
enum ChannelRules {
  typealias Rule = @Sendable (ChannelPorts) -> [ChannelTie]

  static let table: [String: Rule] = {
    var table: [String: Rule] = [:]
    for name in ElementwiseOperators.all.union(["Dropout"]) {
      table[name] = elementwise
    }
    for name in pools { table[name] = { $0.tie([$0.axis(.input(0), 1), $0.axis(.output(0), 1)]) } }
    for name in reductions { table[name] = reduction }
    for name in ["Reshape", "Flatten", "Squeeze", "Unsqueeze"] { table[name] = view }
    table["Conv"] = convolution
    table["ConvTranspose"] = transposedConvolution
    table["Gemm"] = product
    table["MatMul"] = matrixProduct
    table["BatchNormalization"] = { normalization($0, parameters: 4) }
    table["InstanceNormalization"] = { normalization($0, parameters: 2) }
    table["Concat"] = concatenation
    table["Transpose"] = transposition
    table["Pad"] = padding
    table["Resize"] = resizing
    return table
  }()

  private static let pools = [
    "AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool",
  ]

  private static let reductions = [
    "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "ReduceSumSquare",
  ]

  // MARK: - Products

  private static func convolution(_ ports: ChannelPorts) -> [ChannelTie] {
    let groups = ports.attributes.count("group")
    let result = [ports.axis(.output(0), 1), ports.axis(.input(1), 0)]
    guard groups > 1 else {
      return ports.tie([ports.axis(.input(0), 1), ports.axis(.input(1), 1)])
        + ports.tie(result + ports.optionalAxis(2, 0))
    }
    // Each group has one channel and gives `multiplier` ones: they stand or fall together.
    guard ports.extent(.input(0), 1) == groups, ports.extent(.input(1), 1) == 1,
      let count = ports.extent(.output(0), 1), count > 0, count % groups == 0
    else { return [] }
    let multiplier = count / groups
    return ports.tie(
      [
        ports.axis(.input(0), 1), ports.axis(.output(0), 1, divisor: multiplier),
        ports.axis(.input(1), 0, divisor: multiplier),
      ] + ports.optionalAxis(2, 0, divisor: multiplier))
  }

  private static func transposedConvolution(_ ports: ChannelPorts) -> [ChannelTie] {
    guard ports.attributes.count("group") == 1 else { return [] }
    return ports.tie([ports.axis(.input(0), 1), ports.axis(.input(1), 0)])
      + ports.tie(
        [ports.axis(.output(0), 1), ports.axis(.input(1), 1)] + ports.optionalAxis(2, 0))
  }

  private static func product(_ ports: ChannelPorts) -> [ChannelTie] {
    guard ports.attributes["transA"] ?? .int(0) == .int(0) else { return [] }
    let isTransposed = ports.attributes["transB"] ?? .int(0) != .int(0)
    let isShared = ports.rank(.input(2)) == 0 || ports.extent(.input(2), -1) == 1
    return ports.tie([ports.axis(.input(0), 1), ports.axis(.input(1), isTransposed ? 1 : 0)])
      + ports.tie(
        [ports.axis(.output(0), 1), ports.axis(.input(1), isTransposed ? 0 : 1)]
          + (isShared ? [] : ports.optionalAxis(2, -1)))
  }

  private static func matrixProduct(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let left = ports.rank(.input(0)), let right = ports.rank(.input(1)), left > 1, right > 1
    else { return [] }
    return ports.tie([ports.axis(.input(0), -1), ports.axis(.input(1), -2)])
      + ports.tie([ports.axis(.output(0), -1), ports.axis(.input(1), -1)])
      + ports.tie([ports.axis(.output(0), -2), ports.axis(.input(0), -2)])
  }

  // MARK: - Element by element

  /// Operands may have fewer axes than the result, or 1 element along an axis.
  private static func elementwise(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let rank = ports.rank(.output(0)), !ports.graph.hasFurtherOutputs(ports.node) else {
      return []
    }
    let inputs = (0..<ports.graph.inputCount(of: ports.node)).map { ChannelTie.Port.input($0) }
      .filter { ports.value($0) != nil }
    guard inputs.allSatisfy({ ports.rank($0) != nil }) else { return [] }
    return (0..<rank).flatMap { axis -> [ChannelTie] in
      var operands: [[ChannelTie.Member]] = []
      for input in inputs {
        let own = axis - rank + (ports.rank(input) ?? 0)
        guard own >= 0, ports.extent(input, own) != 1 else { continue }
        operands.append(ports.axis(input, own))
      }
      return ports.tie([ports.axis(.output(0), axis)] + operands)
    }
  }

  private static func normalization(_ ports: ChannelPorts, parameters: Int) -> [ChannelTie] {
    guard !ports.graph.hasFurtherOutputs(ports.node) else { return [] }
    return ports.tie(
      [ports.axis(.input(0), 1), ports.axis(.output(0), 1)]
        + (1...parameters).map { ports.axis(.input($0), 0) })
  }

  // MARK: - Movements

  private static func concatenation(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let rank = ports.rank(.output(0)), case .int(let value)? = ports.attributes["axis"] else {
      return []
    }
    let joined = value < 0 ? Int(value) + rank : Int(value)
    let inputs = (0..<ports.graph.inputCount(of: ports.node)).map { ChannelTie.Port.input($0) }
    return (0..<rank).flatMap { axis -> [ChannelTie] in
      guard axis == joined else {
        return ports.tie([ports.axis(.output(0), axis)] + inputs.map { ports.axis($0, axis) })
      }
      var members = ports.axis(.output(0), axis)
      var offset = 0
      for input in inputs {
        guard let extent = ports.extent(input, axis) else { return [] }
        members += ports.axis(input, axis, offset: offset)
        offset += extent
      }
      return ports.extent(.output(0), axis) == offset ? [ChannelTie(members: members)] : []
    }
  }

  private static func transposition(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let rank = ports.rank(.input(0)) else { return [] }
    var axes = Array((0..<rank).reversed())
    if case .ints(let list)? = ports.attributes["perm"] { axes = list.map(Int.init) }
    guard axes.count == rank else { return [] }
    return axes.enumerated().flatMap { place, axis in
      ports.tie([ports.axis(.input(0), axis), ports.axis(.output(0), place)])
    }
  }

  private static func padding(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let rank = ports.rank(.input(0)), ports.value(.input(3)) == nil,
      let pads = ports.graph.integers(1, of: ports.node), pads.count == 2 * rank
    else { return [] }
    return (0..<rank).filter { pads[$0] == 0 && pads[$0 + rank] == 0 }.flatMap { axis in
      ports.tie([ports.axis(.input(0), axis), ports.axis(.output(0), axis)])
    }
  }

  private static func resizing(_ ports: ChannelPorts) -> [ChannelTie] {
    // Sizes, in the place of scales, would have to change with the channels.
    guard ports.value(.input(3)) == nil, ports.attributes["axes"] == nil,
      let scales = ports.graph.constant(2, of: ports.node), scales.elementType == .float32,
      scales.encoding == .dense, scales.count == ports.rank(.input(0)),
      ports.value(.input(1)).map({ ports.graph.fixedTensor(of: $0)?.count == 0 }) ?? true
    else { return [] }
    return scales.scalars(of: Float.self).enumerated().filter { $0.element == 1 }.flatMap {
      ports.tie([ports.axis(.input(0), $0.offset), ports.axis(.output(0), $0.offset)])
    }
  }

  private static func reduction(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let rank = ports.rank(.input(0)),
      let list = ports.graph.integers(1, of: ports.node), !list.isEmpty
    else { return [] }
    let reduced = Set(list.map { $0 < 0 ? $0 + rank : $0 })
    let keepsAxes = ports.attributes["keepdims"] ?? .int(1) != .int(0)
    return (0..<rank).filter { !reduced.contains($0) }.flatMap { axis in
      let place = keepsAxes ? axis : axis - reduced.count { $0 < axis }
      return ports.tie([ports.axis(.input(0), axis), ports.axis(.output(0), place)])
    }
  }

  /// Axes that keep their elements, and those that are split or joined with the axes inside them.
  private static func view(_ ports: ChannelPorts) -> [ChannelTie] {
    guard let from = ports.shape(.input(0)), let to = ports.shape(.output(0)),
      ports.graph.isStandard(ports.node, "Reshape")
        ? ports.graph.integers(1, of: ports.node) != nil : true
    else { return [] }
    return ViewAxes(from, to).pairs.flatMap { pair in
      ports.tie([
        ports.axis(.input(0), pair.from, divisor: pair.fromInner),
        ports.axis(.output(0), pair.to, divisor: pair.toInner),
      ])
    }
  }
}
