import Tensors

/// The discrete Fourier transform of any length, in time proportional to n·log n.
struct FourierTransform {
  private indirect enum Method {
    case mixedRadix(MixedRadixTransform)
    case chirp(ChirpTransform)
  }

  let length: Int
  private let method: Method

  /// - Precondition: `length` is positive.
  init(length: Int) {
    self.length = length
    method =
      MixedRadixTransform(length: length).map { .mixedRadix($0) }
      ?? .chirp(ChirpTransform(length: length))
  }

  /// Creates the transform of a length, having checked the memory that it takes.
  ///
  /// - Throws: `invalidValue` for a length that is not positive, `limitExceeded`.
  init(length: Int, in context: borrowing KernelContext) throws(OperatorError) {
    guard length > 0 else {
      throw OperatorError(.invalidValue, "a Fourier transform of \(length) points is asked for")
    }
    let isMixedRadix = MixedRadixTransform.factors(of: length) != nil
    // The roots and two arrays; around a convolution there are five of up to four times the length.
    try context.checkOutput(.complex128, shape: [isMixedRadix ? 3 : 22, length])
    self.init(length: length)
  }

  /// Returns Σ signal[j]·e^(-2πi·jk/length) for every k.
  ///
  /// - Precondition: `signal` holds `length` numbers.
  func transformed(_ signal: [Complex]) -> [Complex] {
    switch method {
    case .mixedRadix(let transform): transform.transformed(signal)
    case .chirp(let transform): transform.transformed(signal)
    }
  }

  /// Returns Σ spectrum[k]·e^(2πi·jk/length)/length for every j.
  ///
  /// - Precondition: `spectrum` holds `length` numbers.
  func inverse(_ spectrum: [Complex]) -> [Complex] {
    transformed(spectrum.map(\.exchanged)).map { $0.exchanged / Double(length) }
  }
}

/// The discrete Fourier transform as a convolution with a chirp.
///
/// Bluestein: A linear filtering approach to the computation of discrete Fourier transform, 1970.
private struct ChirpTransform {
  /// e^(-πi·k²/length) for every k.
  private let chirp: [Complex]
  /// The transform of the conjugate chirp, repeated to both sides of zero.
  private let filter: [Complex]
  private let convolution: FourierTransform

  init(length: Int) {
    var (chirp, square) = ([Complex](), 0)
    chirp.reserveCapacity(length)
    for index in 0..<length {
      chirp.append(Complex(rootAt: square, of: 2 * length))
      // The next square follows from this one; whole turns do not matter.
      square = (square + 2 * index + 1) % (2 * length)
    }
    var count = 1
    while count < 2 * length - 1 { count *= 2 }
    var filter = [Complex](repeating: .zero, count: count)
    for (index, value) in chirp.enumerated() {
      filter[index] = value.conjugate
      filter[(count - index) % count] = value.conjugate
    }
    convolution = FourierTransform(length: count)
    self.filter = convolution.transformed(filter)
    self.chirp = chirp
  }

  func transformed(_ signal: [Complex]) -> [Complex] {
    var padded = [Complex](repeating: .zero, count: filter.count)
    for index in chirp.indices { padded[index] = product(signal[index], chirp[index]) }
    padded = convolution.transformed(padded)
    for index in padded.indices { padded[index] = product(padded[index], filter[index]) }
    padded = convolution.inverse(padded)
    return chirp.indices.map { product(padded[$0], chirp[$0]) }
  }
}
