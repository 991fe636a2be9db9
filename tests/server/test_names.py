"""Files have the names under which they were submitted, wherever one is named."""

from __future__ import annotations

from tests.server.client import WORKS, Client, ended, upload
from tests.server.tracks import SOUND_BO, ZH_FILE

BO, ZH = "雪山 [v2].bo.srt", "中文字幕（GBK）.srt"
GUESSED = ZH_FILE.decode("utf-8").encode("gb18030")


def submitted_in_gbk(client: Client, zh: bytes = GUESSED) -> dict[str, str]:
    return {"bo": upload(client, BO, SOUND_BO), "zh": upload(client, ZH, zh)}


def test_before_and_after_the_check(shared: Client) -> None:
    files = submitted_in_gbk(shared)
    looked = shared.post(
        "/api/v1/inspect?lang=zh", json={"files": [{"upload": one} for one in files.values()]}
    ).json()
    (guess,) = [f for f in looked["findings"] if f["rule"] == "encoding-assumed"]
    assert guess["message"].startswith(f"{ZH} ")
    work = ended(shared, shared.post(WORKS, json={"files": files}).json()["url"])
    assert work["state"] == "done", work
    report = shared.get(f"{work['url']}/report.json").json()
    (found,) = [f for f in report["findings"] if f["rule"] == "encoding-assumed"]
    assert found["params"]["file"] == ZH
    assert {role: track["name"] for role, track in report["tracks"].items()} == {"bo": BO, "zh": ZH}
    assert {one["role"]: one["name"] for one in report["inputs"]} == {"bo": BO, "zh": ZH}
    page = shared.get(f"{work['url']}/report.html?lang=zh").text
    assert f"{ZH} 按 gb18030" in page
    assert "zh.srt 按" not in page


def test_of_a_work_that_cannot_be_checked(shared: Client) -> None:
    files = submitted_in_gbk(shared, zh=SOUND_BO + b"\n")  # Tibetan, submitted as Chinese
    work = ended(shared, shared.post(f"{WORKS}?lang=zh", json={"files": files}).json()["url"])
    assert work["state"] == "failed"
    said = shared.get(f"{work['url']}?lang=zh").text
    assert "中文字幕（GBK）" in said
    assert '"zh.srt"' not in said
