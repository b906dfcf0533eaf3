import IR
import Tensors

extension DowngradeRules {
  /// Operators that resize images.
  static let resizing = DowngradeRules([
    "Resize": [
      .refusing("coordinate_transformation_mode", ["half_pixel_symmetric"], from: 19),
      .resizedAxes, .presentInputs, .plainSampling,
      OperatorDowngrade(from: 10) { node in node.rename(to: "Upsample") },
    ],
    "Upsample": [
      OperatorDowngrade(from: 9) { node throws(OperatorError) in
        guard let scales = try node.constant(1, "scales") else { return }
        node.set("scales", to: .floats(scales.withScalars(of: Float.self) { Array($0) }))
        node.dropInputs(from: 1)
      }
    ],
  ])
}

extension OperatorDowngrade {
  /// Factors or sizes of some axes were those of all.
  fileprivate static let resizedAxes = OperatorDowngrade(from: 18) { node throws(OperatorError) in
    guard let named = try node.value(of: OptionalAttributeKey<[Int]>("axes")) else { return }
    let rank = try node.rank(ofInput: 0)
    let axes = try normalizedAxes(named, rank: rank)
    guard node.optionalInput(1) == nil else {
      throw OperatorError(.unsupported, "roi is given for the axes \(axes)")
    }
    var inputs = node.inputs
    if let scales = try node.constant(2, "scales") {
      var all = [Float](repeating: 1, count: rank)
      let factors = scales.withScalars(of: Float.self) { Array($0) }
      for (axis, factor) in zip(axes, factors) { all[axis] = factor }
      inputs[2] = node.new.constant(Tensor(shape: [rank], scalars: all))
    } else if let sizes = try node.integers(3, "sizes") {
      let known = node.shape(ofInput: 0)?.extents ?? []
      guard known.count == rank else {
        throw OperatorError(.unsupported, "the extents of X are not known")
      }
      var all = known
      for (axis, size) in zip(axes, sizes) { all[axis] = size }
      inputs[3] = node.new.integers(all)
    }
    node.set("axes", to: nil)
    node.setInputs(inputs)
  }

  /// Inputs that may be left out were empty.
  fileprivate static let presentInputs = OperatorDowngrade(from: 13) { node throws(OperatorError) in
    let empty = Tensor(shape: [0], scalars: [Float]())
    var inputs = node.inputs
    while inputs.count < 3 { inputs.append(nil) }
    for index in 1...2 where inputs[index] == nil {
      inputs[index] = node.new.constant(empty)
    }
    node.setInputs(inputs)
  }

  /// The first version took factors and counted positions from the first element.
  fileprivate static let plainSampling = OperatorDowngrade(from: 11) { node throws(OperatorError) in
    let mode = try node.value(of: AttributeKey<String>("mode", default: "nearest"))
    let coordinates = try node.value(
      of: AttributeKey<String>("coordinate_transformation_mode", default: "half_pixel"))
    let rounding = try node.value(
      of: AttributeKey<String>("nearest_mode", default: "round_prefer_floor"))
    let factors = try node.factors()
    let isPlain =
      switch (mode, coordinates) {
      case ("nearest", "asymmetric"):
        rounding == (factors.contains { $0 < 1 } ? "ceil" : "floor")
          && (factors.allSatisfy { $0 >= 1 } || factors.allSatisfy { $0 <= 1 })
      case ("nearest", "half_pixel"):
        // Whole factors repeat elements, wherever their middle is said to be.
        rounding.hasPrefix("round") && factors.allSatisfy { $0 >= 1 && $0 == $0.rounded() }
      default: mode == "linear" && coordinates == "asymmetric"
      }
    guard isPlain else {
      throw OperatorError(
        .unsupported, "\(mode) interpolation with \(coordinates) coordinates (\(rounding))")
    }
    node.new.edit { graph in
      graph.update(node.id) { $0.attributes = ["mode": .string(ByteString(mode))] }
    }
    let scales = node.new.constant(Tensor(shape: [factors.count], scalars: factors))
    node.setInputs([node.inputs[0], scales])
  }
}

extension DowngradedNode {
  /// Returns how much longer each axis becomes.
  fileprivate func factors() throws(OperatorError) -> [Float] {
    if let scales = try constant(2, "scales"), scales.count > 0 {
      return scales.withScalars(of: Float.self) { Array($0) }
    }
    guard let sizes = try integers(3, "sizes"), let extents = shape(ofInput: 0)?.extents,
      sizes.count == extents.count, !extents.contains(0)
    else {
      throw OperatorError(.unsupported, "the factors are not known")
    }
    // An executor must find the sizes again.
    let factors = zip(sizes, extents).map { Float($0) / Float($1) }
    for (factor, (size, extent)) in zip(factors, zip(sizes, extents))
    where Int(exactly: (factor * Float(extent)).rounded(.down)) != size {
      throw OperatorError(.unsupported, "no factor leads from \(extent) to \(size) elements")
    }
    return factors
  }
}
