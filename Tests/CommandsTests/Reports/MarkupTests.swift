import Testing

@testable import Commands

@Suite struct MarkupTests {
  @Test func escapesWhatIsInterpolated() {
    let name = "</script><b a=\"1\" b='2'>&"
    let markup: Markup = "<p title=\"\(name)\">"
    #expect(
      markup.text
        == "<p title=\"&lt;/script&gt;&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;\">")
  }

  @Test func keepsMarkupAsItIs() {
    let inner: Markup = "<b>\("a<b")</b>"
    let parts: [Markup] = [inner, inner]
    let markup: Markup = "\(inner)\(parts)\(3)"
    #expect(markup.text == "<b>a&lt;b</b><b>a&lt;b</b><b>a&lt;b</b>3")
  }

  @Test func replacesCharactersThatXMLDoesNotHave() {
    let markup: Markup = "\("a\u{0}\u{1B}\n\u{FFFF}é")"
    #expect(markup.text == "a\u{FFFD}\u{FFFD}\n\u{FFFD}é")
  }
}
