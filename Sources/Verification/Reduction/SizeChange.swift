import IR
import Tensors

/// A smaller number for an extent, in the whole of a reproducer.
struct SizeChange {
  /// What changes.
  enum Reach: CaseIterable {
    /// Axes of the extent.
    case axes
    /// The same number in attributes and in lists of sizes too.
    case numbers
    /// Multiples of the extent too: they stand for so many times the new size.
    case multiples
  }

  /// An axis of a tensor that is made shorter.
  struct Place {
    let axis: Int
    /// The place of the tensor among the constants; nil for an input.
    let constant: Int?
  }

  let extent: Int
  let size: Int
  let reach: Reach
  let constants: ConstantPairs
  /// Where along an axis the elements that stay begin.
  let start: (Place) -> Int

  /// Returns the changed reproducer; nil where the change does nothing, or no more than one of less
  /// reach.
  func applied(to reproducer: Reproducer) -> Reproducer? {
    var result = reproducer
    var changes = 0
    for (name, value) in reproducer.sample.values {
      guard let tensor = value.tensor, let smaller = changed(tensor, nil, &changes) else {
        continue
      }
      result.sample.values[name] = .tensor(smaller)
    }
    for (index, pair) in constants.pairs.enumerated() {
      change(pair.reference, index, of: &result.reference.graph, &changes)
      change(pair.candidate, index, of: &result.candidate.graph, &changes)
    }
    if reach != .axes {
      changeAttributes(of: &result.reference.graph, &changes)
      changeAttributes(of: &result.candidate.graph, &changes)
    }
    return changes > 0 ? result : nil
  }

  /// The number that takes the place of another; nil where that stays.
  private func smaller(_ number: Int) -> Int? {
    guard number != extent else { return size }
    guard reach == .multiples, number > extent, number % extent == 0 else { return nil }
    return number / extent * size
  }

  // MARK: - Tensors

  private func change(
    _ value: ValueID?, _ index: Int, of graph: inout Graph, _ changes: inout Int
  ) {
    guard let value, let tensor = graph.constant(of: value),
      let smaller = changed(tensor, index, &changes)
    else { return }
    graph.setConstant(smaller, of: value)
  }

  /// Returns a shorter tensor, or a list of sizes with other numbers.
  private func changed(_ tensor: Tensor, _ constant: Int?, _ changes: inout Int) -> Tensor? {
    var result: Tensor?
    if tensor.isListOfSizes {
      result = reach == .axes ? nil : tensor.replacingIntegers(by: smaller)
      if result != nil { changes += 1 }
      return result
    }
    for axis in tensor.shape.indices {
      guard let count = smaller(tensor.shape[axis]) else { continue }
      let start = start(Place(axis: axis, constant: constant))
      let blocks = count / size
      result = (result ?? tensor).window(from: start, count: size, ofEach: blocks, along: axis)
      if result == nil { return nil }
      if reach == .axes { changes += 1 }
    }
    return result
  }

  // MARK: - Attributes

  private func changeAttributes(of graph: inout Graph, _ changes: inout Int) {
    for node in graph.blocks.flatMap({ Array(graph.nodes(in: $0)) }) {
      for (name, value) in graph[node].attributes {
        guard let changed = changed(value) else { continue }
        graph.update(node) { $0.attributes[name] = changed }
        changes += 1
      }
    }
  }

  private func changed(_ value: Attribute) -> Attribute? {
    switch value {
    case .int(let number): return smaller(Int(number)).map { .int(Int64($0)) }
    case .ints(let numbers):
      let changed = numbers.map { number in smaller(Int(number)).map(Int64.init) ?? number }
      return changed == numbers ? nil : .ints(changed)
    default: return nil
    }
  }
}
