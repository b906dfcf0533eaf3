import IR
import Tensors

// Changes of shape, and the arithmetic on sizes that exporters write before them.

extension GraphGrower {
  /// Chains changes of shape.
  mutating func changeView() -> Bool {
    guard var value = tensor(where: { $0.rank <= 5 }) else { return false }
    var extents = shape(of: value)
    for _ in 0..<random.number(1...4) { (value, extents) = changeView(of: value, extents) }
    return true
  }

  private mutating func changeView(of value: ValueID, _ extents: [Int]) -> (ValueID, [Int]) {
    switch random.number(0...7) {
    case 0, 1:
      let axes = extents.indices.shuffled(using: &random)
      if axes == Array(axes.indices.reversed()), random.chance(1, of: 2) {
        return (node("Transpose", value), axes.map { extents[$0] })
      }
      let result = node("Transpose", value, attributes: ["perm": .ints(axes.map(Int64.init))])
      return (result, axes.map { extents[$0] })
    case 2:
      let axis = random.number(0...extents.count)
      let result = node("Unsqueeze", value, integers([random.chance(1, of: 4) ? -1 : axis]))
      // Where -1 was taken the extents are wrong, and what follows may be refused.
      return (result, Array(extents[..<axis] + [1] + extents[axis...]))
    case 3:
      let axes = extents.indices.filter { extents[$0] == 1 }
      guard !axes.isEmpty else { fallthrough }
      let rest = extents.indices.filter { extents[$0] != 1 }.map { extents[$0] }
      let isNamed = random.chance(2, of: 3)
      return (isNamed ? node("Squeeze", value, integers(axes)) : node("Squeeze", value), rest)
    case 4:
      let axis = random.number(0...extents.count)
      let (outer, inner) = (extents[..<axis].reduce(1, *), extents[axis...].reduce(1, *))
      let result = node("Flatten", value, attributes: ["axis": .int(Int64(axis))])
      return (result, [outer, inner])
    case 5:
      guard let axis = extents.indices.filter({ extents[$0] > 1 }).randomElement(using: &random)
      else { fallthrough }
      let start = random.number(0...1)
      var rest = extents
      rest[axis] -= start
      return (
        node("Slice", value, integers([start]), integers([Int(Int32.max)]), integers([axis])), rest
      )
    case 6:
      guard let axis = extents.indices.randomElement(using: &random) else { fallthrough }
      var sum = extents
      sum[axis] *= 2
      return (node("Concat", value, value, attributes: ["axis": .int(Int64(axis))]), sum)
    default:
      return reshape(value, extents)
    }
  }

  /// Cuts a value in two along an axis.
  mutating func cutApart() -> Bool {
    guard let value = tensor(where: { $0.shape.contains { $0 > 1 } }) else { return false }
    let extents = shape(of: value)
    let axis = extents.indices.filter { extents[$0] > 1 }.randomElement(using: &random) ?? 0
    let place = random.number(1...(extents[axis] - 1))
    if random.chance(1, of: 2) {
      node("Slice", value, integers([0]), integers([place]), integers([axis]))
    } else {
      let attributes: Attributes = ["axis": .int(Int64(axis))]
      node("Gather", value, integers(Array(0..<place)), attributes: attributes)
    }
    node("Slice", value, integers([place]), integers([Int(Int32.max)]), integers([axis]))
    return true
  }

  /// Takes the blocks of an image apart, in any order of their elements.
  mutating func takeBlocksApart() -> Bool {
    let image = input(fill(.float32, [1, random.number(1...2), 4, 2 * random.number(1...2)]))
    var starts = [[0, 0], [0, 1], [1, 0], [1, 1]]
    if random.chance(1, of: 2) { starts.shuffle(using: &random) }
    let parts = starts.map { start -> ValueID? in
      let rows = node(
        "Slice", image, integers([start[0]]), integers([Int(Int32.max)]), integers([2]),
        integers([2]))
      return node(
        "Slice", rows, integers([start[1]]), integers([Int(Int32.max)]), integers([-1]),
        integers([2]))
    }
    node("Concat", parts[0], parts[1], parts[2], parts[3], attributes: ["axis": .int(1)])
    return true
  }

  private mutating func reshape(_ value: ValueID, _ extents: [Int]) -> (ValueID, [Int]) {
    let count = extents.reduce(1, *)
    let divisor = random.number(1...4)
    var shape = count % divisor == 0 ? [count / divisor, divisor] : [count]
    if random.chance(1, of: 2) { shape.insert(1, at: random.number(0...shape.count)) }
    var target = shape
    if random.chance(1, of: 2) { target[random.number(0...(target.count - 1))] = -1 }
    if random.chance(1, of: 4), extents.first == shape[0] { target[0] = 0 }
    return (node("Reshape", value, integers(target)), shape)
  }

  /// Computes a target from the shape of a value and reshapes or expands by it.
  mutating func computeShape() -> Bool {
    let value = floats(rank: 1...4)
    let rank = shape(of: value).count
    let sizes = node("Shape", value)
    let axis = constant(Tensor(scalar: Int64(random.number(0...(rank - 1)))))
    var size = node("Gather", sizes, axis, attributes: ["axis": .int(0)])
    if random.chance(1, of: 3) {
      let factor = constant(Tensor(scalar: 2 as Int64))
      size = node("Div", node("Mul", size, factor), factor)
    }
    if random.chance(1, of: 5) {
      size = node(
        "Cast", node("Cast", size, attributes: ["to": .int(1)]), attributes: ["to": .int(7)])
    }
    let list = node("Unsqueeze", size, integers([0]))
    switch random.number(0...3) {
    case 0:
      node("Reshape", value, node("Concat", list, integers([-1]), attributes: ["axis": .int(0)]))
    case 1:
      node("Reshape", value, node("Concat", integers([-1]), list, attributes: ["axis": .int(0)]))
    case 2:
      let target = node("Concat", list, sizes, attributes: ["axis": .int(0)])
      node("Expand", value, target)
    default:
      let zeros = node("ConstantOfShape", sizes)
      node("Add", value, zeros)
    }
    return true
  }

  /// Computes something that depends on constants alone, of which a value may use the result.
  mutating func computeOnConstants() -> Bool {
    let shape = shape(rank: random.number(0...3))
    let first = constant(fill(.float32, shape))
    var result = node(random.pick(["Mul", "Add", "Sub", "Div"]), first, number(3))
    switch random.number(0...6) {
    case 0: result = node("Tile", result, integers([Int](repeating: 3, count: shape.count)))
    case 1: result = node("Expand", result, integers([2, 3] + shape))
    case 2: result = node("Transpose", result)
    case 3: result = node("ConstantOfShape", integers([2, 3]))
    case 4: result = node("Range", number(0, .int64), number(4, .int64), number(1, .int64))
    case 5: result = node("Cast", result, attributes: ["to": .int(11)])
    default: break
    }
    if random.chance(1, of: 2) {
      let same = tensor { $0.elementType == .float32 && $0.shape == shape }
      if let same { node("Add", same, result) }
    }
    return true
  }
}
