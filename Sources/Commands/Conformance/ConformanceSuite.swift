import FoundationEssentials
import Tensors

/// A folder of tests laid out as ONNX's backend tests are.
///
/// A test is a folder with `model.onnx`. Its data, `input_N.pb` and `output_N.pb`, lie beside it or
/// in folders `test_data_set_N`. An `index.json` at the top may give tolerances of single tests.
struct ConformanceSuite {
  /// What upstream allows a test that asks for nothing else.
  static let defaultTolerance = Tolerance(absolute: 1e-7, relative: 1e-3)

  let tests: [ConformanceTest]

  /// Finds the tests in a folder whose path contains `part`, in the order of their paths.
  ///
  /// - Throws: a ``Failure`` when there is none.
  init(in folder: String, matching part: String?) throws {
    let tolerances = try Self.tolerances(in: folder)
    var tests: [ConformanceTest] = []
    for path in Self.models(in: folder) where part.map(path.contains) ?? true {
      tests.append(
        ConformanceTest(
          name: path, folder: "\(folder)/\(path)",
          tolerance: tolerances[path] ?? Self.defaultTolerance))
    }
    guard !tests.isEmpty else {
      let what = part.map { "no test whose path contains \"\($0)\"" } ?? "no folder with model.onnx"
      throw Failure(.badInput, "\(folder): \(what); Scripts/conformance fetches ONNX's tests")
    }
    self.tests = tests
  }

  /// The folders below `root` that hold a model, as paths relative to it.
  private static func models(in root: String) -> [String] {
    var found: [String] = []
    var pending = [""]
    while let folder = pending.popLast() {
      let path = "\(root)/\(folder)"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      if !folder.isEmpty, names.contains("model.onnx") { found.append(folder) }
      for name in names {
        var isFolder = false
        if FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder),
          isFolder
        {
          pending.append(folder.isEmpty ? name : "\(folder)/\(name)")
        }
      }
    }
    return found.sorted()
  }

  private static func tolerances(in folder: String) throws -> [String: Tolerance] {
    guard let data = FileManager.default.contents(atPath: "\(folder)/index.json") else {
      return [:]
    }
    do {
      let index = try JSONDecoder().decode(ConformanceIndex.self, from: data)
      let entries = index.tests.map {
        ("\($0.kind)/\($0.name)", Tolerance(absolute: $0.atol, relative: $0.rtol))
      }
      return Dictionary(entries) { first, _ in first }
    } catch {
      throw Failure(.badInput, "\(folder)/index.json is no index of tests: \(error)")
    }
  }
}

/// The part of `index.json` that matters here.
private struct ConformanceIndex: Decodable {
  struct Test: Decodable {
    let kind: String
    let name: String
    let rtol: Double
    let atol: Double
  }

  let tests: [Test]
}
