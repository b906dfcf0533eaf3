import IR
import Tensors

extension OperatorFamily {
  /// Operators that follow the frequencies of a signal over time.
  static let shortTimeTransforms = OperatorFamily("short-time transforms", [.stft])
}

private enum STFT: RealKernel {
  static let isOneSided = AttributeKey<Bool>("onesided", default: true)

  /// The sizes that the inputs ask for.
  struct Frames {
    let step: Int
    let length: Int
    let count: Int
  }

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    guard tensor.rank == 3 else {
      throw OperatorError(
        .incompatibleShapes,
        "the signal is of rank \(tensor.rank); its axes are the batch, the samples and the parts")
    }
    let source = try SignalLayout(tensor.shape, axis: 1)
    let window = try context.optionalTensor(2)
    let frames = try frames(context, extent: source.extent, window: window)
    let isOneSided = try context.value(of: isOneSided)
    let points = isOneSided ? frames.length / 2 + 1 : frames.length
    let shape = [tensor.shape[0], frames.count, points, 2]
    try context.checkOutput(Scalar.elementType, shape: shape)
    let target = try SignalLayout(shape, axis: 2)
    guard target.count > 0 else { return [Tensor(shape: shape, scalars: [] as [Scalar])] }
    let transform = try FourierTransform(length: frames.length, in: context)
    let weights = window.map { window in
      window.withScalars(of: Scalar.self) { $0.map(\.double) }
    }
    return [
      tensor.withScalars(of: Scalar.self) { input in
        Tensor(of: Scalar.self, shape: shape) { result in
          for frame in 0..<target.count {
            let (signal, index) = frame.quotientAndRemainder(dividingBy: frames.count)
            let start = index * frames.step
            var part = source.read(input, signal: signal, start..<(start + frames.length))
            for (index, weight) in (weights ?? []).enumerated() { part[index] *= weight }
            target.write(transform.transformed(part), signal: frame, to: result)
          }
        }
      }
    ]
  }

  private static func frames(
    _ context: borrowing KernelContext, extent: Int, window: Tensor?
  ) throws(OperatorError) -> Frames {
    let step = try context.size(1, atLeast: 1)
    guard window?.rank ?? 1 == 1 else {
      throw OperatorError(
        .incompatibleShapes, "the window has the shape \(window?.shape ?? []), not one axis")
    }
    let length = try context.optionalSize(3, atLeast: 1) ?? window?.count ?? extent
    guard length > 0, length <= extent else {
      throw OperatorError(
        .invalidValue, "frames of \(length) samples are cut from a signal of \(extent)")
    }
    guard window?.count ?? length == length else {
      throw OperatorError(
        .incompatibleShapes,
        "the window holds \(window?.count ?? 0) weights for frames of \(length) samples")
    }
    return Frames(step: step, length: length, count: (extent - length) / step + 1)
  }
}

extension OperatorDefinition {
  /// The discrete Fourier transforms of parts of a signal, computed in 64 bits.
  ///
  /// Of a complex signal too the first half of the frequencies is taken when `onesided` asks for it.
  fileprivate static let stft = OperatorDefinition(
    OperatorSchema(
      "STFT", versions: [17],
      inputs: [
        .required("signal", "T1"), .required("frame_step", "T2"), .optional("window", "T1"),
        .optional("frame_length", "T2"),
      ],
      outputs: [.required("output", "T1")], attributes: [STFT.isOneSided.declaration],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(.indices)]),
    inferTypes: { context throws(OperatorError) in
      let shape = context.shape(0)
      guard shape?.rank ?? 3 == 3 else {
        throw OperatorError(.incompatibleShapes, "the signal is of rank \(shape?.rank ?? 0), not 3")
      }
      let length = try stftLength(context)
      let step = try context.size(1, atLeast: 1)
      let rest = (shape?[1] ?? .unknown) - length
      guard rest.fixedValue ?? 0 >= 0 else {
        throw OperatorError(
          .invalidValue,
          "frames of \(length) samples are cut from a signal of "
            + "\(shape?[1] ?? .unknown)")
      }
      let count = rest.floorDivided(by: step) + 1
      let points = try context.value(of: STFT.isOneSided) ? length.floorDivided(by: 2) + 1 : length
      return [.tensor(context.elementType(0), [shape?[0] ?? .unknown, count, points, 2])]
    },
    evaluate: real(STFT.self))

  /// Returns the number of samples of a frame.
  private static func stftLength(
    _ context: borrowing InferenceContext
  ) throws(OperatorError) -> Dimension {
    if context.hasInput(3) { return try context.size(3, atLeast: 1) }
    if context.hasInput(2) { return context.shape(2)?.dimensions.first ?? .unknown }
    return context.shape(0)?[1] ?? .unknown
  }
}
