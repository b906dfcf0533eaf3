/// What a page does when scripts run: zooming and dragging graphs, and details on a tap.
///
/// Without it, panes scroll, and details show as tool tips.
enum PageScript {
  static let text = """
    "use strict";
    (function () {
      function show(box, text) { box.textContent = text; box.hidden = false; }
      function title(element) { return element.querySelector("title").textContent; }

      var layer = document.getElementById("layer");
      document.querySelectorAll(".hit").forEach(function (area) {
        function choose() {
          document.querySelectorAll(".hit.on").forEach(function (e) { e.classList.remove("on"); });
          area.classList.add("on");
          show(layer, title(area));
        }
        area.addEventListener("click", choose);
        area.addEventListener("pointerenter", choose);
      });

      var node = document.getElementById("node");
      var nodes = Array.prototype.slice.call(document.querySelectorAll(".n"));
      function sources(element) {
        return (element.dataset.s || "").split(" ").filter(Boolean);
      }
      function center(element) {
        var pane = element.closest(".pane");
        var box = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
        pane.scrollTop += box.top + box.height / 2 - frame.top - pane.clientHeight / 2;
        pane.scrollLeft += box.left + box.width / 2 - frame.left - pane.clientWidth / 2;
      }
      function choose(element) {
        var wanted = sources(element), pane = element.closest(".pane"), first = null;
        nodes.forEach(function (other) {
          var same = other === element;
          if (!same && other.closest(".pane") !== pane) {
            same = sources(other).some(function (s) { return wanted.indexOf(s) >= 0; });
            if (same && !first) { first = other; }
          }
          other.classList.toggle("on", same);
        });
        show(node, title(element));
        if (first) { center(first); }
      }

      document.querySelectorAll(".graph").forEach(function (figure) {
        var pane = figure.querySelector(".pane"), svg = pane.querySelector("svg");
        var width = Number(svg.getAttribute("width")), height = Number(svg.getAttribute("height"));
        var scale = 1, start = null, moved = false;
        function zoom(next, x, y) {
          next = Math.max(0.05, Math.min(4, next));
          var left = (pane.scrollLeft + x) / scale, top = (pane.scrollTop + y) / scale;
          scale = next;
          svg.setAttribute("width", width * scale);
          svg.setAttribute("height", height * scale);
          pane.scrollLeft = left * scale - x;
          pane.scrollTop = top * scale - y;
        }
        function middle(factor) {
          zoom(scale * factor, pane.clientWidth / 2, pane.clientHeight / 2);
        }
        var buttons = figure.querySelectorAll("button");
        buttons[0].addEventListener("click", function () { middle(0.8); });
        buttons[1].addEventListener("click", function () { middle(1.25); });
        buttons[2].addEventListener("click", function () {
          zoom(Math.min(pane.clientWidth / width, pane.clientHeight / height), 0, 0);
        });
        figure.querySelector(".zoom").hidden = false;
        pane.addEventListener("wheel", function (event) {
          if (!event.ctrlKey) { return; }
          event.preventDefault();
          var frame = pane.getBoundingClientRect();
          zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - frame.left,
            event.clientY - frame.top);
        }, { passive: false });
        pane.addEventListener("pointerdown", function (event) {
          if (event.pointerType !== "mouse" || event.button !== 0) { return; }
          start = [event.clientX, event.clientY, pane.scrollLeft, pane.scrollTop];
          moved = false;
        });
        window.addEventListener("pointermove", function (event) {
          if (!start) { return; }
          var x = event.clientX - start[0], y = event.clientY - start[1];
          moved = moved || Math.abs(x) + Math.abs(y) > 4;
          pane.scrollLeft = start[2] - x;
          pane.scrollTop = start[3] - y;
        });
        window.addEventListener("pointerup", function () { start = null; });
        pane.addEventListener("click", function (event) {
          var element = event.target.closest(".n");
          if (element && !moved) { choose(element); }
          moved = false;
        });
        if (width > pane.clientWidth) { pane.scrollLeft = (width - pane.clientWidth) / 2; }
        var wrong = svg.querySelector(".bad");
        if (wrong) { center(wrong); }
      });
    })();

    """
}
