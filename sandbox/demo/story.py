"""Tell the whole story on a stage of its own, then judge the promises."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.demo import google_calls
from sandbox.demo.lookout import sitecustomize as lookout
from sandbox.demo.printing import Silence, Telling
from sandbox.demo.promises.judgement import judge
from sandbox.demo.scenes import SCENES
from sandbox.demo.stage import Stage
from sandbox.demo.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

NAMES = {scene.__name__.rpartition(".")[2]: scene for scene in SCENES}


async def demo(*, as_json: bool = False, only: Sequence[str] = ()) -> int:
    """Tell it; returns 0 when it went to its end and no checked promise was broken, else 1.

    `only` names the scenes to tell (later ones need the first); what they leave out is not checked.
    """
    teller = Silence() if as_json else Telling()
    transcript = Transcript(teller)
    scenes = {name: scene for name, scene in NAMES.items() if not only or name in only}
    directory = Path(tempfile.mkdtemp(prefix="gk-demo-"))
    well = False
    _stop_politely()
    try:
        async with Stage(directory) as stage:
            lookout.watch(str(stage.notes))
            teller.opened(stage.town.address)
            await _tell(scenes, stage, transcript)
            await stage.stop_bots()
            transcript.key_works = "works" in stage.known
            transcript.promises = await judge(stage, transcript)
        well = transcript.held
    finally:
        if well:
            shutil.rmtree(directory)
        else:
            sys.stderr.write(f"The files of this run stay in {directory}\n")
    teller.end(transcript)
    return 0 if well else 1


async def _tell(scenes: Mapping[str, ModuleType], stage: Stage, transcript: Transcript) -> None:
    """Tell scene after scene; the first that goes wrong is the last."""
    for name, module in scenes.items():
        scene = transcript.begin(name, module.TITLE)
        try:
            await module.tell(stage, scene)
        except Exception as error:  # noqa: BLE001 - whatever it is stops the story, and the promises are still judged
            transcript.failure = f"{scene.name}: {error or type(error).__name__}"
        new = stage.town.cloud.log.after(stage.calls_told)
        stage.calls_told += len(new)
        transcript.add_calls([google_calls.told(call) for call in new])
        if transcript.failure:
            return


def _stop_politely() -> None:
    """Let SIGTERM unwind as Ctrl-C does, so that no process is left behind."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
