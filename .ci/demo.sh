#!/bin/sh
# Writes the sample submissions and checks them, as `make demo` does.
# usage: demo.sh BIN_FOLDER OUT_FOLDER
set -eu
bin=$1
out=$2
mkdir -p "$out"
"$bin/bilingual" models fetch whisper-base botok-words > /dev/null
[ -f "$out/sample/.done" ] || { rm -rf "$out/sample"; "$bin/bilingual" sample "$out/sample" > /dev/null; touch "$out/sample/.done"; }

check() {
    name=$1
    shift
    echo
    echo "=== $name: bilingual verify $*"
    status=0
    "$bin/bilingual" verify "$@" --format json --out "$out/$name.json" || status=$?
    "$bin/bilingual" show "$out/$name.json"
    echo "(exit $status, JSON: $out/$name.json)"
    [ "$status" -lt 2 ]
}
