import IR
import Tensors

extension RewritePass {
  /// Moves a normalization, a scale or a shift by channel into the weights before it.
  ///
  ///     a = Conv(x, w)
  ///     y = BatchNormalization(a, scale, bias, mean, variance)    →    y = Conv(x, w', b')
  ///
  /// The weights are computed in 64 bits. Only where nothing else uses the product or weights that
  /// change, the statistics are constants and their variances positive.
  static let foldScales = RewritePass(
    "fold-scales", "Move normalizations, scales and shifts by channel into the weights before them",
    .reassociating,
    rules: [
      RewriteRule(of: "BatchNormalization", "Mul", "Add", "Sub", "Div") { node, model in
        let graph = model.graph
        guard let map = ChannelMap(of: node, in: graph),
          let input = map.input, let product = graph.producer(of: input),
          graph.soleUser(of: input) == node, !graph.hasFurtherOutputs(product),
          let weights = ChannelWeights(of: product, in: graph),
          let map = map.repeated(toCount: weights.count),
          map.keepsScale || graph.input(1, of: product).map(graph.singleUse) ?? nil != nil
        else { return nil }
        return { model in
          model.graph.replaceWeights(of: product, with: weights.applying(map), insteadOf: node)
        }
      }
    ])
}

/// What a node does to each channel: y = scale x + shift.
struct ChannelMap {
  let input: ValueID?
  private(set) var scale: [Double]
  private(set) var shift: [Double]

  /// Whether channels are shifted alone.
  fileprivate var keepsScale: Bool { scale.allSatisfy { $0 == 1 } }

  /// Returns the map for `count` channels, of which each gets the same where one number is given.
  func repeated(toCount count: Int) -> ChannelMap? {
    if scale.count == count { return self }
    guard scale.count == 1 else { return nil }
    var map = self
    map.scale = [Double](repeating: scale[0], count: count)
    map.shift = [Double](repeating: shift[0], count: count)
    return map
  }

  /// Describes a node; nil when it does something else.
  init?(of node: NodeID, in graph: Graph) {
    guard let output = graph.output(0, of: node), let rank = graph.shape(of: output)?.rank,
      graph.elementType(of: output) == .float32, !graph.hasFurtherOutputs(node)
    else { return nil }
    if graph.isStandard(node, "BatchNormalization") {
      guard graph[node].attributes["training_mode"] ?? .int(0) == .int(0),
        let gamma = graph.numbers(1, of: node), let beta = graph.numbers(2, of: node),
        let mean = graph.numbers(3, of: node), let variance = graph.numbers(4, of: node),
        [beta.count, mean.count, variance.count].allSatisfy({ $0 == gamma.count })
      else { return nil }
      var epsilon = 1e-5
      if case .float(let value)? = graph[node].attributes["epsilon"] { epsilon = Double(value) }
      let deviations = variance.map { ($0 + epsilon).squareRoot() }
      guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
      input = graph.input(0, of: node)
      let scale = zip(gamma, deviations).map(/)
      self.scale = scale
      shift = zip(beta, zip(mean, scale)).map { $0 - $1.0 * $1.1 }
      guard (self.scale + shift).allSatisfy(\.isFinite) else { return nil }
      return
    }
    guard let first = graph.input(0, of: node), graph.shape(of: first)?.rank == rank,
      let numbers = graph.numbers(1, of: node),
      let constant = graph.constant(1, of: node), constant.isAlongChannels(ofRank: rank)
    else { return nil }
    input = first
    let (ones, zeros) = (numbers.map { _ in 1.0 }, numbers.map { _ in 0.0 })
    switch graph[node].operatorID.name {
    case "Mul": (scale, shift) = (numbers, zeros)
    case "Div": (scale, shift) = (numbers.map { 1 / $0 }, zeros)
    case "Add": (scale, shift) = (ones, numbers)
    case "Sub": (scale, shift) = (ones, numbers.map { -$0 })
    default: return nil
    }
    guard (scale + shift).allSatisfy(\.isFinite) else { return nil }
  }
}

/// The constant weights of a product with those that each output channel has.
struct ChannelWeights {
  private let weights: Tensor
  private let bias: [Double]?
  private let axis: Int
  /// The number of output channels.
  let count: Int

  /// Describes the weights of a Conv, ConvTranspose or Gemm; nil when they are not constant.
  init?(of node: NodeID, in graph: Graph) {
    guard graph[node].operatorID.domain.isEmpty, let weights = graph.constant(1, of: node),
      weights.elementType == .float32, weights.encoding == .dense
    else { return nil }
    var bias: [Double]?
    if graph.input(2, of: node) != nil {
      guard let numbers = graph.numbers(2, of: node),
        graph.constant(2, of: node)?.isAlongChannels(ofRank: 2) ?? false
      else { return nil }
      bias = numbers
    }
    let attributes = graph[node].attributes
    switch graph[node].operatorID.name {
    case "Conv": axis = 0
    case "ConvTranspose":
      guard attributes["group"] ?? .int(1) == .int(1) else { return nil }
      axis = 1
    case "Gemm":
      guard attributes["alpha"] ?? .float(1) == .float(1),
        attributes["beta"] ?? .float(1) == .float(1)
      else { return nil }
      axis = attributes["transB"] ?? .int(0) == .int(0) ? 1 : 0
    default: return nil
    }
    guard weights.rank > axis else { return nil }
    let channels = weights.shape[axis]
    guard bias.map({ $0.count == channels }) ?? true else { return nil }
    self.weights = weights
    self.bias = bias
    count = channels
  }

  /// Returns the weights and the bias that give what `map` makes of the product.
  func applying(_ map: ChannelMap) -> (weights: Tensor, bias: Tensor) {
    let inner = weights.shape.dropFirst(axis + 1).reduce(1, *)
    let count = count
    let isScaled = map.scale.contains { $0 != 1 }
    let scaled = weights.aligned().withScalars(of: Float.self) { source in
      Tensor(Float.elementType, shape: weights.shape) { target in
        let result = target.bindMemory(to: Float.self)
        for index in source.indices {
          result[index] = Float(Double(source[index]) * map.scale[index / inner % count])
        }
      }
    }
    let shifts = (0..<count).map { Float((bias?[$0] ?? 0) * map.scale[$0] + map.shift[$0]) }
    return (isScaled ? scaled : weights, Tensor(shape: [count], scalars: shifts))
  }
}

extension Graph {
  /// The elements of a constant input of floating-point numbers.
  fileprivate func numbers(_ index: Int, of node: NodeID) -> [Double]? {
    guard let tensor = constant(index, of: node), tensor.encoding == .dense,
      tensor.elementType == .float32, tensor.count <= 1 << 20
    else { return nil }
    return tensor.converted(to: .float64).scalars(of: Double.self)
  }

  /// Gives a product new weights and lets it stand for a node as well.
  fileprivate mutating func replaceWeights(
    of product: NodeID, with new: (weights: Tensor, bias: Tensor), insteadOf node: NodeID
  ) {
    let block = block(of: product)
    let former = inputs(of: product).dropFirst().compactMap { $0 }
    let data = input(0, of: product)
    let weights = addConstant(new.weights, named: former.first.map(name(of:)) ?? "", in: block)
    let bias = addConstant(new.bias, in: block)
    setInputs([data, weights, bias], of: product)
    for value in former where contains(value) && isConstant(value) && !hasUses(value) {
      removeConstant(value)
    }
    if let output = output(0, of: product) {
      // It is the node's result now, and takes its name: names say what means the same in two models.
      setName("", of: output)
      replace(node, with: output)
    }
  }
}

extension Tensor {
  /// Whether elements lie along axis 1 of a tensor of some rank, or of the last where that has two.
  fileprivate func isAlongChannels(ofRank rank: Int) -> Bool {
    let full = [Int](repeating: 1, count: max(0, rank - self.rank)) + shape
    guard full.count == rank, rank >= 2 else { return false }
    return full.enumerated().allSatisfy { $0.offset == 1 || $0.element == 1 }
  }
}
