"""``bilingual serve``: the page to drop files on, and the service behind it."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import click

from bilingual.budget import MIB
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    backend_option,
    common,
    glossary_option,
    memory_limit_option,
    put,
    say,
    settings_of,
    tell_beforehand,
    time_limit_option,
    warn_of_ffmpeg,
)
from bilingual.cli.wording import AtLeast, Positive, command
from bilingual.errors import DependencyError
from bilingual.files import users_folder
from bilingual.locale import sentence

_NEEDED: Final = ("starlette", "uvicorn", "python_multipart")


@command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="地址 / ADDRESS",
    help="在哪个地址提供服务；默认只有本机能打开"
    " / address to serve on; by default this machine alone can open it",
)
@click.option(
    "--port",
    type=AtLeast(0, 65535),
    default=8765,
    show_default=True,
    help="端口；0 为任意空闲端口 / port; 0: any that is free",
)
@click.option("--data", type=FILE, help="存放作品和报告的文件夹 / folder for works and reports")
@click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="用浏览器打开页面；--no-open 不打开。默认：在终端里启动时打开"
    " / open the page in the browser; --no-open: do not. By default where started in a terminal",
)
@click.option(
    "--token-file",
    type=FILE,
    help="口令文件，一行一个：名字 权限 口令 / file of tokens, a line each: NAME SCOPES TOKEN",
)
@click.option(
    "--max-upload",
    type=AtLeast(1, 1_000_000),
    default=1024,
    show_default=True,
    metavar="MB",
    help="一件作品所有文件合计的上限 / most that the files of a work may have together",
)
@click.option(
    "--workers",
    type=AtLeast(1, 256),
    help="同时核查几件，默认处理器数的一半 / works at once; half the processors unless given",
)
@click.option(
    "--keep",
    type=Positive(),
    metavar="天 / DAYS",
    help="核查结束后保留几天，默认不自动删除 / days that works are kept; for ever unless given",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="主机名 / HOST",
    help="反向代理对外的主机名，可重复 / host name of a reverse proxy; may be repeated",
)
@click.option(
    "--webhooks",
    type=FILE,
    help="允许通知的地址和签名密钥（TOML） / addresses that may be told, and the secret (TOML)",
)
@time_limit_option
@memory_limit_option
@backend_option
@glossary_option
@common
def serve(
    host: str,
    port: int,
    data: Path | None,
    opens: bool | None,
    token_file: Path | None,
    max_upload: int,
    workers: int | None,
    keep: float | None,
    names: tuple[str, ...],
    webhooks: Path | None,
    timeout: float,
    memory: int,
    lang: Lang,
    **settings: Any,
) -> int:
    """打开网页核查：把文件拖进浏览器，看报告、改字幕、留复核记录；也供别的系统调用。

    默认只有本机能打开，不需要口令。要让别的机器也能用，请给出 --host 和 --token-file。

    Check works in the browser: drop files, read the report, fix, review; other systems can
    call it, too.

    By default this machine alone can open it, without a token. For others give --host and
    --token-file.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise DependencyError.of_extra("serve-missing", "server", detail=", ".join(missing))
    from bilingual.server.already import noted_address, running_address
    from bilingual.server.running import address_of, bound, run
    from bilingual.server.settings import Settings, is_loopback
    from bilingual.server.tokens import load_tokens
    from bilingual.server.webhooks import load_webhooks

    config = settings_of(**settings)
    made = Settings(
        data=data or users_folder("data") / "service",
        host=host,
        port=port,
        names=names,
        tokens=() if token_file is None else load_tokens(token_file),
        max_upload_bytes=max_upload * MIB,
        workers=workers or max(1, (os.cpu_count() or 1) // 2),
        keep_days=keep,
        timeout_s=timeout,
        memory_mib=memory,
        config=config,
        webhooks=None if webhooks is None else load_webhooks(webhooks),
    )
    os.umask(0o077)  # what is written is this user's alone
    wanted = is_loopback(host) and sys.stdout.isatty() if opens is None else opens
    if (there := running_address(made)) is not None:
        put(sentence("ui", "serve-already", {"address": there}, lang), nl=True)
        if wanted:
            _open(there, lang)
        return OK
    with bound(made) as listening, noted_address(made.data) as note:
        address = address_of(made, listening)
        tell_beforehand(config, lang)
        warn_of_ffmpeg(config, lang)

        def ready() -> None:
            note(address)
            put(sentence("ui", "serve-ready", {"address": address}, lang), nl=True)
            say(sentence("ui", "serve-stop", {}, lang))
            if wanted:  # a browser of the console would hold up the service
                threading.Thread(target=_open, args=(address, lang), daemon=True).start()

        run(made, listening, ready)
    return OK


def _open(address: str, lang: Lang) -> None:
    try:
        opened = webbrowser.open(address)
    except (OSError, webbrowser.Error):
        opened = False
    if not opened:
        say(sentence("ui", "serve-not-opened", {"address": address}, lang))


COMMANDS = (serve,)
