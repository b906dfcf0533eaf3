public import IR
public import Tensors

/// Lets a pass see what a model computes on calibration data.
///
/// Passes know no interpreter: whoever runs them lends them one, with the samples.
public struct ActivationSource: Sendable {
  /// Called with each tensor as it is computed; those of one value come sample by sample.
  public typealias Observe = (ValueID, Tensor) -> Void

  /// Executes a prepared model on every sample and has the inputs of the graph observed as well.
  public typealias Execute = @Sendable (Model, @escaping Observe) throws -> Void

  private let execute: Execute

  public init(_ execute: @escaping Execute) { self.execute = execute }

  /// Returns the statistics of some channels over all samples.
  ///
  /// Channels that are never computed, or as another number, have none.
  ///
  /// - Throws: `calibrationFailed` when the model cannot be executed.
  func statistics(
    of channels: some Sequence<ChannelAxis>, in model: Model, for pass: String
  ) throws(PassError) -> [ChannelAxis: ChannelStatistics] {
    var statistics: [ChannelAxis: ChannelStatistics] = [:]
    let axes = Dictionary(grouping: Set(channels), by: \.value).mapValues { $0.map(\.axis) }
    try run(model, for: pass) { value, tensor in
      for axis in axes[value] ?? [] {
        statistics[ChannelAxis(value, axis), default: ChannelStatistics()].add(tensor, axis)
      }
    }
    return statistics.filter { !$0.value.means.isEmpty }
  }

  /// Executes a model on every sample.
  ///
  /// - Throws: `calibrationFailed` when the model cannot be executed.
  func run(
    _ model: Model, for pass: String, observing observe: @escaping Observe
  ) throws(PassError) {
    do {
      try execute(model, observe)
    } catch {
      throw PassError(
        .calibrationFailed, "the model cannot be executed on the calibration data: \(error)",
        pass: pass)
    }
  }
}

/// The axis of a value along which its channels lie.
struct ChannelAxis: Hashable {
  let value: ValueID
  /// Counted from the first axis.
  let axis: Int

  init(_ value: ValueID, _ axis: Int) {
    self.value = value
    self.axis = axis
  }
}
