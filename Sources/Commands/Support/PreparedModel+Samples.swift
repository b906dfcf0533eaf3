import IR
import Operators
import Tensors
import Verification

/// What a model is executed on.
struct SampleSet {
  var samples: [Sample] = []
  /// What was chosen, for people.
  var notes: [String] = []
}

extension PreparedModel {
  /// Returns the samples that options name, without those that show nothing.
  ///
  /// Where the model cannot be executed on inputs of the least sizes, others are looked for.
  ///
  /// - Throws: a ``Failure`` that names the sizes to give when none is found, or those that given
  ///   inputs contradict each other in.
  func samples(of data: DataOptions, _ execution: ExecutionOptions) throws -> SampleSet {
    var notes: [String] = []
    let samples = try data.samples(for: model.graph) { generation in
      let (sizes, note) = try madeUpSizes(generation, execution)
      if let note { notes.append(note) }
      return sizes
    }
    if let note = try contradiction(in: samples, execution) { notes.append(note) }
    return SampleSet(samples: try meaningful(among: samples, execution), notes: notes)
  }

  /// Returns a note where given inputs have two sizes for one symbol, but the model can be executed on
  /// them all the same.
  private func contradiction(
    in samples: [Sample], _ execution: ExecutionOptions
  ) throws -> String? {
    for sample in samples where !sample.isMadeUp && !sample.isOptional {
      let contradictions = sample.contradictions(in: model.graph)
      guard !contradictions.isEmpty else { continue }
      let text = "\(sample.name): \(contradictions.joined(separator: "; "))"
      let interpreter = try self.execution(execution)
      do {
        _ = try run(interpreter, on: sample)
      } catch let failure as Failure where failure.status == .badInput {
        throw Failure(
          .badInput,
          "\(text), for which the model declares one size\n  remedy: give arrays of the same size\n"
            + "  \(failure.message)")
      }
      return "\(text); the model declares one size, but can be executed"
    }
    return nil
  }

  /// Returns the samples that options name, and says what was chosen on standard error.
  func notedSamples(of data: DataOptions, _ execution: ExecutionOptions) throws -> [Sample] {
    let set = try samples(of: data, execution)
    for note in set.notes { Console.printError("note: \(note)") }
    return set.samples
  }

  /// Returns the samples without those that show nothing: optional ones on which the model cannot be
  /// executed, and extreme ones on which it computes a value that is not finite.
  func meaningful(
    among samples: [Sample], _ execution: ExecutionOptions
  ) throws -> [Sample] {
    guard samples.contains(where: \.isOptional) else { return samples }
    let interpreter = try self.execution(execution)
    return samples.filter { sample in
      guard sample.isOptional else { return true }
      var isFinite = true
      let outputs = try? run(interpreter, on: sample) { _, _, value in
        isFinite = isFinite && !(sample.isExtreme && value.tensor?.isFinite == false)
      }
      return outputs != nil && isFinite
    }
  }

  // MARK: - Sizes

  /// How long sizes are looked for after the least ones were tried.
  private static let searchTime = Duration.seconds(10)

  /// Returns sizes with which the model can be executed, and a note where they are not the least.
  private func madeUpSizes(
    _ generation: Sample.Generation, _ execution: ExecutionOptions
  ) throws -> ([String: Int], note: String?) {
    let subject = try subject(execution)
    let end = ContinuousClock.now.advanced(by: Self.searchTime)
    let attempt: SizeSearch.Attempt?
    do throws(OperatorError) {
      attempt = try subject.executableSizes(generation) { ContinuousClock.now < end }
    } catch {
      throw Failure(error, executing: path)
    }
    guard let attempt else { return ([:], nil) }
    let sizes = attempt.sizes.sorted { $0.key < $1.key }
    let text = sizes.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    guard let error = attempt.error else {
      guard sizes.contains(where: { $0.value != 1 }) else { return (attempt.sizes, nil) }
      return (
        attempt.sizes,
        "inputs are made up with \(text), for the model cannot be executed where all sizes are 1; "
          + "--set-dim gives others"
      )
    }
    guard ![.unknownOperator, .unsupported, .limitExceeded].contains(error.code) else {
      throw Failure(error, executing: path)
    }
    let options = sizes.map { "--set-dim \($0.key)=SIZE" }.joined(separator: " ")
    throw Failure(
      .usage,
      """
      \(path): cannot be executed on made-up inputs at any size that was tried
        at \(text): \(error)
        remedy: say the sizes of the model's inputs with \(options), or give inputs with --inputs
      """)
  }
}
