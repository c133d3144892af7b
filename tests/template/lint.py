"""Lints template.yaml as written and as expanded: cfn-lint on both, the house rules on the latter."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import expand
import rules


def cfn_lint(name: str, path: Path) -> bool:
    """Whether cfn-lint, run beside this interpreter, is content with the file."""
    result = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--regions", expand.REGION, "--", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"cfn-lint, {name}: {'clean' if result.returncode == 0 else 'complaints'}")
    print(result.stdout + result.stderr, end="")
    return result.returncode == 0


def main() -> int:
    expanded = expand.expand(expand.load())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "expanded.json"
        path.write_text(json.dumps(expanded, indent=1), encoding="utf-8")
        clean = [
            cfn_lint("template.yaml as written", expand.ROOT / "template.yaml"),
            cfn_lint("template.yaml as expanded", path),
            cfn_lint("mail-region.yaml", expand.ROOT / "mail-region.yaml"),
        ]
    operations = (expand.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    stack = rules.Stack(expanded, rules.anchors(operations), rules.counters(expand.functions()))
    found = rules.complaints(stack)
    print(f"house rules, template.yaml as expanded: {len(rules.RULES)} rules, {len(found)} complaints")
    for complaint in found:
        print(f"  {complaint}")
    return 0 if all(clean) and not found else 1


if __name__ == "__main__":
    sys.exit(main())
