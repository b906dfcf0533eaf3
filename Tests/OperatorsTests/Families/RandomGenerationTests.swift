import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RandomGenerationTests {
  /// The mean and the variance of numbers, and how far they may be off: five deviations.
  struct Moments {
    let mean: Double
    let variance: Double
    let fourthMoment: Double

    func matches(_ tensor: Tensor) -> Bool {
      let drawn = tensor.converted(to: .float64).scalars(of: Double.self)
      let count = Double(drawn.count)
      let mean = drawn.reduce(0, +) / count
      let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let meanBound = 5 * (self.variance / count).squareRoot()
      let varianceBound = 5 * ((fourthMoment - self.variance * self.variance) / count).squareRoot()
      return abs(mean - self.mean) < meanBound && abs(variance - self.variance) < varianceBound
    }

    static func normal(_ mean: Double, _ scale: Double) -> Moments {
      let variance = scale * scale
      return Moments(mean: mean, variance: variance, fourthMoment: 3 * variance * variance)
    }

    static func uniform(_ low: Double, _ high: Double) -> Moments {
      let width = (high - low) * (high - low)
      return Moments(
        mean: (low + high) / 2, variance: width / 12, fourthMoment: width * width / 80)
    }
  }

  static let large: Attribute = .ints([400, 250])
  static let cases: [(String, Attributes, ElementType, Moments)] = [
    ("RandomNormal", ["shape": large], .float32, .normal(0, 1)),
    (
      "RandomNormal", ["shape": large, "mean": .float(-3), "scale": .float(0.5)], .float32,
      .normal(-3, 0.5)
    ),
    ("RandomNormal", ["shape": large, "dtype": .int(11)], .float64, .normal(0, 1)),
    ("RandomNormal", ["shape": large, "dtype": .int(10)], .float16, .normal(0, 1)),
    ("RandomUniform", ["shape": large], .float32, .uniform(0, 1)),
    (
      "RandomUniform", ["shape": large, "low": .float(2), "high": .float(6)], .float32,
      .uniform(2, 6)
    ),
    ("RandomUniform", ["shape": large, "dtype": .int(11)], .float64, .uniform(0, 1)),
    ("RandomUniform", ["shape": large, "dtype": .int(16)], .bfloat16, .uniform(0, 1)),
  ]

  @Test(arguments: cases)
  func drawsFromTheDistribution(
    _ name: String, _ attributes: Attributes, _ type: ElementType, _ moments: Moments
  ) throws {
    let example = OperatorCase("", name, attributes, inputs: [])
    let tensor = try example.evaluate()[0]
    #expect(tensor.elementType == type)
    #expect(tensor.shape == [400, 250])
    #expect(moments.matches(tensor))
    #expect(try example.inferTypes() == [.tensor(type, [400, 250])])
  }

  @Test(arguments: ["RandomNormalLike", "RandomUniformLike"])
  func takesShapeAndTypeFromTheInput(_ name: String) throws {
    for (attributes, type) in [([:], .float16), (["dtype": .int(11)], .float64)]
      as [(Attributes, ElementType)]
    {
      let like = counting([2, 0, 3]).converted(to: .float16)
      let example = OperatorCase("", name, attributes, inputs: [like])
      #expect(try example.evaluate() == [counting([2, 0, 3]).converted(to: type)])
      #expect(try example.inferTypes() == [.tensor(type, [2, 0, 3])])
    }
  }

  @Test func takesTheShapeOfStrings() throws {
    let strings = Tensor(shape: [2], strings: ["a", "b"])
    let example = OperatorCase("", "RandomUniformLike", ["dtype": .int(1)], inputs: [strings])
    #expect(try example.evaluate()[0].shape == [2])
  }

  @Test func givesTheSameBitsForASeedAndOthersForAnother() throws {
    func draw(_ name: String, _ seed: Float?) throws -> Tensor {
      var attributes: Attributes = ["shape": .ints([5])]
      if let seed { attributes["seed"] = .float(seed) }
      return try OperatorCase("", name, attributes, inputs: []).evaluate()[0]
    }
    for name in ["RandomNormal", "RandomUniform"] {
      #expect(try draw(name, 1) == draw(name, 1))
      #expect(try draw(name, nil) == draw(name, nil))
      #expect(try draw(name, 1) != draw(name, 2))
      #expect(try draw(name, 0.25) != draw(name, 0.5))
    }
  }

  /// Rounding to 8 or 11 bits would reach the boundary often.
  @Test(arguments: [1, 10, 11, 16] as [Int64])
  func staysBelowTheUpperBoundary(_ type: Int64) throws {
    let attributes: Attributes = [
      "shape": .ints([20_000]), "dtype": .int(type), "low": .float(1), "high": .float(2),
    ]
    let tensor = try OperatorCase("", "RandomUniform", attributes, inputs: []).evaluate()[0]
    let drawn = tensor.converted(to: .float64).scalars(of: Double.self)
    #expect(drawn.allSatisfy { (1..<2).contains($0) })
  }

  @Test func drawsTheSameInSixtyFourBits() throws {
    let example = OperatorCase("", "RandomNormal", ["shape": .ints([100])], inputs: [])
    let wide = try example.evaluate(precision: .float64)[0]
    #expect(wide.elementType == .float64)
    #expect(try example.evaluate()[0] == wide.converted(to: .float32))
  }

  static let mistakes: [(String, Attributes, OperatorError.Code)] = [
    ("RandomNormal", [:], .invalidAttribute),
    ("RandomNormal", ["shape": .ints([2]), "dtype": .int(7)], .invalidAttribute),
    ("RandomNormal", ["shape": .ints([2]), "dtype": .int(-1)], .invalidAttribute),
    ("RandomNormal", ["shape": .ints([2]), "scale": .float(-1)], .invalidAttribute),
    ("RandomUniform", ["shape": .ints([2]), "low": .float(2)], .invalidAttribute),
    ("RandomUniform", ["shape": .ints([2]), "high": .float(.infinity)], .invalidAttribute),
    ("RandomUniform", ["shape": .ints([-2])], .incompatibleShapes),
    ("RandomUniform", ["shape": .ints([1 << 40])], .limitExceeded),
    ("RandomUniform", ["shape": .ints([1 << 40, 1 << 40])], .limitExceeded),
  ]

  @Test(arguments: mistakes)
  func rejects(_ name: String, _ attributes: Attributes, _ code: OperatorError.Code) {
    let example = OperatorCase("", name, attributes, inputs: [])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == code)
  }

  @Test func rejectsIntegersAsTheTypeOfNumbers() {
    let example = OperatorCase("", "RandomNormalLike", inputs: [list(1, 2)])
    #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(throws: OperatorError.self) { try example.inferTypes() }
  }
}
