#!/usr/bin/env bash
# Resolve both requirements files from nothing in a throw-away environment, and write down what that pulled in.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The old constraints must not hold the new ones back.
sed '/^-c /d' requirements.txt >"$scratch/requirements.txt"
cp requirements-dev.txt "$scratch/"
sed -n 's/^\([A-Za-z0-9._-]*\)==.*/\1/p' requirements.txt requirements-dev.txt >"$scratch/direct"

"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip -qq --disable-pip-version-check --no-input \
    install -r "$scratch/requirements-dev.txt"

excluded=()
while read -r name; do excluded+=(--exclude "$name"); done <"$scratch/direct"
{
    echo "# Everything the two requirements files pull in, as resolved on $(date -u +%F) for" \
        "$("$python" -c 'import sys; print("Python %d.%d" % sys.version_info[:2])'). Renew with 'make lock'."
    "$scratch/venv/bin/python" -m pip --disable-pip-version-check freeze "${excluded[@]}"
} >"$scratch/constraints.txt"
mv "$scratch/constraints.txt" constraints.txt
echo "constraints.txt is renewed; run make test before committing it."
