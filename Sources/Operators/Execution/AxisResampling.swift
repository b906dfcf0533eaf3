/// How the elements of a resized axis lie among those of the input (ONNX
/// `coordinate_transformation_mode`).
enum CoordinateMode: String {
  case halfPixel = "half_pixel"
  case halfPixelSymmetric = "half_pixel_symmetric"
  case pytorchHalfPixel = "pytorch_half_pixel"
  case alignCorners = "align_corners"
  case asymmetric
  case cropAndResize = "tf_crop_and_resize"
  /// Only in operator set 11.
  case halfPixelForNearest = "tf_half_pixel_for_nn"
}

/// Which element stands for a coordinate between two (ONNX `nearest_mode`).
enum NearestMode: String {
  case roundPreferFloor = "round_prefer_floor"
  case roundPreferCeil = "round_prefer_ceil"
  case floor
  case ceil
}

/// The weights of the elements around a coordinate.
enum Interpolation: Hashable {
  case nearest(NearestMode)
  case linear
  /// Cubic convolution with the coefficient `a` (Keys 1981).
  case cubic(a: Double)
}

/// The change of one axis by resizing.
struct AxisResizing {
  /// The extent of the input.
  var input: Int
  /// The extent of the output.
  var output: Int
  /// What the scale multiplies by; with the denominator exact where it follows from the extents.
  var numerator: Double
  /// What the scale divides by.
  var denominator: Double
  /// The part of the axis that is resized, in the coordinates 0…1 of the input; only for cropping.
  var region: (start: Double, end: Double)?

  /// The quotient of the extents, as far as it is meant.
  var scale: Double { numerator / denominator }

  /// The extent of the output before it is rounded.
  private var width: Double { Double(input) * numerator / denominator }

  /// Returns the coordinate in the input of an element of the output.
  ///
  /// Where only the nearest element counts, quotients are rounded to 32 bits: scales such as 0.6
  /// then mean the decimal number, as they do to other engines.
  func coordinate(of index: Int, mode: CoordinateMode, isRounded: Bool) -> Double {
    func unscaled(_ x: Double) -> Double {
      let quotient = x * denominator / numerator
      return isRounded ? Double(Float(quotient)) : quotient
    }
    let x = Double(index)
    let last = Double(input) - 1
    switch mode {
    case .asymmetric: return unscaled(x)
    case .halfPixel: return unscaled(x + 0.5) - 0.5
    case .halfPixelForNearest: return unscaled(x + 0.5)
    case .pytorchHalfPixel: return output > 1 ? unscaled(x + 0.5) - 0.5 : 0
    case .halfPixelSymmetric:
      let offset = Double(input) / 2 * (1 - Double(output) / width)
      let place = offset + (x + 0.5) * denominator / numerator - 0.5
      return isRounded ? Double(Float(place)) : place
    case .alignCorners: return width == 1 ? 0 : x * last / (width - 1)
    case .cropAndResize:
      let (start, end) = region ?? (0, 1)
      let position = width == 1 ? (end - start) * last / 2 : x * (end - start) * last / (width - 1)
      return position + start * last
    }
  }
}

/// Which elements of the input make up each element of one resized axis, and with what weights.
struct AxisResampling {
  /// The number of input elements for each element of the output.
  let taps: Int
  /// For each element of the output, `taps` places in the input.
  private(set) var indices: [Int] = []
  /// The weights of those places, which sum up to 1; none for the nearest element.
  private(set) var weights: [Double] = []
  /// Whether each element of the output lies outside of the input; only for cropping.
  private(set) var isOutside: [Bool] = []

  /// The filter's places, counted from the element before a coordinate.
  private let window: Range<Int>
  private let interpolation: Interpolation
  /// How far the filter is stretched against aliasing: 1 or less.
  private let stretch: Double

  /// Prepares the table; ``fill(_:mode:excludesOutside:)`` computes it.
  init(_ resizing: AxisResizing, _ interpolation: Interpolation, antialias: Bool) {
    let scale = antialias ? min(resizing.scale, 1) : 1
    let radius: Double
    switch interpolation {
    case .nearest: radius = 0
    case .linear: radius = 1
    case .cubic: radius = 2
    }
    // No filter is wider than twice the input on each side: scales below that have no output.
    let limit = 4.0 * Double(resizing.input) + 4
    let start = -Int(min(limit, (radius / scale).rounded(.up))) + 1
    window = radius == 0 ? 0..<1 : start..<(2 - start)
    taps = window.count
    stretch = scale
    self.interpolation = interpolation
  }

  /// Computes the table for every element of the output.
  mutating func fill(_ resizing: AxisResizing, mode: CoordinateMode, excludesOutside: Bool) {
    let last = resizing.input - 1
    let bound = Double(resizing.input) + Double(taps) + 2
    let isNearest = window == 0..<1
    for index in 0..<resizing.output {
      let x = resizing.coordinate(of: index, mode: mode, isRounded: isNearest)
      if mode == .cropAndResize { isOutside.append(!(x >= 0 && x <= Double(last))) }
      let place = x.isNaN ? 0 : min(max(x, -bound), bound)
      if case .nearest(let nearest) = interpolation {
        indices.append(min(max(Self.nearest(place, nearest), 0), last))
        continue
      }
      // The element before a coordinate is strictly before it.
      let base = Int(place.rounded(.up)) - 1
      appendWeights(base, place - Double(base), last: last, excludesOutside: excludesOutside)
    }
  }

  private mutating func appendWeights(
    _ base: Int, _ ratio: Double, last: Int, excludesOutside: Bool
  ) {
    let first = weights.count
    var sum = 0.0
    for offset in window {
      let place = base + offset
      let isExcluded = excludesOutside && !(0...last).contains(place)
      let weight = isExcluded ? 0 : self.weight(at: (Double(offset) - ratio) * stretch)
      indices.append(min(max(place, 0), last))
      weights.append(weight)
      sum += weight
    }
    guard excludesOutside || stretch < 1, sum != 0 else { return }
    for index in first..<weights.count { weights[index] /= sum }
  }

  private static func nearest(_ place: Double, _ mode: NearestMode) -> Int {
    switch mode {
    case .floor: Int(place.rounded(.down))
    case .ceil: Int(place.rounded(.up))
    case .roundPreferFloor: Int((place - 0.5).rounded(.up))
    case .roundPreferCeil: Int((place + 0.5).rounded(.down))
    }
  }

  private func weight(at distance: Double) -> Double {
    let x = abs(distance)
    guard case .cubic(let a) = interpolation else { return max(0, 1 - x) }
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
