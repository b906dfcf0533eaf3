import IR
import Tensors

extension DowngradeRules {
  /// Operators on single elements, and on types and shapes.
  static let arithmetic = DowngradeRules([
    "CastLike": [
      OperatorDowngrade(from: 15) { node throws(OperatorError) in
        guard let type = node.new.elementType(of: try node.input(1)) else {
          throw OperatorError(.unsupported, "the type of input 1 is not known")
        }
        node.dropInputs(from: 1)
        node.set("to", to: .int(Int64(type.rawValue)))
        node.rename(to: "Cast")
      }
    ],
    "ConstantOfShape": [
      OperatorDowngrade(from: 9) { node throws(OperatorError) in
        let zero = Tensor(shape: [1], scalars: [0 as Float])
        let value = try node.value(of: AttributeKey<Tensor>("value", default: zero))
        try node.replace(with: [node.new("Expand", node.new.constant(value), try node.input(0))])
      }
    ],
    "Gemm": [
      OperatorDowngrade(from: 11) { node throws(OperatorError) in
        guard node.optionalInput(2) == nil else { return }
        // A sum with the negative zero is the other number, zeros of both signs included.
        node.set("beta", to: .float(1))
        let zero = try node.new.scalar(-0.0, like: node.input(0))
        node.setInputs([node.optionalInput(0), node.optionalInput(1), zero])
      }
    ],
    "GreaterOrEqual": [.comparison("Greater")],
    "LessOrEqual": [.comparison("Less")],
    "Max": [.equalShapes],
    "Mean": [.equalShapes],
    "Min": [.equalShapes],
    "Mod": [
      OperatorDowngrade(from: 28) { node throws(OperatorError) in
        let type = node.new.elementType(of: try node.input(0))
        guard
          try node.value(of: AttributeKey<Bool>("fmod", default: false))
            || type?.isInteger ?? true
        else { throw OperatorError(.unsupported, "fmod is 0 for \(type ?? .float32)") }
      }
    ],
    "Pow": [
      OperatorDowngrade(from: 12) { node throws(OperatorError) in
        let (base, exponent) = (try node.input(0), try node.input(1))
        guard let type = node.new.elementType(of: base),
          let other = node.new.elementType(of: exponent), type != other
        else { return }
        guard let tensor = try node.constant(1, "the exponent"),
          tensor.converted(to: type).converted(to: other) == tensor
        else {
          throw OperatorError(.unsupported, "the exponent is of \(other), the base of \(type)")
        }
        node.setInputs([base, node.new.constant(tensor.converted(to: type))])
      }
    ],
    "Shape": [
      OperatorDowngrade(from: 15) { node throws(OperatorError) in
        let start = try node.value(of: AttributeKey<Int>("start", default: 0))
        let end = try node.value(of: OptionalAttributeKey<Int>("end"))
        guard start != 0 || end != nil else { return node.set("start", to: nil) }
        let (first, last) = (node.new.integers([start]), node.new.integers([end ?? Int.max]))
        let shape = node.new("Shape", try node.input(0))
        try node.replace(with: [node.new("Slice", shape, first, last, node.new.integers([0]))])
      }
    ],
    "Sum": [.equalShapes],
    "Trilu": [.triangle],
  ])
}

extension OperatorDowngrade {
  /// What is greater or equal is the one or the other; a NaN is neither.
  fileprivate static func comparison(_ name: String) -> Self {
    OperatorDowngrade(from: 12) { node throws(OperatorError) in
      let (a, b) = (try node.input(0), try node.input(1))
      try node.replace(with: [node.new("Or", node.new(name, a, b), node.new("Equal", a, b))])
    }
  }

  /// Operands of several shapes did not broadcast.
  fileprivate static let equalShapes = OperatorDowngrade(from: 8) { node throws(OperatorError) in
    let operands = node.inputs.compactMap { $0 }
    guard operands.dropFirst().allSatisfy({ node.new.haveSameShape(operands[0], $0) }) else {
      throw OperatorError(.unsupported, "the shapes of the operands are not known to be equal")
    }
  }

  /// A triangle of matrices is chosen by the numbers of rows and columns.
  fileprivate static let triangle = OperatorDowngrade(from: 14) { node throws(OperatorError) in
    let new = node.new
    let x = try node.input(0)
    let isUpper = try node.value(of: AttributeKey<Bool>("upper", default: true))
    let shape = new("Shape", x)
    let (zero, one) = (
      new.constant(Tensor(scalar: 0 as Int64)), new.constant(Tensor(scalar: 1 as Int64))
    )
    let numbers = [-2, -1].map { axis in
      let extent = new("Gather", shape, new.constant(Tensor(scalar: Int64(axis))))
      return new("Range", zero, extent, one)
    }
    let rows = new("Unsqueeze", numbers[0], new.integers([1]))
    var diagonal = new("Sub", numbers[1], rows)
    if let offset = node.optionalInput(1) { diagonal = new("Sub", diagonal, offset) }
    // The diagonal itself belongs to both triangles.
    let isOutside = isUpper ? new("Less", diagonal, zero) : new("Greater", diagonal, zero)
    try node.replace(with: [new("Where", isOutside, try new.zero(like: x), x)])
  }
}

extension GradientBuilder {
  /// Adds a zero of the type of another value.
  fileprivate func zero(like value: ValueID) throws(OperatorError) -> ValueID {
    guard let type = elementType(of: value) else {
      throw OperatorError(.unsupported, "the type of the input is not known")
    }
    return constant(.zero(of: type))
  }
}
