"""One key from click to Google in two processes, as an operator sees it: one trace, and the numbers."""

from __future__ import annotations

import socket

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.support.company import APPROVALS, Company, has_button, shows
from tests.telemetry.collector import collecting


async def test_one_key_is_one_trace_and_moves_the_numbers(acme: Company) -> None:
    """Grace's click, the job, every step and every Google call stand in one trace; no key text is in it."""
    async with collecting() as collector:
        ports = {role: _free_port() for role in ("slack", "worker")}
        bots = [
            await acme.bot(
                role,
                OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint,
                GEMINI_KEY_BOT_METRICS_PORT=str(ports[role]),
            )
            for role in ("worker", "slack")
        ]
        ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
        request_id = await acme.ask(ada)
        await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
        channel = await ada.direct_channel()
        await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")

        slack, worker = await _numbers(ports["slack"]), await _numbers(ports["worker"])
        assert slack["gemini_key_bot_moves_total", "pending"] == 1
        assert slack["gemini_key_bot_decision_seconds_count", "approved"] == 1
        assert slack["gemini_key_bot_ack_seconds_count", "block_actions"] >= 1
        assert slack["gemini_key_bot_slack_connections",] == 2
        assert worker["gemini_key_bot_key_seconds_count",] == 1
        assert worker["gemini_key_bot_step_seconds_count", "OK", "mint-key"] == 1
        assert worker["gemini_key_bot_google_call_seconds_count", "ApiKeys", "CreateKey", "OK"] == 1
        for seen in (slack, worker):
            assert (seen["gemini_key_bot_ready",], seen["gemini_key_bot_keys_live",]) == (1, 1)
            assert seen["gemini_key_bot_queue_lag_seconds",] < 30
            assert 0 <= seen["gemini_key_bot_worker_sweep_age_seconds",] < 30
        async with aiohttp.ClientSession() as outside:
            url = f"http://127.0.0.1:{bots[1].port}"
            async with outside.get(f"{url}/metrics") as answer:
                assert answer.status == 404, "the port that Slack reaches shows no numbers"
            async with outside.get(f"{url}/healthz") as answer:
                assert await answer.text() == "ok"

        for bot in bots:
            await bot.stop()  # what waits is sent

        click = next(span for span in collector.spans if span.name == "approve_request")
        assert (click.service, click.attributes["request"]) == ("gemini-key-bot-slack", request_id)
        whole = [span for span in collector.spans if span.trace == click.trace]
        names = {(span.service.removeprefix("gemini-key-bot-"), span.name) for span in whole}
        assert {
            ("slack", "docket.add"),
            ("worker", "attend"),
            ("worker", "mint-key"),
            ("worker", "ApiKeys/CreateKey"),
            ("worker", "SecretManagerService/AddSecretVersion"),
        } <= names
        ids = {span.id for span in whole}
        assert all(span.parent in ids for span in whole if span is not click), "nothing hangs loose"

        (key,) = acme.live_keys()
        assert key.key_string.encode() not in b"".join(collector.bodies)


async def _numbers(port: int) -> dict[tuple[str, ...], float]:
    """Scrape as Prometheus does; samples by name and label values."""
    async with (
        aiohttp.ClientSession() as prometheus,
        prometheus.get(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        assert answer.status == 200
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(await answer.text())
            for sample in family.samples
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
