/// The style of a page, for light and dark screens, wide and narrow ones.
///
/// Colours of errors go from pale to deep blue and never stand alone: nodes have their error
/// written on them. Orange, which no kind of colour blindness takes for blue, is for what is wrong.
enum Stylesheet {
  static let text = colors + layout + tables + charts + graphs

  private static let colors = """
    :root{color-scheme:light dark;--bg:#fbfaf8;--card:#fff;--ink:#1d2125;--soft:#656d76;
    --line:#e2dfd9;--bar:#2f6fb2;--pale:#c9c5bd;--wrong:#b54708;--hot:#fff1e3;--same:#1f7a4d;
    --c0:#fff;--c1:#dfeaf6;--c2:#aecbe8;--c3:#5f9bd3;--c4:#1d5a99;--t3:#06203a;--t4:#fff}
    @media(prefers-color-scheme:dark){:root{--bg:#15181b;--card:#1c2024;--ink:#e4e7ea;
    --soft:#98a1aa;--line:#31373d;--bar:#6aa9e6;--pale:#4b535b;--wrong:#ff9d4d;--hot:#3a2413;
    --same:#5fc793;--c0:#1c2024;--c1:#203246;--c2:#2a4c70;--c3:#3f7fbd;--c4:#8cc1f3;--t3:#fff;
    --t4:#06203a}}

    """

  private static let layout = """
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:1180px;padding:20px 24px 60px;background:var(--bg);
    color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
    font-variant-numeric:tabular-nums}
    header{border-left:5px solid var(--pale);padding:2px 0 2px 18px;margin-bottom:28px}
    header.same,header.near{border-color:var(--same)}
    header.loss{border-color:var(--bar)}header.wrong{border-color:var(--wrong)}
    h1{font-size:23px;line-height:1.25;font-weight:650;margin:2px 0 8px;text-wrap:balance}
    .same h1 span,.near h1 span{color:var(--same)}.wrong h1 span{color:var(--wrong)}
    h2{font-size:16px;font-weight:650;margin:0 0 8px}
    header p{margin:0 0 6px;max-width:85ch;overflow-wrap:anywhere}
    .file,.note,footer,dt{color:var(--soft)}.file{font-size:13px}
    .note{margin:0 0 8px;max-width:85ch;font-size:13px}
    nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:10px}
    a{color:var(--bar);text-decoration:none}a:hover{text-decoration:underline}
    section{margin:0 0 34px}
    dl{display:flex;flex-wrap:wrap;gap:6px 26px;margin:10px 0}
    dl div{min-width:0}dt{font-size:12px}dd{margin:0;overflow-wrap:anywhere}
    details{border-top:1px solid var(--line);padding:6px 0}summary{cursor:pointer}
    .detail{display:flex;flex-wrap:wrap;gap:4px 48px;align-items:start;padding-bottom:8px}
    .detail dl{flex-basis:100%}.detail>figure{flex:1 1 300px;max-width:420px}
    .pair{display:grid;grid-template-columns:1fr 1fr;gap:28px}
    .wide{overflow-x:auto}
    @media(max-width:760px){body{padding:14px 14px 40px}h1{font-size:19px}
    .pair{grid-template-columns:minmax(0,1fr)}header{padding-left:12px}}

    """

  private static let tables = """
    table{border-collapse:collapse;width:100%;background:var(--card);font-size:13px}
    th,td{text-align:left;padding:4px 10px;border-bottom:1px solid var(--line);
    white-space:nowrap;vertical-align:top}
    th{font-weight:500;color:var(--soft);font-size:12px}
    .r{text-align:right}td.name{overflow-wrap:anywhere;white-space:normal;min-width:11ch}
    td.bar{width:22%;min-width:90px;white-space:nowrap;font-size:0}
    td.bar i{display:inline-block;height:11px;margin-top:4px;background:var(--bar)}
    td.two i{display:block;height:5px;margin:3px 0}
    td.bar .old,td.bar .rest{background:var(--pale)}td.bar .down{background:var(--same)}
    td.bar .up,td.bar .error{background:var(--wrong)}
    .taken td{color:var(--soft);text-decoration:line-through}
    .taken td.name{color:var(--wrong);text-decoration:none}
    .reason td{color:var(--wrong);white-space:normal;overflow-wrap:anywhere}
    .badge{font-weight:600}.badge.same,.badge.near{color:var(--same)}
    .badge.loss{color:var(--bar)}.badge.wrong{color:var(--wrong)}
    .units{width:auto;align-self:start}.units .bar{width:140px}
    caption{text-align:left;color:var(--soft);font-size:12px;padding:2px 0}

    """

  private static let charts = """
    figure{margin:0}figcaption{margin-bottom:4px;overflow-wrap:anywhere}
    figcaption span{color:var(--soft);font-size:13px}
    svg text{fill:var(--soft);font-size:11px}
    .chart{min-width:680px;width:100%;display:block;background:var(--card)}
    .chart .grid{stroke:var(--line)}.axis{stroke:var(--pale)}
    .tick,.r{text-anchor:end}text.name{text-anchor:end}text.m{text-anchor:middle}
    polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}
    .chart .noise{stroke:var(--soft);stroke-dasharray:3 3}.chart .total{stroke:var(--bar)}
    .chart circle{fill:var(--ink)}
    svg .cross{fill:var(--wrong);text-anchor:middle;font-size:12px;font-weight:700}
    svg .cross.first{font-size:18px}
    .hit{fill:transparent}.hit:hover,.hit.on{fill:var(--bar);fill-opacity:.14}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:4px 0 8px;
    font-size:12px;color:var(--soft)}
    .legend i{display:inline-block;margin-right:6px;vertical-align:middle;font-style:normal}
    .line{width:22px;border-top:2px solid var(--bar)}
    .line.noise{border-top:2px dashed var(--soft)}
    .dot{width:6px;height:6px;border-radius:3px;background:var(--ink)}
    .legend .cross{color:var(--wrong);font-weight:700}
    .key{width:16px;height:12px;border:1px solid var(--pale)}
    .histograms{display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:18px 28px}
    .histogram svg{display:block;width:100%;max-width:420px;margin:4px 0 10px}
    .want{fill:var(--pale)}.got{fill:none;stroke:var(--bar);stroke-width:1.6}
    svg rect.error{fill:var(--wrong)}
    .chosen{background:var(--card);border:1px solid var(--line);padding:8px 10px;margin:8px 0 0;
    white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px}

    """

  private static let graphs = """
    .graphs{display:grid;grid-template-columns:1fr 1fr;gap:16px}
    .graph{min-width:0}.zoom{float:right}
    button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);
    border-radius:4px;min-width:30px;padding:2px 8px;margin-left:4px;cursor:pointer}
    .pane{overflow:auto;height:70vh;max-height:760px;background:var(--card);
    border:1px solid var(--line);cursor:grab}
    .pane svg{display:block;margin:0 auto}
    .e{fill:none;stroke:var(--pale);stroke-width:1.2}
    .n rect{fill:var(--c0);stroke:var(--pale)}.n text{text-anchor:middle;fill:var(--ink);
    font-size:12px}.n .s{font-size:10px;fill:var(--soft)}.n{cursor:pointer}
    .io rect{fill:none}.cn rect{stroke-dasharray:3 2}
    .c1 rect{fill:var(--c1)}.c2 rect{fill:var(--c2)}.c3 rect{fill:var(--c3)}
    .c4 rect{fill:var(--c4)}.c2 .s{fill:var(--ink)}
    .c3 text,.c3 .s{fill:var(--t3)}.c4 text,.c4 .s{fill:var(--t4)}
    .odd rect{stroke:var(--wrong);stroke-width:2}
    .bad rect{fill:var(--hot);stroke:var(--wrong);stroke-width:3}
    .bad text,.bad .s{fill:var(--wrong);font-weight:700}
    .n.on rect{stroke:var(--ink);stroke-width:3;stroke-dasharray:none}
    .key.c0{background:var(--c0)}.key.c1{background:var(--c1)}.key.c2{background:var(--c2)}
    .key.c3{background:var(--c3)}.key.c4{background:var(--c4)}
    .key.cn{border-style:dashed}.key.bad{background:var(--hot);border:2px solid var(--wrong)}
    @media(max-width:760px){.graphs{grid-template-columns:minmax(0,1fr)}.pane{height:60vh}}

    """
}
