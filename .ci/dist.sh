#!/bin/sh
# Builds a release and checks it: wheel and sdist, their metadata and contents, the wheel in a
# bare environment, and the list of what is in that environment (SBOM).
# usage: dist.sh BIN_FOLDER OUT_FOLDER PINS
set -eu
bin=$1
out=$2
pins=$3
rm -rf "$out"
mkdir -p "$out"
# The same tree makes the same archives.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2> /dev/null || echo 315532800)
export SOURCE_DATE_EPOCH
"$bin/python" -m build --no-isolation --outdir "$out" .
"$bin/twine" check --strict "$out"/*
"$bin/check-wheel-contents" "$out"/*.whl

bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
"$bin/python" -m venv --without-pip "$bare/venv"
python=$bare/venv/bin/python
"$bin/python" -m pip --python "$python" install --quiet --disable-pip-version-check -c "$pins" "$out"/*.whl
printf '1\n00:00:01,000 --> 00:00:03,000\nམཚོ་སྔོན་པོ་ནི་ཚྭ་མཚོ་ཞིག་ཡིན།\n' > "$bare/bo.srt"
printf '1\n00:00:01,000 --> 00:00:03,000\n青海湖是一个咸水湖。\n' > "$bare/zh.srt"
version=$(cd "$bare" && "$bare/venv/bin/bilingual" --version)
(cd "$bare" && "$bare/venv/bin/bilingual" verify --bo bo.srt --zh zh.srt --format json > report.json) || [ $? -eq 1 ]
"$python" -c 'import json, sys; assert json.load(open(sys.argv[1]))["schema"] == "bilingual.report/1"' "$bare/report.json"
"$bin/cyclonedx-py" environment --pyproject pyproject.toml --mc-type library --output-reproducible --output-format JSON \
    --output-file "$bare/sbom.json" "$python"
# Remove the local path of the wheel.
sed 's#file://[^"]*/##' "$bare/sbom.json" > "$out/bilingual-subtitles.cdx.json"
(cd "$out" && sha256sum -- * > SHA256SUMS)
echo "$version: $(ls "$out" | tr '\n' ' ')"
