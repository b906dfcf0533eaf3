import IR
import Tensors

extension GradientBuilder {
  /// Gives a value the shape of another with as many elements.
  func reshape(_ value: ValueID, like model: ValueID) -> ValueID {
    guard !haveSameShape(value, model) else { return value }
    return reshape(value, to: self("Shape", model))
  }

  /// Gives a value a shape, which may have extents of zero.
  func reshape(_ value: ValueID, to shape: ValueID) -> ValueID {
    self("Reshape", value, shape, attributes: ["allowzero": .int(1)])
  }

  /// Makes one axis of all.
  func flatten(_ value: ValueID) -> ValueID { self("Reshape", value, integers([-1])) }

  /// Joins lists.
  func join(_ lists: [ValueID]) -> ValueID {
    add("Concat", lists, attributes: ["axis": .int(0)], outputCount: 1)[0]
  }

  /// Returns the extents of some axes as a list.
  func extents(of value: ValueID, from start: Int, to end: Int? = nil) -> ValueID {
    var attributes: Attributes = ["start": .int(Int64(start))]
    if let end { attributes["end"] = .int(Int64(end)) }
    return self("Shape", value, attributes: attributes)
  }

  /// Sums a gradient over the axes along which a value was repeated, so that it has its shape.
  func sum(_ gradient: ValueID, to value: ValueID) -> ValueID {
    guard !haveSameShape(gradient, value) else { return gradient }
    let (whole, own) = (self("Shape", gradient), self("Shape", value))
    let missing = self("Sub", self("Shape", whole), self("Shape", own))
    let one: Attributes = ["value": .tensor(Tensor(shape: [1], scalars: [1 as Int64]))]
    let padded = join([self("ConstantOfShape", missing, attributes: one), own])
    let repeated = self("NonZero", self("Not", self("Equal", padded, whole)))
    let sums = self(
      "ReduceSum", gradient, self("Squeeze", repeated, integers([0])),
      attributes: ["noop_with_empty_axes": .int(1)])
    return reshape(sums, to: own)
  }

  /// Drops what lies before `starts` and drops more, or adds zeros, at the ends of the axes so that
  /// a value has the shape of another.
  func fit(_ value: ValueID, to model: ValueID, startingAt starts: [Int]) -> ValueID {
    if starts.allSatisfy({ $0 == 0 }), haveSameShape(value, model) { return value }
    let missing = self("Sub", self("Shape", model), self("Shape", value))
    let begins = integers(starts.map { -$0 })
    return self("Pad", value, join([begins, self("Sub", missing, begins)]))
  }

  /// Exchanges the last two axes.
  func transposed(_ value: ValueID) throws(OperatorError) -> ValueID {
    var axes = Array(0..<(try rank(of: value)))
    guard axes.count >= 2 else {
      throw OperatorError(.incompatibleShapes, "a matrix of rank \(axes.count) is transposed")
    }
    axes.swapAt(axes.count - 1, axes.count - 2)
    return self("Transpose", value, attributes: ["perm": .ints(axes.map(Int64.init))])
  }

  /// Returns the gradient of a value of whose elements some were moved.
  ///
  /// What an operator does to elements it does to their positions as well: `move` applies it to
  /// them. Position 0 stands for elements that were filled in.
  func gradient(
    _ gradient: ValueID, of value: ValueID, movedBy move: (_ positions: ValueID) -> ValueID
  ) -> ValueID {
    let one = constant(Tensor(scalar: 1 as Int64))
    let end = self("Add", self("Size", value), one)
    let positions = reshape(self("Range", one, end, one), to: self("Shape", value))
    return scatter(gradient, to: move(positions), of: value)
  }

  /// Adds the elements of a gradient at positions of a value, counted from 1.
  func scatter(_ gradient: ValueID, to positions: ValueID, of value: ValueID) -> ValueID {
    let one = constant(Tensor(scalar: 1 as Int64))
    let count = self("Reshape", self("Add", self("Size", value), one), integers([1]))
    // The elements of the zeros have the type of the value, their number is one more.
    let zeros = self("Expand", scalar(0, like: value), count)
    let sums = self(
      "ScatterElements", zeros, flatten(positions), flatten(gradient),
      attributes: ["reduction": .string(ByteString("add"))])
    let own = self("Slice", sums, integers([1]), integers([Int.max]), integers([0]))
    return reshape(own, to: self("Shape", value))
  }
}
