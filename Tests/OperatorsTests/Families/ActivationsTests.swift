import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ActivationsTests {
  /// The results of each activation for -2, -0.25, 0, 0.25 and 3.
  static let examples: [(String, Attributes, [Float])] = [
    ("Celu", ["alpha": .float(2)], [-1.2642411, -0.23500620, 0, 0.25, 3]),
    ("Elu", [:], [-0.86466472, -0.22119922, 0, 0.25, 3]),
    ("Gelu", [:], [-0.045500264, -0.10032342, 0, 0.14967658, 2.9959503]),
    (
      "Gelu", ["approximate": .string("tanh")],
      [-0.045402306, -0.10032465, 0, 0.14967535, 2.9963626]
    ),
    ("HardSigmoid", [:], [0.1, 0.45, 0.5, 0.55, 1]),
    ("HardSwish", [:], [-0.33333334, -0.11458333, 0, 0.13541667, 3]),
    ("LeakyRelu", ["alpha": .float(0.5)], [-1, -0.125, 0, 0.25, 3]),
    ("Mish", [:], [-0.25250148, -0.12992696, 0, 0.16957241, 2.9865350]),
    ("Relu", [:], [0, 0, 0, 0.25, 3]),
    ("Selu", [:], [-1.5201665, -0.38889020, 0, 0.26267526, 3.1521030]),
    ("Shrink", ["lambd": .float(1), "bias": .float(0.5)], [-1.5, 0, 0, 0, 2.5]),
    ("Softplus", [:], [0.12692801, 0.57593942, 0.69314718, 0.82593942, 3.0485874]),
    ("Softsign", [:], [-0.66666667, -0.2, 0, 0.2, 0.75]),
    ("Swish", [:], [-0.23840584, -0.10945609, 0, 0.14054391, 2.8577224]),
    ("ThresholdedRelu", [:], [0, 0, 0, 0, 3]),
  ]

  @Test(arguments: examples.indices)
  func computesItsFormula(_ index: Int) throws {
    let (name, attributes, expected) = Self.examples[index]
    let example = OperatorCase(
      name, name, attributes,
      inputs: [Tensor(shape: [5], scalars: [-2, -0.25, 0, 0.25, 3] as [Float])])
    let result = try #require(try example.evaluate().first).scalars(of: Float.self)
    for (value, wanted) in zip(result, expected) {
      #expect(abs(value - wanted) <= 1e-6, "\(name): \(result)")
    }
    #expect(try example.inferTypes() == [.tensor(.float32, [5])])
  }

  @Test(arguments: ["Softplus", "Mish", "Swish", "Selu", "Gelu", "Relu", "HardSigmoid"])
  func staysFiniteFarFromZeroAndKeepsNaN(_ name: String) throws {
    let example = OperatorCase(
      name, name, inputs: [Tensor(shape: [3], scalars: [-1e30, 1e30, .nan] as [Float])])
    let result = try #require(try example.evaluate().first).scalars(of: Float.self)
    #expect(result[0].isFinite && result[1].isFinite && result[2].isNaN)
  }

  @Test func rectifiesIntegers() throws {
    let example = OperatorCase(
      "", "Relu", inputs: [Tensor(shape: [2], scalars: [-3, 3] as [Int8])])
    #expect(try example.evaluate() == [Tensor(shape: [2], scalars: [0, 3] as [Int8])])
  }

  @Test func shrinksIntegersWithoutFractions() throws {
    let example = OperatorCase(
      "", "Shrink", ["lambd": .float(1), "bias": .float(1.5)],
      inputs: [Tensor(shape: [3], scalars: [-3, 1, 3] as [Int32])])
    #expect(try example.evaluate() == [Tensor(shape: [3], scalars: [-1, 0, 1] as [Int32])])
  }

  @Test func rejectsAnUnknownApproximation() {
    let example = OperatorCase(
      "", "Gelu", ["approximate": .string("erf")], inputs: [Tensor(scalar: 1 as Float)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "approximate is \"erf\"")
  }

  @Test func givesSeluOfVersion1ItsDefaults() throws {
    let graph = try UpgradeCase(
      "Selu", version: 1, ["gamma": .float(2)], inputs: [.value(.tensor(.float32, [1]))]
    ).upgraded()
    let node = try #require(graph.nodes.first { _ in true })
    #expect(graph[node].attributes["alpha"] == .float(1.6732))
    #expect(graph[node].attributes["gamma"] == .float(2))
  }

  @Test func dropsTheAttributeOfVersion1() throws {
    let graph = try UpgradeCase(
      "Elu", version: 1, ["consumed_inputs": .ints([0])],
      inputs: [.value(.tensor(.float32, [1]))]
    ).upgraded()
    #expect(graph.nodes.allSatisfy { graph[$0].attributes.isEmpty })
  }
}
