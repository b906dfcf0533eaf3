#!/usr/bin/env python3
"""Puts faults into framework exports, which `ferry verify` must find, and converts them rightly,
which it must pass.

usage: check-faults.py FERRY EXPORTS [GLOB ...] [--conformance FOLDER] [--keep FOLDER]

EXPORTS is the folder of check-exports.py; the one of --conformance that of dump-conformance.py.

  faults       200 of what converters get wrong (Scripts/faults), spread over kinds, exports and
               nodes. Each is a valid model that executes and computes another output, from inputs
               of its export or from such as are made of them; one that does not is replaced by
               another. `ferry verify` gets inputs that show it, if there are such inside only, and
               must exit with 1 and name the node, or one next to it where one is missing or put in.
  conversions  300 right ones, by `ferry optimize` at each level and `ferry convert`, of the exports
               and of 100 conformance models; those by onnxsim and onnxslim come to it where these
               are installed. `ferry verify` must exit with 0.

A line for each failure says what was done where. With --keep, the files of each fault stay, and
faults.json beside them says what it is. Ends with a line `N passed, N failed`; the exit code is 1
where fewer faults are found and named than must be, or any conversion is refused. Needs numpy and
onnx.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import hashlib
import importlib.util
import itertools
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx

from faults import ANY, KINDS, Edit
from faults.export import MASKED, Export, ferry

# The parts of all faults that must be detected, and detected with the right node named.
DETECTED = 0.99
NAMED = 0.99
LARGEST = 30 << 20
# How often a function is tried on an export with few nodes for it.
ATTEMPTS = 6
CONFORMANCE_MODELS = 100
ROUTES = {
    "-O1": ("optimize", "onnx", "-O1"),
    "-O2": ("optimize", "onnx", "-O2"),
    "-O3": ("optimize", "onnx", "-O3"),
    ".edge": ("convert", "edge"),
}
PEERS = {
    "onnxsim": "import sys, onnx, onnxsim; "
               "onnx.save(onnxsim.simplify(onnx.load(sys.argv[1]))[0], sys.argv[2])",
    "onnxslim": "import sys, onnx, onnxslim; "
                "onnx.save(onnxslim.slim(onnx.load(sys.argv[1])), sys.argv[2])",
}


def verify(program, source, result, data):
    """The exit code of `ferry verify`, and its report or what it says on standard error."""
    done = ferry(program, "verify", source, result, "--inputs", data, "--json")
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, {"error": " ".join(done.stderr.split())[:300]}


# Faults


class Candidates:
    """The faults that an export might be given: for each function that makes some, the nodes."""

    def __init__(self, export, seed):
        self.export, self.accepted = export, 0
        random = numpy.random.default_rng(seed)
        nodes = [node.op_type for _, node, _ in Edit(export.model, export.trace, None).sites]
        self.left = {}
        for kind, functions in sorted(KINDS.items()):
            for number, (operators, _) in enumerate(functions):
                found = [index for index, operator in enumerate(nodes) if operator in operators
                         or ANY in operators and operator != "Constant"]
                if found:
                    repeated = found * math.ceil(ATTEMPTS / len(found))
                    self.left[kind, number] = list(random.permutation(repeated))

    def take(self, counts):
        """The next candidate of the kind and function that are rarest so far, or None."""
        possible = [key for key, left in self.left.items() if left]
        if not possible:
            return None
        kind, number = min(possible, key=lambda key: (counts[key[0]], counts[key], key))
        return kind, number, int(self.left[kind, number].pop())


def make_fault(export, candidate, seed, path):
    """Writes a wrong conversion and returns what is wrong with it, or why it is none."""
    kind, number, index = candidate
    edit = Edit(export.model, export.trace, numpy.random.default_rng(seed))
    node = edit.sites[index][1]
    name, operator = node.name, node.op_type
    if not KINDS[kind][number][1](edit, node):
        return "inapplicable"
    try:
        onnx.checker.check_model(edit.model)
    except onnx.checker.ValidationError:
        return "invalid"
    onnx.save(edit.model, path)
    return {
        "fault": kind, "how": KINDS[kind][number][1].__name__, "export": export.name,
        "node": name, "operator": operator, "nodes": sorted(edit.nodes),
        "values": sorted(edit.values)}


def judge(export, candidate, seed, folder, masked):
    """Makes a fault and has it verified; a reason instead where it is not one."""
    path = folder / f"{seed[-1]:04}.onnx"
    truth = make_fault(export, candidate, seed, path)
    if isinstance(truth, str):
        return truth
    seen, data = export.seen(path)
    if data is None or seen == MASKED and not masked:
        path.unlink()
        return seen
    code, report = verify(export.program, export.source, path, data)
    culprit = report.get("culprit") or {}
    return {
        **truth, "seen": seen, "own data": data in export.hiding, "detected": code == 1,
        "named": code == 1 and (
            culprit.get("node") in truth["nodes"] or culprit.get("output") in truth["values"]),
        "said": f"exit {code}: {report.get('verdict') or report.get('error')}",
        "culprit": culprit, "digest": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source": str(export.source), "mutant": str(path), "data": str(data)}


def next_round(candidates, counts, most):
    """Candidates for the exports that have fewest, counted as if each will be a fault."""
    chosen = []
    while candidates and len(chosen) < most:
        place = min(candidates, key=lambda c: c.accepted)
        candidate = place.take(counts)
        if candidate is None:
            candidates.remove(place)
        else:
            place.accepted += 1
            counts.update([candidate[0], candidate[:2]])
            chosen.append((place, candidate))
    return chosen


def find_faults(exports, options, pool, folder):
    """Makes faults in rounds until there are as many as asked for, and counts what was replaced."""
    candidates = [Candidates(export, [options.seed, i]) for i, export in enumerate(exports)]
    counts, replaced = collections.Counter(), collections.Counter()
    faults, tried = {}, 0
    while chosen := next_round(
            candidates, counts, min(2 * len(exports), options.faults - len(faults))):
        jobs = [
            pool.submit(judge, place.export, candidate, [options.seed, tried + number], folder,
                        options.masked)
            for number, (place, candidate) in enumerate(chosen)]
        tried += len(chosen)
        for (place, candidate), job in zip(chosen, jobs):
            found = job.result()
            if isinstance(found, dict) and found["digest"] not in faults:
                faults[found["digest"]] = found
                continue
            place.accepted -= 1
            counts.subtract([candidate[0], candidate[:2]])
            replaced[found if isinstance(found, str) else "repeated"] += 1
    return list(faults.values()), replaced


def describe(fault):
    """The line about a fault that is missed, or whose node is not the one that is named."""
    problem = "MISNAMED" if fault["detected"] else "MISSED"
    return (f"{problem} {fault['fault']} ({fault['how']}) of {fault['operator']} "
            f"\"{fault['node'] or fault['values'][0]}\" in {fault['export']}, seen "
            f"{fault['seen']}: {fault['said']}, culprit {fault['culprit'].get('node')}; "
            f"{fault['source']} {fault['mutant']} {fault['data']}")


def listed(counter):
    return ", ".join(f"{count} {what}" for what, count in sorted(counter.items()))


def check_faults(exports, options, pool, folder):
    faults, replaced = find_faults(exports, options, pool, folder)
    (folder / "faults.json").write_text(json.dumps(faults, indent=1))
    for fault in faults:
        if not fault["named"]:
            print(describe(fault))
    seen, kinds, places = (
        collections.Counter(fault[key] for fault in faults) for key in ("seen", "fault", "export"))
    detected, named, own = (
        sum(fault[key] for fault in faults) for key in ("detected", "named", "own data"))
    print(f"{len(faults)} faults of {len(kinds)} kinds in {len(places)} exports, {own} of them "
          f"seen with the export's first inputs or a row of these; {listed(seen)} "
          f"(replaced: {listed(replaced)})")
    print(f"{detected} detected, {named} of them with the right node named")
    return faults, detected, named


# Conversions


def convert(program, route, source, target):
    """Writes a right conversion, or says why there is none."""
    if route in PEERS:
        done = subprocess.run(
            [sys.executable, "-c", PEERS[route], str(source), str(target)], capture_output=True)
        return None if done.returncode == 0 and target.exists() else "the peer fails"
    command, _, *options = ROUTES[route]
    done = ferry(program, command, source, "-o", target, "--verify", "off", *options)
    return None if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()[:300]}"


def check_conversion(program, name, route, source, data, scratch):
    """None where a right conversion passes, `left out` where a peer makes none, or the problem."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        target = pathlib.Path(folder) / f"result.{ROUTES.get(route, (0, 'onnx'))[1]}"
        problem = convert(program, route, source, target)
        if problem:
            return "left out" if route in PEERS else f"{name} by {route} is not made: {problem}"
        code, report = verify(program, source, target, data)
        if code == 0:
            return None
        worst = [f"{entry['output']} {entry.get('verdict')} {entry.get('maxAbsoluteError')}"
                 for entry in report.get("models", []) if entry.get("violations")]
        return (f"{name} by {route}: exit {code}, {report.get('verdict') or report.get('error')}, "
                f"culprit {report.get('culprit')}, {'; '.join(worst)}")


def conformance_models(program, root, seed):
    """Models that execute, spread over operators: (name, model, folder with its inputs)."""
    by_operator = collections.defaultdict(list)
    for test in json.loads((root / "index.json").read_text())["tests"]:
        folder = root / test["kind"] / test["name"]
        if (folder / "input_0.pb").exists() and test["ops"]:
            by_operator[test["ops"][0]].append((test["name"], folder / "model.onnx", folder))
    random = numpy.random.default_rng(seed)
    for operator in random.permutation(sorted(by_operator)):
        tests = by_operator[operator]
        name, source, data = tests[int(random.integers(len(tests)))]
        if ferry(program, "run", source, "--inputs", data).returncode == 0:
            yield name, source, data


def check_conversions(exports, options, pool, scratch):
    peers = [peer for peer in PEERS if importlib.util.find_spec(peer)]
    tasks = [
        (export.name, route, export.source, export.hiding[0])
        for export in exports for route in [*ROUTES, *peers]]
    if options.conformance:
        models = conformance_models(options.ferry, options.conformance, options.seed)
        routes = itertools.cycle(ROUTES)
        tasks += [
            (name, next(routes), source, data)
            for name, source, data in itertools.islice(models, CONFORMANCE_MODELS)]
    results = list(pool.map(
        lambda task: check_conversion(options.ferry, *task, scratch), tasks))
    made = [result for result in results if result != "left out"]
    alarms = [result for result in made if result]
    for line in alarms:
        print("FALSE ALARM", line)
    print(f"{len(made)} conversions, by {', '.join([*ROUTES, *peers])} ({len(results) - len(made)} "
          f"left out that a peer cannot make): {len(alarms)} false alarms")
    return len(made) - len(alarms), len(alarms)


def load_exports(options, pool, folder):
    """The exports that are small enough and execute: some have operators without a definition."""
    paths = {
        str(path.parent.relative_to(options.exports)): path.parent
        for path in sorted(options.exports.glob("*/*/model.onnx"))
        if path.stat().st_size <= LARGEST}
    names = [name for name in paths
             if not options.globs or any(fnmatch.fnmatch(name, glob) for glob in options.globs)]
    loaded = pool.map(
        lambda name: Export(name, paths[name], options.ferry, folder, options.seed), names)
    return [export for export in loaded if export.trace is not None]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ferry", type=os.path.abspath)
    parser.add_argument("exports", type=pathlib.Path)
    parser.add_argument("globs", nargs="*", metavar="GLOB")
    parser.add_argument("--conformance", type=pathlib.Path, help="a folder of dump-conformance.py")
    parser.add_argument("--keep", type=pathlib.Path, help="where the files of the faults stay")
    parser.add_argument("--only", choices=["faults", "conversions"])
    parser.add_argument(
        "--masked", action="store_true", help="count faults that no input shows in an output")
    parser.add_argument("--faults", type=int, default=200, help="how many to make")
    parser.add_argument("--seed", type=int, default=0, help="of what is left to chance")
    options = parser.parse_args()
    faults, detected, named, passed, failed = [], 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as scratch, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = (options.keep or pathlib.Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        exports = load_exports(options, pool, folder)
        if options.only != "conversions":
            faults, detected, named = check_faults(exports, options, pool, folder)
        if options.only != "faults":
            passed, failed = check_conversions(exports, options, pool, scratch)
    print(f"{named + passed} passed, {len(faults) - named + failed} failed")
    enough = detected >= DETECTED * len(faults) and named >= NAMED * len(faults)
    return 0 if enough and not failed and named + passed else 1


if __name__ == "__main__":
    sys.exit(main())
