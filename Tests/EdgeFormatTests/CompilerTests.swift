import EdgeFormat
import Foundation
import IR
import Testing

/// Compares with what Google's compiler reads from the same file and Schemas/edge.fbs.
@Suite(.enabled(if: Program.flatc.isInstalled)) struct CompilerTests {
  let folder: TestFolder
  let schema = repository.appending(path: "Schemas/edge.fbs").path

  init() throws { folder = try TestFolder() }

  @Test func readsTheGraph() throws {
    var writer = EdgeWriter()
    writer.options.memoryPlan = SizeTests.alternatingPlan(for: TestModels.chain(4).graph)
    try writer.write(TestModels.chain(4), to: folder.path("chain.edge"))
    let model = try json(of: "chain", root: "Model")
    let graph = try #require(model["graph"] as? [String: Any])
    #expect(numbers(graph["node_operators"]) == [0, 1, 2, 0])
    #expect(numbers(graph["node_input_counts"]) == [2, 2, 1, 2])
    #expect(numbers(graph["inputs"]) == [1, 3, 18, 2, 19, 20, 5])
    #expect(numbers(graph["value_types"])?.count == 21)
    #expect(numbers(graph["constants"]) == Array(0..<16))
    #expect(numbers(graph["outputs"]) == [20])
    #expect(model["strings"] as? [String] == ["", "Add", "Mul", "Relu"])
    #expect(model["input_names"] as? [String] == ["x"])
    #expect((model["section_table"] as? [Int])?.count == 3 * 64)
    let types = try #require(model["types"] as? [String: Any])
    #expect(numbers(types["sizes"]) == [1, 64])
    #expect(types["elements"] as? [Int] == [1, 1])
    let plan = try #require(model["memory_plan"] as? [String: Any])
    #expect(plan["arena_size"] as? Int == 512)
    #expect(numbers(plan["offsets"]) == [0, 1, 5, 1, 5])
  }

  @Test func readsEveryTable() throws {
    try EdgeWriter().write(TestModels.rich(), to: folder.path("rich.edge"))
    let model = try json(of: "rich", root: "Model")
    let attributes = try #require(model["attributes"] as? [String: Any])
    #expect(
      (attributes["kinds"] as? [Int])?.prefix(13)
        == [2, 1, 3, 67, 4, 13, 7, 6, 8, 72, 9, 14, 7])
    #expect((attributes["ints"] as? [Int64])?.prefix(4) == [-3, Int64.min, 0, Int64.max])
    let functions = try #require(model["functions"] as? [[String: Any]])
    #expect(functions.count == 1)
    #expect(functions[0]["version"] as? Int == 1)
    let tensors = try #require(model["tensors"] as? [String: Any])
    #expect(tensors["encoding_kinds"] as? [Int] == [3])
  }

  @Test func readsTheSections() throws {
    let header = try EdgeWriter().write(TestModels.rich(), to: folder.path("rich.edge"))
    let bytes = try folder.bytes("rich.edge")
    let sections = try EdgeFile(bytes).sections
    for (index, root) in [(1, "Names"), (2, "Lineage"), (3, "Annotations")] {
      let start = header.sectionBase + sections[index].offset
      try folder.write(Array(bytes[start..<(start + sections[index].length)]), to: "\(root).edge")
    }
    let names = try #require(try json(of: "Names", root: "Names")["graphs"] as? [[String: Any]])
    #expect(names.count == 2)
    #expect(names[0]["graph"] as? String == "rich")
    let blocks = try #require(names[0]["blocks"] as? [String: Any])
    #expect(blocks["text"] as? String == "thenelseloop0loop1")
    let lineage = try json(of: "Lineage", root: "Lineage")
    #expect((lineage["graphs"] as? [Any])?.count == 2)
    let annotations = try json(of: "Annotations", root: "Annotations")
    #expect(annotations["producer_name"] as? String == "tests")
    #expect(annotations["scopes"] as? [Int] == [0, 0, 1, 2, 3, 3, 4])
  }

  private func json(of name: String, root: String) throws -> [String: Any] {
    try Program.flatc.run([
      "--json", "--strict-json", "--allow-non-utf8", "--root-type", "edge.\(root)", "-o",
      folder.url.path, schema, "--", folder.path("\(name).edge"),
    ])
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("\(name).json")))
    // The compiler prints a float that is no number as a bare word.
    let text = String(decoding: data, as: UTF8.self).replacing("nan,", with: "0.0,")
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  /// The numbers of a column, which must have one of its widths.
  private func numbers(_ column: Any?) -> [Int]? {
    let widths = column as? [String: [Int]]
    return widths?.count == 1 ? widths?.first?.value : nil
  }
}
