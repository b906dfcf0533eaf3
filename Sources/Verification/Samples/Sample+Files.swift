import FormatSupport
import FoundationEssentials
public import IR
import ONNXFormat
import TensorFiles
import Tensors

extension Sample {
  /// Reads samples of the inputs of `graph`.
  ///
  /// `path` is one of:
  /// - an `.npz` file, whose arrays are named as the inputs; arrays with one axis more than the
  ///   inputs declare hold a sample at each position of the first axis;
  /// - an `.npy` file, for a graph with one input;
  /// - a folder with `NAME.npy` files or ONNX `input_N.pb` files: one sample;
  /// - a folder with `.npz` files: a sample or more from each, in the order of their names.
  ///
  /// The tensors must have the element types, ranks and fixed extents that the inputs declare; what
  /// NumPy has no type for may be of a wider one.
  public static func read(
    from path: String, for graph: Graph
  ) throws(SampleError) -> [Sample] {
    let slots = graph.inputs.map { Slot(name: graph.name(of: $0), type: graph.type(of: $0)) }
    let required = graph.inputs.filter { graph.constant(of: $0) == nil }.map(graph.name(of:))
    let samples = try SampleReader(slots: slots, required: required, role: "input").read(path)
    return try samples.map { sample throws(SampleError) in try sample.conforming(to: graph) }
  }

  /// Reads samples of the outputs of `graph`, laid out as ``read(from:for:)`` says; the ONNX files
  /// are named `output_N.pb`.
  public static func readOutputs(
    from path: String, of graph: Graph
  ) throws(SampleError) -> [Sample] {
    let names = graph.outputNames(of: graph.body)
    let slots = zip(names, graph.outputs).map { Slot(name: $0, type: graph.type(of: $1)) }
    return try SampleReader(slots: slots, required: [], role: "output").read(path)
  }

  /// A value that a model is given or computes.
  fileprivate struct Slot {
    let name: String
    let type: ValueType?
  }
}

/// The reading of samples for some inputs or outputs.
private struct SampleReader {
  let slots: [Sample.Slot]
  let required: [String]
  /// What the slots are, for messages and for the names of ONNX files.
  let role: String

  func read(_ path: String) throws(SampleError) -> [Sample] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw SampleError("\(path) does not exist")
    }
    return isFolder ? try readFolder(path) : try readFile(path)
  }

  private func readFile(_ path: String) throws(SampleError) -> [Sample] {
    let arrays = try file(path) { () throws(FormatError) in try NumPyFile.read(path: path) }
    guard path.hasSuffix(".npy"), let array = arrays.first else {
      return try samples(of: arrays, named: baseName(path))
    }
    guard slots.count == 1, let slot = slots.first else {
      throw SampleError(
        "\(path) holds one array, the model has \(slots.count) \(role)s",
        remedy: "give an .npz file with the arrays \(slotNames)")
    }
    return try samples(of: [NamedTensor(slot.name, array.tensor)], named: baseName(path))
  }

  private func readFolder(_ path: String) throws(SampleError) -> [Sample] {
    let listing = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let files = listing.sorted()
    let archives = files.filter { $0.hasSuffix(".npz") }
    var samples: [Sample] = []
    for archive in archives { samples += try readFile("\(path)/\(archive)") }
    if !samples.isEmpty { return samples }
    var values: [String: RuntimeValue] = [:]
    for (index, slot) in slots.enumerated() {
      let message = "\(role)_\(index).pb"
      let array = "\(slot.name).npy"
      if files.contains(message) {
        let path = "\(path)/\(message)"
        values[slot.name] = try file(path) { () throws(FormatError) in
          let kind = slot.type.map { ValueFileKind($0) } ?? .tensor
          return try ONNXImporter.importValue(path: path, kind: kind).value
        }
      } else if files.contains(array) {
        let path = "\(path)/\(array)"
        values[slot.name] = try file(path) { () throws(FormatError) in
          try NumPyFile.read(path: path).first.map { .tensor($0.tensor) }
        }
      }
    }
    return [try complete(Sample(name: baseName(path), values: values))]
  }

  /// Calls `read` and says which file an error is in.
  private func file<Value>(
    _ path: String, _ read: () throws(FormatError) -> Value
  ) throws(SampleError) -> Value {
    do throws(FormatError) {
      return try read()
    } catch {
      throw SampleError(error.path.first == path ? "\(error)" : "\(path): \(error)")
    }
  }

  // MARK: - Samples

  private func samples(
    of arrays: [NamedTensor], named name: String
  ) throws(SampleError) -> [Sample] {
    for array in arrays where !slots.contains(where: { $0.name == array.name }) {
      throw SampleError(
        "\(name) has an array \"\(array.name)\", which is no \(role) of the model",
        remedy: "the \(role)s are \(slotNames)")
    }
    guard let count = sampleCount(of: arrays) else {
      let values = arrays.map { ($0.name, RuntimeValue.tensor($0.tensor)) }
      return [
        try complete(Sample(name: name, values: Dictionary(values) { first, _ in first }))
      ]
    }
    var samples: [Sample] = []
    for index in 0..<count {
      let values = arrays.compactMap { array in
        array.tensor.row(index).map { (array.name, RuntimeValue.tensor($0)) }
      }
      let sample = Sample(
        name: "\(name)[\(index)]", values: Dictionary(values) { first, _ in first })
      samples.append(try complete(sample))
    }
    return samples
  }

  /// The number of samples, when every array has an axis more than its slot declares.
  private func sampleCount(of arrays: [NamedTensor]) -> Int? {
    var count: Int?
    for array in arrays {
      guard let rank = slots.first(where: { $0.name == array.name })?.type?.shape?.rank,
        array.tensor.rank == rank + 1, array.tensor.elementType != .string
      else { return nil }
      guard count == nil || count == array.tensor.shape[0] else { return nil }
      count = array.tensor.shape[0]
    }
    return count
  }

  private func complete(_ sample: Sample) throws(SampleError) -> Sample {
    let missing = required.filter { sample.values[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
      throw SampleError(
        "\(sample.name) has no values for \(names)",
        remedy: "the model's \(role)s are \(slotNames)")
    }
    return sample
  }

  private var slotNames: String { slots.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  private func baseName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }
}

extension Tensor {
  /// The tensor at a position of the first axis.
  fileprivate func row(_ index: Int) -> Tensor? {
    guard let rows = shape.first, rows > 0 else { return nil }
    let width = range.count / rows
    let start = range.lowerBound + index * width
    return Tensor(
      elementType, shape: Array(shape.dropFirst()), storage: storage, range: start..<(start + width)
    )
  }
}
