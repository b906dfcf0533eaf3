import IR
import Tensors

/// Puts made-up numbers in the place of those of a model and of its data.
struct SyntheticValues {
  /// What holds numbers of the model or its data still.
  struct Remains: Hashable, Sendable {
    var constants = 0
    var inputs = 0
  }

  let trial: ReductionTrial
  let constants: ConstantPairs

  /// How many tensors of random numbers are tried for one.
  private static let attemptCount = 4

  /// Replaces every tensor whose numbers the difference does not depend on, and counts the others.
  func run(on reproducer: inout Reproducer) -> Remains {
    var remains = Remains(constants: reproducer.functionConstantCount)
    for (name, value) in reproducer.sample.values.sorted(by: { $0.key < $1.key }) {
      if let tensor = value.tensor, tensor.count == 0 || tensor.isListOfSizes { continue }
      let isReplaced = value.tensor.map { tensor in
        replacements(for: tensor, named: name).contains { replacement in
          var changed = reproducer
          changed.sample.values[name] = .tensor(replacement)
          return trial.take(changed, for: &reproducer)
        }
      }
      if isReplaced != true { remains.inputs += 1 }
    }
    for (index, pair) in pairs(of: reproducer).enumerated() where pair.isData {
      let tensors = reproducer.tensors(of: pair)
      guard let tensor = tensors.first else { continue }
      let isReplaced = replacements(for: tensor, named: "\(index)").contains { replacement in
        trial.take(reproducer.replacing(pair, with: replacement), for: &reproducer)
      }
      if !isReplaced { remains.constants += tensors.count }
    }
    return remains
  }

  /// The pairs of constants; a type or shape does not depend on what constants have in common.
  private func pairs(of reproducer: Reproducer) -> [ConstantPairs.Pair] {
    guard reproducer.difference.kind == .form else { return constants.pairs }
    return constants.pairs.flatMap { pair in
      pair.isShared
        ? [pair]
        : [
          ConstantPairs.Pair(
            reference: pair.reference, candidate: nil, isData: pair.isData, isAlone: true),
          ConstantPairs.Pair(
            reference: nil, candidate: pair.candidate, isData: pair.isData, isAlone: true),
        ]
    }
  }

  /// Returns tensors that could stand for one, the simplest first.
  ///
  /// They tell no more of its numbers than their order of magnitude, and whether some are negative.
  private func replacements(for tensor: Tensor, named name: String) -> some Sequence<Tensor> {
    let type = tensor.elementType
    let isSupported = tensor.encoding == .dense && type != .string && type.kind != .complex
    let numbers = isSupported ? tensor.converted(to: .float64).scalars(of: Double.self) : []
    let largest = numbers.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    let hasNegative = numbers.contains { $0 < 0 }
    var fillings = type.isInteger ? [0.0] : [1.0]
    if hasNegative { fillings.append(-1) }
    let count = isSupported ? fillings.count + Self.attemptCount : 0
    return (0..<count).lazy.map { [fillings] attempt in
      var random = SeededRandom(seed: UInt64(attempt), name: name)
      let made = numbers.map { _ in
        guard attempt >= fillings.count else { return fillings[attempt] }
        if type == .bool { return Double(random.next() % 2) }
        let step = Double(random.next() % 8 + 1) / 8 * largest.scale
        let number = random.next() % 2 == 0 && hasNegative ? -step : step
        return type.isInteger ? min(number.rounded(.towardZero), largest) : number
      }
      return Tensor(shape: tensor.shape, scalars: made).converted(to: type)
    }
  }
}

extension Double {
  /// The least power of two that is not smaller.
  fileprivate var scale: Double {
    guard self > 0, isFinite else { return 1 }
    let power = binade
    return power == self ? power : power * 2
  }
}

extension Reproducer {
  /// The constants of functions, whose numbers stay.
  fileprivate var functionConstantCount: Int {
    [reference, candidate].flatMap(\.functions).reduce(0) { count, function in
      let graph = function.graph
      return count
        + graph.values.count {
          graph.isConstant($0) && graph.constant(of: $0)?.isParameter == false
        }
    }
  }

  fileprivate func tensors(of pair: ConstantPairs.Pair) -> [Tensor] {
    [
      pair.reference.flatMap(reference.graph.constant),
      pair.candidate.flatMap(candidate.graph.constant),
    ].compactMap { $0 }
  }

  /// Returns the reproducer with another tensor for a pair of constants, nil for pairs with nothing
  /// in common.
  ///
  /// Elements that the models do not share differ by the same bits as before.
  fileprivate func replacing(_ pair: ConstantPairs.Pair, with tensor: Tensor) -> Reproducer? {
    if pair.isAlone {
      var result = self
      if let value = pair.reference { result.reference.graph.setConstant(tensor, of: value) }
      if let value = pair.candidate { result.candidate.graph.setConstant(tensor, of: value) }
      return result
    }
    guard let left = pair.reference, let right = pair.candidate,
      let own = sharedTensors(of: pair), own.reference.shape == tensor.shape
    else { return nil }
    var result = self
    result.reference.graph.setConstant(tensor, of: left)
    let changed = tensor.flippingBits(between: own.reference, and: own.candidate, of: own.changed)
    result.candidate.graph.setConstant(changed, of: right)
    return result
  }
}

extension Tensor {
  /// Returns the tensor with the bits of some elements changed that two others of its type and
  /// shape do not share.
  fileprivate func flippingBits(
    between left: Tensor, and right: Tensor, of elements: [Int]
  ) -> Tensor {
    guard !elements.isEmpty else { return self }
    let size = elementType.bitWidth / 8
    return Tensor(elementType, shape: shape) { target in
      target.copyMemory(from: bytes)
      for byte in elements.flatMap({ $0 * size..<($0 + 1) * size }) {
        target[byte] ^= left.bytes[byte] ^ right.bytes[byte]
      }
    }
  }
}
