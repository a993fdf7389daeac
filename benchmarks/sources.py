"""Imports every folder below a folder of exports and tells what each gave.

    python benchmarks/sources.py ../exports [--only NAME …] [--write docs/sources.md] [--out FILE]

Each folder (or file) is imported into a community of its own by a process of its own, without
embedding. The table has documents, messages or parts, experiences, authors, first and last date,
what was left out and why, seconds, and peak memory (the largest resident set of the process).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HEAD = """# What real exports give

Written by `python benchmarks/sources.py FOLDER --write docs/sources.md`, which imports each folder
into a community of its own, as `doubleloop import FOLDER` does, embedding apart. Memory is the
peak resident set of the process; about {base} MB of it is Python with the libraries. Seconds are
of one run on two shared cores.

| folder | read as | documents | messages or parts | experiences | authors | dates | s | MB |
|---|---|---:|---:|---:|---:|---|---:|---:|
"""
WORK = """
import json, resource, sys
from pathlib import Path
from pipeline.flow.contract import import_json
from pipeline.flow.importing import (import_source)
from pipeline.flow.workspace import Workspace
from pipeline.settings import Settings
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with Workspace(Settings(home=Path(sys.argv[2]), encoder="words"), "c", create=True) as workspace:
    report = import_source(workspace, Path(sys.argv[1]))
told = import_json(report)
told["base_mb"] = base // 1024
told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
json.dump(told, sys.stdout)
"""


def imported(path: Path) -> dict[str, object]:
    """What importing a folder gives, in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        ran = subprocess.run(
            [sys.executable, "-c", WORK, str(path), home],
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        last = ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else "no reason"
        return {"error": last.replace(str(path), path.name)}
    return dict(json.loads(ran.stdout))


def row(name: str, told: dict) -> str:
    """One line of the table."""
    if "error" in told:
        return f"| {name} | not imported: {told['error']} | | | | | | | |"
    dates = f"{(told['first'] or '')[:10]} – {(told['last'] or '')[:10]}" if told["first"] else ""
    kinds = sorted({part["connector"] for part in told["parts"]}) or [told["connector"]]
    return (
        f"| {name} | {', '.join(kinds)} | {told['documents']:,} | {told['messages']:,} | "
        f"{told['experiences']:,} | {told['authors'] or ''} | {dates} | {told['seconds']:.1f} | "
        f"{told['peak_mb']} |"
    )


def left_out(name: str, told: dict) -> list[str]:
    """What was left out of a folder and why, and what was taken out of text."""
    lines = [f"## {name}", ""]
    lines += [
        f"- `{part['where']}`: {part['connector']}, {part['documents']:,} documents"
        for part in told.get("parts", [])[:40]
    ]
    more = len(told.get("parts", [])) - 40
    if more > 0:
        lines.append(f"- and {more} more parts")
    reasons = told.get("skipped_reasons", {})
    lines += [f"- left out, {count:,} ×: {reason}" for reason, count in reasons.items()]
    counted = [
        s["where"] for s in told.get("skipped", []) if re.search(r"\d[\d,]* \w+", s["where"])
    ]
    lines += [f"  - {where}" for where in counted[:12]]
    if told.get("redacted"):
        shown = ", ".join(f"{kind} {n:,} ×" for kind, n in told["redacted"].items())
        lines.append(f"- taken out of text: {shown}")
    if told.get("outcomes"):
        shown = ", ".join(f"{word} {n:,}" for word, n in told["outcomes"].items())
        lines.append(f"- outcomes that the source knows: {shown}")
    return [*lines, ""] if len(lines) > 2 else []


def main() -> int:
    """Import, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", help="names of folders; by default all exports")
    parser.add_argument("--write", type=Path, help="Markdown page to write")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    given = parser.parse_args()
    wanted = given.only or [
        path.name
        for path in sorted(given.folder.iterdir())
        if path.name.startswith(("formats_", "experience_", "handbooks", "decision_records"))
    ]
    results: dict[str, dict] = {}
    for name in wanted:
        results[name] = imported(given.folder / name)
        print(row(name, results[name]), flush=True)
    bases = [told["base_mb"] for told in results.values() if "base_mb" in told]
    page = HEAD.format(base=min(bases, default=0))
    page += "\n".join(row(name, told) for name, told in results.items()) + "\n\n"
    page += "\n".join(line for name, told in results.items() for line in left_out(name, told))
    if given.write:
        given.write.write_text(page.rstrip() + "\n", encoding="utf-8")
    if given.out:
        given.out.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    return int(any("error" in told for told in results.values()))


if __name__ == "__main__":
    sys.exit(main())
