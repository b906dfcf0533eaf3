import IR
import Tensors

extension DowngradeRules {
  /// Inputs that were attributes.
  static let arguments = DowngradeRules([
    "Clip": [.bounds],
    "Constant": [.numbersOfConstant],
    "DFT": [.transformedAxis],
    "Dropout": [
      OperatorDowngrade(from: 12) { node throws(OperatorError) in
        if let mode = try node.constant(2, "training_mode"),
          mode.reshaped(to: []) != Tensor(scalar: false)
        {
          throw OperatorError(.unsupported, "training_mode is on")
        }
        guard !node.isUsed(output: 1) else {
          throw OperatorError(.unsupported, "what the mask holds was left open")
        }
        node.dropInputs(from: 2)
        node.set("seed", to: nil)
      },
      .numberToAttribute(1, "ratio", from: 12),
    ],
    "Pad": [
      .refusing("mode", ["wrap"], from: 19), .paddedAxes,
      .listToAttribute(1, "pads", from: 11), .numberToAttribute(2, "value", from: 11),
    ],
    "ReduceL1": [.reducedAxes(from: 18)],
    "ReduceL2": [.reducedAxes(from: 18)],
    "ReduceLogSum": [.reducedAxes(from: 18)],
    "ReduceLogSumExp": [.reducedAxes(from: 18)],
    "ReduceMax": [.reducedAxes(from: 18)],
    "ReduceMean": [.reducedAxes(from: 18)],
    "ReduceMin": [.reducedAxes(from: 18)],
    "ReduceProd": [.reducedAxes(from: 18)],
    "ReduceSum": [.reducedAxes(from: 13)],
    "ReduceSumSquare": [.reducedAxes(from: 18)],
    "Slice": [
      OperatorDowngrade(from: 11) { node throws(OperatorError) in
        guard let axes = try? node.integers(3, "axes"), axes.contains(where: { $0 < 0 }) else {
          return
        }
        var inputs = node.inputs
        let positions = try normalizedAxes(axes, rank: try node.rank(ofInput: 0))
        inputs[3] = node.new.integers(positions)
        node.setInputs(inputs)
      },
      OperatorDowngrade(from: 10) { node throws(OperatorError) in
        guard try node.integers(4, "steps")?.allSatisfy({ $0 == 1 }) ?? true else {
          throw OperatorError(.unsupported, "steps are not 1")
        }
        node.dropInputs(from: 4)
      },
      .listToAttribute(1, "starts", from: 10), .listToAttribute(2, "ends", from: 10),
      .listToAttribute(3, "axes", from: 10),
    ],
    "Split": [.partsOfAxis, .listToAttribute(1, "split", from: 13)],
    "Squeeze": [.listToAttribute(1, "axes", from: 13)],
    "TopK": [
      OperatorDowngrade(from: 11) { node in node.set("sorted", to: nil) },
      OperatorDowngrade(from: 10) { node throws(OperatorError) in
        guard let count = try node.integers(1, "K")?.first else { return }
        node.set("k", to: .int(Int64(count)))
        node.dropInputs(from: 1)
      },
    ],
    "Unsqueeze": [.listToAttribute(1, "axes", from: 13)],
  ])
}

extension OperatorDowngrade {
  /// A list of integers that is an input was an attribute.
  static func listToAttribute(_ index: Int, _ name: String, from version: Int) -> Self {
    OperatorDowngrade(from: version) { node throws(OperatorError) in
      guard let values = try node.integers(index, name) else { return }
      node.set(name, to: values)
      node.drop(input: index)
    }
  }

  /// A number that is an input was an attribute of 32 bits.
  static func numberToAttribute(_ index: Int, _ name: String, from version: Int) -> Self {
    OperatorDowngrade(from: version) { node throws(OperatorError) in
      guard let tensor = try node.constant(index, name) else { return }
      let number = tensor.converted(to: .float32)
      guard tensor.count == 1, number.converted(to: tensor.elementType) == tensor else {
        throw OperatorError(.unsupported, "\(name) is no number of 32 bits")
      }
      node.set(name, to: .float(number.withScalars(of: Float.self) { $0[0] }))
      node.drop(input: index)
    }
  }

  /// Axes that are an input were an attribute, and without any the tensor was reduced to one element.
  fileprivate static func reducedAxes(from version: Int) -> Self {
    OperatorDowngrade(from: version) { node throws(OperatorError) in
      let keepsAll = AttributeKey<Bool>("noop_with_empty_axes", default: false)
      let axes = try node.integers(1, "axes") ?? []
      if axes.isEmpty, try node.value(of: keepsAll) {
        guard reductionsOfOne.contains(node.node.operatorID.name) else {
          throw OperatorError(.unsupported, "noop_with_empty_axes asks for no reduction")
        }
        return try node.replace(with: [try node.input(0)])
      }
      node.set(keepsAll.name, to: nil)
      if !axes.isEmpty { node.set("axes", to: axes) }
      node.dropInputs(from: 1)
    }
  }

  /// The reductions of which one element is itself.
  private static let reductionsOfOne: Set = [
    "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
  ]

  /// Bounds that are inputs were attributes; those that execution decides on become two operators.
  fileprivate static let bounds = OperatorDowngrade(from: 11) { node throws(OperatorError) in
    let constants = (1...2).compactMap { node.optionalInput($0) }.allSatisfy(
      node.new.graph.isConstant)
    if constants {
      try numberToAttribute(2, "max", from: 11).rewrite(node)
      return try numberToAttribute(1, "min", from: 11).rewrite(node)
    }
    var value = try node.input(0)
    if let low = node.optionalInput(1) { value = node.new("Max", value, low) }
    if let high = node.optionalInput(2) { value = node.new("Min", value, high) }
    try node.replace(with: [value])
  }

  /// Numbers and strings were tensors.
  fileprivate static let numbersOfConstant = OperatorDowngrade(from: 12) { node in
    guard let tensor = node.node.attributes.first?.value.constantTensor,
      tensor.encoding == .dense
    else { return }
    node.new.edit { graph in graph.update(node.id) { $0.attributes = ["value": .tensor(tensor)] } }
  }

  fileprivate static let transformedAxis = OperatorDowngrade(from: 20) {
    node throws(OperatorError) in
    node.set("axis", to: .int(Int64(try node.integers(2, "axis")?.first ?? -2)))
    node.dropInputs(from: 2)
  }

  /// Amounts for some axes were amounts for all.
  fileprivate static let paddedAxes = OperatorDowngrade(from: 18) { node throws(OperatorError) in
    guard let named = try node.integers(3, "axes") else { return }
    let rank = try node.rank(ofInput: 0)
    let pads = try node.integers(1, "pads") ?? []
    let axes = try normalizedAxes(named, rank: rank)
    guard pads.count == 2 * axes.count else {
      throw OperatorError(.invalidValue, "\(pads.count) pads are given for \(axes.count) axes")
    }
    var all = [Int](repeating: 0, count: 2 * rank)
    for (index, axis) in axes.enumerated() {
      all[axis] = pads[index]
      all[rank + axis] = pads[axes.count + index]
    }
    node.setInputs([node.inputs[0], node.new.integers(all), node.optionalInput(2)])
  }

  /// Parts without sizes were equal; of an axis that they do not divide the sizes are written.
  ///
  /// Where execution decides on the extent, it refuses one that they do not divide.
  fileprivate static let partsOfAxis = OperatorDowngrade(from: 18) { node throws(OperatorError) in
    let number = try node.value(of: OptionalAttributeKey<Int>("num_outputs"))
    node.set("num_outputs", to: nil)
    guard let number, number > 0, node.optionalInput(1) == nil else { return }
    guard node.outputs.count == number else {
      throw OperatorError(.unsupported, "\(node.outputs.count) of \(number) outputs are named")
    }
    guard let shape = node.shape(ofInput: 0) else { return }
    let axis = try node.value(of: AttributeKey<Int>("axis", default: 0))
    guard let extent = shape[try normalizedAxis(axis, rank: shape.rank)].fixedValue,
      extent < 1 << 60, extent % number != 0
    else { return }
    let size = extent / number + 1
    let sizes = (0..<number).map { min(size, max(0, extent - $0 * size)) }
    node.setInputs([node.inputs[0], node.new.integers(sizes)])
  }
}
