import IR
import Tensors

/// MobileNetV2 as torchvision exports it: batch normalization folded, 100 nodes, every clip with
/// constants of its own.
struct MobileNet {
  private var graph = Graph()
  private var value: ValueID
  private var extents = [1, 3, 224, 224]

  /// The model, with zeros for weights.
  static func model() -> Model {
    var network = MobileNet()
    network.addLayers()
    return Model(graph: network.graph, operatorSets: ["": 17])
  }

  private init() {
    value = graph.addInput(named: "input", type: .tensor(.float32, [1, 3, 224, 224]))
  }

  private mutating func addLayers() {
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ]
    addConvolution(32, kernel: 3, stride: 2, isClipped: true)
    for (expansion, channels, count, stride) in stages {
      for index in 0..<count {
        addBottleneck(expansion, channels, stride: index == 0 ? stride : 1)
      }
    }
    addConvolution(1280, kernel: 1, stride: 1, isClipped: true)
    add("GlobalAveragePool", [:], to: [1, 1280, 1, 1])
    add("Flatten", ["axis": .int(1)], to: [1, 1280])
    let weights = [zeros([1000, 1280]), zeros([1000])]
    add("Gemm", ["transB": .int(1)], weights, to: [1, 1000])
    graph.setOutputs([value], named: ["output"])
  }

  private mutating func addBottleneck(_ expansion: Int, _ channels: Int, stride: Int) {
    let (start, before) = (value, extents)
    let hidden = extents[1] * expansion
    if expansion > 1 { addConvolution(hidden, kernel: 1, stride: 1, isClipped: true) }
    addConvolution(hidden, kernel: 3, stride: stride, groups: hidden, isClipped: true)
    addConvolution(channels, kernel: 1, stride: 1, isClipped: false)
    if extents == before { add("Add", [:], [start], to: extents) }
  }

  private mutating func addConvolution(
    _ channels: Int, kernel: Int, stride: Int, groups: Int = 1, isClipped: Bool
  ) {
    let weights = [zeros([channels, extents[1] / groups, kernel, kernel]), zeros([channels])]
    let side = extents[2] / stride
    let attributes: Attributes = [
      "dilations": .ints([1, 1]), "group": .int(Int64(groups)),
      "kernel_shape": .ints([Int64(kernel), Int64(kernel)]),
      "pads": .ints([Int64](repeating: Int64(kernel / 2), count: 4)),
      "strides": .ints([Int64(stride), Int64(stride)]),
    ]
    add("Conv", attributes, weights, to: [1, channels, side, side])
    guard isClipped else { return }
    let limits = [0, 6].map { graph.addConstant(Tensor(scalar: Float($0))) }
    add("Clip", [:], limits, to: extents)
  }

  private mutating func zeros(_ shape: [Int]) -> ValueID {
    graph.addConstant(
      Tensor(.float32, shape: shape) { $0.initializeMemory(as: UInt8.self, repeating: 0) })
  }

  private mutating func add(
    _ name: String, _ attributes: Attributes, _ inputs: [ValueID] = [], to extents: [Int]
  ) {
    self.extents = extents
    let result = Graph.Result("", type: .tensor(.float32, Shape(extents)))
    let node = graph.add(
      Node(OperatorID(name, version: 17), attributes: attributes), inputs: [value] + inputs,
      results: [result])
    value = graph.output(0, of: node) ?? value
  }
}
