import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Operators that make weights for signals and for the amplitudes of their frequencies.
  static let signalWindows = OperatorFamily(
    "signal windows",
    [
      .window("BlackmanWindow") { 0.42 + (-0.5 * cos($0) + 0.08 * cos(2 * $0)) },
      .window("HammingWindow") { 25 / 46 - (1 - 25 / 46) * cos($0) },
      .window("HannWindow") { 0.5 - 0.5 * cos($0) },
      .melWeightMatrix,
    ])
}

private let isPeriodic = AttributeKey<Bool>("periodic", default: true)
private let outputType = AttributeKey<Int>(
  "output_datatype", default: Int(ElementType.float32.rawValue))

/// Returns the type that an attribute asks for.
private func weightType(_ number: Int) throws(OperatorError) -> ElementType {
  let type = try ElementType(number: number, of: outputType.name)
  guard ElementTypes.numeric.contains(type) else {
    throw OperatorError(
      .invalidAttribute, "weights are not written as \(type)",
      remedy: "set output_datatype to one of "
        + ElementTypes.numeric.elements.map(\.name).joined(separator: ", "))
  }
  return type
}

extension OperatorDefinition {
  /// Returns the definition of weights that `weight` gives for angles along a whole turn.
  ///
  /// By the definition a symmetric window of one point divides zero by zero.
  fileprivate static func window(
    _ name: String, _ weight: @escaping RealFunction
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: [17], inputs: [.required("size", "T1")],
        outputs: [.required("output", "T2")],
        attributes: [outputType.declaration, isPeriodic.declaration],
        constraints: ["T1": .tensors(.indices), "T2": .tensors(.numeric)]),
      inferTypes: { context throws(OperatorError) in
        let size = try context.size(0, atLeast: 0)
        return [.tensor(try weightType(try context.value(of: outputType)), [size])]
      },
      evaluate: { context throws(OperatorError) in
        let type = context.resultType(for: try weightType(try context.value(of: outputType)))
        let count = try context.size(0, atLeast: 0)
        try context.checkOutput(.float64, shape: [count])
        let steps = Double(try context.value(of: isPeriodic) ? count : count - 1)
        let weights = Tensor(.float64, shape: [count]) { weight(2 * .pi * Double($0) / steps) }
        return [.tensor(weights.converted(to: type))]
      })
  }
}

// MARK: - MelWeightMatrix

/// The bands of the mel scale, as the places among the frequencies of a transform.
private struct MelBands {
  /// The number of frequencies of a one-sided transform.
  let frequencies: Int
  /// Where each triangle starts; it rises to the next start and falls to the one after that.
  let starts: [Int]

  /// - Throws: `invalidValue` when a band has no place among the frequencies.
  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let count = try context.size(0, atLeast: 0)
    let length = try context.size(1, atLeast: 0)
    let rate = try context.size(2, atLeast: 1)
    frequencies = length / 2 + 1
    try context.checkOutput(.float64, shape: [frequencies, count])
    let low = Self.mel(ofHertz: try Self.hertz(3, context))
    let high = Self.mel(ofHertz: try Self.hertz(4, context))
    // The definition divides by the number of edges, not by that of the steps between them.
    let step = (high - low) / (Double(count) + 2)
    let frequencies = frequencies
    var starts: [Int] = []
    for edge in 0..<(count + 2) {
      let hertz = Self.hertz(ofMel: low + Double(edge) * step)
      let place = ((Double(length) + 1) * hertz / Double(rate)).rounded(.down)
      guard place >= 0, place <= Double(frequencies) else {
        throw OperatorError(
          .invalidValue,
          "a band edge at \(hertz) Hz lies outside of the \(frequencies) frequencies "
            + "of \(length) samples at \(rate) Hz",
          remedy: "use edges from 0 to half the sample rate")
      }
      starts.append(Int(place))
    }
    self.starts = starts
  }

  private static func hertz(
    _ input: Int, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Double {
    let tensor = try context.tensor(input).converted(to: .float64)
    let numbers = tensor.scalars(of: Double.self)
    guard numbers.count == 1, numbers[0].isFinite, numbers[0] >= 0 else {
      throw OperatorError(
        .invalidValue, "input \(input) holds \(numbers.prefix(4)), not one frequency of at least 0")
    }
    return numbers[0]
  }

  private static func mel(ofHertz hertz: Double) -> Double { 2595 * log1p(hertz / 700) / log(10) }

  private static func hertz(ofMel mel: Double) -> Double { 700 * expm1(mel / 2595 * log(10)) }

  /// Calls `body` with each frequency that has a weight in a band.
  func forEachWeight(ofBand band: Int, _ body: (_ frequency: Int, _ weight: Double) -> Void) {
    let (start, center, end) = (starts[band], starts[band + 1], starts[band + 2])
    // A band that starts at its center has no rising part.
    if start == center, center < frequencies { body(center, 1) }
    if start < center {
      for frequency in start...min(center, frequencies - 1) {
        body(frequency, Double(frequency - start) / Double(center - start))
      }
    }
    guard center < end else { return }
    for frequency in center..<end {
      body(frequency, Double(end - frequency) / Double(end - center))
    }
  }
}

extension OperatorDefinition {
  /// Makes the matrix that gathers the amplitudes of frequencies into bands of the mel scale.
  fileprivate static let melWeightMatrix = OperatorDefinition(
    OperatorSchema(
      "MelWeightMatrix", versions: [17],
      inputs: [
        .required("num_mel_bins", "T1"), .required("dft_length", "T1"),
        .required("sample_rate", "T1"), .required("lower_edge_hertz", "T2"),
        .required("upper_edge_hertz", "T2"),
      ],
      outputs: [.required("output", "T3")], attributes: [outputType.declaration],
      constraints: [
        "T1": .tensors(.indices), "T2": .tensors(.floats), "T3": .tensors(.numeric),
      ]),
    inferTypes: { context throws(OperatorError) in
      let type = try weightType(try context.value(of: outputType))
      let bands = try context.size(0, atLeast: 0)
      let length = try context.size(1, atLeast: 0)
      return [.tensor(type, [length.floorDivided(by: 2) + 1, bands])]
    },
    evaluate: { context throws(OperatorError) in
      let type = context.resultType(for: try weightType(try context.value(of: outputType)))
      let bands = try MelBands(context)
      let count = bands.starts.count - 2
      let weights = Tensor(of: Double.self, shape: [bands.frequencies, count]) { result in
        result.update(repeating: 0)
        for band in 0..<count {
          bands.forEachWeight(ofBand: band) { result[$0 * count + band] = $1 }
        }
      }
      return [.tensor(weights.converted(to: type))]
    })
}
