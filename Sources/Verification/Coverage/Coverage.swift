public import IR
public import Tensors

/// What samples exercise of a model: the branches of its conditions, the lengths of its loops, and
/// the ranges that quantizers and clips were calibrated for.
///
/// A run is observed value by value in the types that the model declares. A graph with few of such
/// nodes costs little: other values are not looked at, and none is kept. What functions do inside
/// is not observed.
public struct Coverage: Sendable {
  /// What an observed value tells.
  enum Interest: Hashable, Sendable {
    /// A branch of a condition, or a step of a loop, was executed.
    case step(of: Int, block: Int)
    /// A condition or loop was executed to its end.
    case end(of: Int)
    /// The flag that decides on a condition.
    case flag(of: Int)
    /// What a range limits.
    case data(of: Int)
  }

  /// The conditions and loops of the graph.
  var controls: [ControlCoverage] = []
  /// The quantizers and clips of the graph.
  var ranges: [RangeCoverage] = []
  /// Why a value matters; most do not.
  var interests: [ValueID: [Interest]] = [:]
  /// The inputs among the values that matter.
  var inputs: [(name: String, value: ValueID)] = []

  /// Takes in a value that the execution of the graph computed.
  public mutating func observe(_ value: ValueID, _ content: RuntimeValue) {
    guard let reasons = interests[value] else { return }
    for reason in reasons {
      switch reason {
      case .step(let control, let block): controls[control].addStep(of: block)
      case .end(let control): controls[control].end()
      case .flag(let control): controls[control].flag = content.tensor?.soleFlag
      case .data(let range): ranges[range].add(content)
      }
    }
  }

  /// Takes in what the graph is given, which no node computes.
  public mutating func observe(inputs values: [String: RuntimeValue]) {
    for (name, value) in inputs {
      if let content = values[name] { observe(value, content) }
    }
  }

  /// Forgets how far an execution came that did not end.
  public mutating func abandonRun() {
    for index in controls.indices { controls[index].forgetSteps() }
  }

  /// Adds what other samples exercised of the same graph.
  public static func += (left: inout Coverage, right: Coverage) {
    for (index, control) in right.controls.enumerated() where index < left.controls.count {
      left.controls[index].add(control)
    }
    for (index, range) in right.ranges.enumerated() where index < left.ranges.count {
      left.ranges[index].add(range)
    }
  }
}

extension Tensor {
  /// The flag, when the tensor is one.
  fileprivate var soleFlag: Bool? {
    guard elementType == .bool, encoding == .dense, count == 1 else { return nil }
    return withScalars(of: Bool.self) { $0.first }
  }
}
