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

s=$out/sample
check sound "$s/sound/video.mp4" --bo "$s/sound/bo.srt" --zh "$s/sound/zh.srt"
check tibetan-narration "$s/tibetan-narration/video.mp4" --zh "$s/tibetan-narration/zh.vtt"
check faulty "$s/faulty/video.mp4" --bo "$s/faulty/bo.srt" --zh "$s/faulty/zh.srt"
"$bin/bilingual" show "$out/faulty.json" --format html --video "$s/faulty/video.mp4" --out "$out/faulty.html"
echo
echo "HTML 报告 / HTML report: $out/faulty.html"
echo "埋下的错误 / planted faults: $s/faulty/planted.json"
echo "打开网页，把文件拖进去核查 / open the page to drop files on: $bin/bilingual serve"
