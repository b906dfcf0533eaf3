import IR
import Tensors
import Testing

@Suite struct GraphParserTests {
  @Test(
    arguments: [
      ("", "1:1: expected 'graph', found the end of the text; begin with 'graph', or with 'model'"),
      ("graph ]", "1:7: expected the name of the graph, found ']'"),
      (
        "graph() { %y = Neg(%x) }",
        "1:20: %x is not defined; define it as an input, a constant or the result of a node"
      ),
      (
        "graph(%x) {\n  %x = Neg(%x)\n}",
        "2:3: %x is defined twice; write %x#2 for another value of the same name"
      ),
      (
        "graph(%x) { return %x\n %y = Neg(%x) }",
        "2:2: expected '}' after the values that a block returns, found '%'"
      ),
      ("graph(%x) -> (%y, %z) { return %x }", "1:35: a block has 2 outputs but returns 1 values"),
      (
        "graph(%x: float33) {}",
        "1:11: expected a type, found 'float33'; write float32, int64, string, sequence(…), …"
      ),
      (
        "graph(%x: float32[a b]) {}",
        "1:19: 'a b' is no dimension; write a number, '?', or an expression of names such as 2*seq+1"
      ),
      ("graph() { const %w: float32[2] = [1] }", "1:34: float32[2] holds 2 elements, not 1"),
      ("graph() { const %w: int8[1] = [300] }", "1:31: '300' is no element of type int8"),
      (
        "graph() { const %w: int8[1] = 0x0 }",
        "1:31: 1 hexadecimal digits are not the bytes of int8[1]"
      ),
      (
        "graph() { const %w: int8[?] = [1] }",
        "1:31: a tensor cannot be of type int8[?]; write its element type and extents before the elements, such as float32[2]"
      ),
      (
        "graph() { const %w: int8[4611686018427387904, 4] = [] }",
        "1:52: a tensor cannot have the shape [4611686018427387904, 4]"
      ),
      (
        "graph() { const %w = [1] }",
        "1:22: nothing says the type of a tensor; write it before the elements"
      ),
      ("graph() { () = A() {a = 1, a = 2} }", "1:30: attribute 'a' is given twice"),
      (
        "graph() { () = A() {a = []} }",
        "1:25: an empty list has no kind; write ints [], floats [] or strings []"
      ),
      (
        "graph() { () = A() {a = [1, \"x\"]} }",
        "1:25: the elements of a list are of different kinds"
      ),
      (
        "graph() { () = A() {a = @b: c} }",
        "1:30: 'c' is no kind of attribute; write int, floats, graph, …"
      ),
      (
        "graph() { () = A() {a = 99999999999999999999} }",
        "1:25: '99999999999999999999' is no number that an attribute can hold"
      ),
      (
        "graph(%x: float32[2]) -> (%x: int8) { return %x }",
        "1:27: output %x is declared as int8, but its value as float32[2]"
      ),
      ("graph() { %1a = A() }", "1:11: %1a starts with a digit; write %\"1a\""),
      (
        "graph(%\"x) {}",
        "1:8: a string does not end, or has an unknown escape; write \\\", \\\\, \\n, \\r, \\t or \\x and two hexadecimal digits"
      ),
      ("model opset 1, 2 graph() {}", "1:15: operator set '' has two versions"),
      ("graph() {} more", "1:12: expected 'function' or the end, found 'more'"),
      (
        "graph() { const %a: sparse(int8[2]) = coordinates int8[1] [0] values [1] }",
        "1:50: the coordinates of a sparse tensor are not int64[n] or int64[n, rank]"
      ),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: TextError.self) { try Model(text: text) }
    #expect(error?.description == message)
  }

  @Test func refusesFunctionsInAGraph() {
    #expect(throws: TextError.self) { try Graph(text: "graph() {} function f() {}") }
  }

  @Test func takesVersionsFromTheHeader() throws {
    let graph = try Graph(
      text: "model opset 13, ai.onnx.ml 3 graph(%x) { %y = Relu(%x) %z = ai.onnx.ml::Scaler.1(%y) }"
    )
    #expect(graph.nodes.map { graph[$0].operatorID.version } == [13, 1])
  }

  @Test func boundsNesting() {
    for (open, close) in [
      ("() = A() {b = block {", "}}"), ("const %x: int8[] = int8[(", ""),
      ("() = A() {t = type ", ""),
    ] {
      let text = "graph() {" + String(repeating: open, count: 100_000) + close
      #expect(throws: TextError.self) { try Graph(text: text) }
    }
    let type = String(repeating: "sequence(", count: 100_000)
    #expect(throws: TextError.self) { try Graph(text: "graph(%x: \(type)") }
  }

  @Test func readsBlocksAsDeepAsItWrites() throws {
    let depth = 255
    let text =
      "graph() {" + String(repeating: "() = A() {b = block {", count: depth)
      + String(repeating: "}}", count: depth) + "}"
    let graph = try Graph(text: text)
    #expect(graph.isEquivalent(to: try Graph(text: graph.text())))
    #expect(graph.validate() == [])
  }

  @Test func survivesEveryTruncation() {
    let bytes = Array(sampleText.utf8)
    for count in 0..<bytes.count {
      _ = try? Model(text: String(decoding: bytes[..<count], as: UTF8.self))
    }
  }

  @Test(arguments: Array("\"%](}#0/,\0".utf8))
  func survivesEveryChangeOfAByte(byte: UInt8) throws {
    var bytes = Array(sampleText.utf8)
    for index in bytes.indices where index % 2 == Int(byte) % 2 {
      let original = bytes[index]
      bytes[index] = byte
      if let model = try? Model(text: String(decoding: bytes, as: UTF8.self)) {
        // What is read is written, and the same again.
        let text = model.text(.complete)
        if !text.contains("#0") { #expect(try Model(text: text).text(.complete) == text) }
      }
      bytes[index] = original
    }
  }
}
