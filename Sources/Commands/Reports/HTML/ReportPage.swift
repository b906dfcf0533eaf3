import Verification

/// A report as one HTML file that needs nothing beside it: no network, fonts or scripts of others.
struct ReportPage {
  /// A part of the page under a heading.
  struct Section {
    let id: String
    let title: String
    let body: Markup
  }

  let title: String
  /// What the colour of the header says.
  let verdict: Verdict?
  /// The verdict in one sentence.
  let sentence: String
  /// Why, a line each.
  let reasons: [String]
  let facts: [(String, String)]
  let sections: [Section]

  /// The document.
  var html: String {
    let (style, sign) = verdict?.style ?? ("none", "–")
    let lines: [Markup] = reasons.map { "<p>\($0)</p>\n" }
    let links: [Markup] = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>\n" }
    let parts: [Markup] = sections.map { section in
      "<section id=\"\(section.id)\"><h2>\(section.title)</h2>\n\(section.body)</section>\n"
    }
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><meta name="generator" content="ferry \
      \(Ferry.version)">
      <link rel="icon" href="data:,"><title>\(title)</title>
      <style>
      \(Markup(verbatim: Stylesheet.text))</style></head><body>
      <header class="\(style)"><p class="file">\(title)</p>
      <h1><span aria-hidden="true">\(sign)</span> \(sentence)</h1>
      \(lines)\(definitions(facts))<nav>\(links)</nav></header>
      <main>
      \(parts)</main>
      <footer>Made by ferry \(Ferry.version). This file needs no network.</footer>
      <script>
      \(Markup(verbatim: PageScript.text))</script></body></html>

      """
    return page.text
  }
}
