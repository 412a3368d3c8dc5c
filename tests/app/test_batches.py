"""Running the parts of a batch, whoever answers them."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from openucwa.app.batches import Batches
from openucwa.app.exchange import Request, Response
from openucwa.domain.refusals import Refused
from openucwa.hyper.declare import Raw
from openucwa.wire.malformed import Malformed

KIND = "multipart/batching; boundary=B"
OUTER = {b"authorization": b"Bearer cwt=lene", b"host": b"pool", b"x-ms-origin": b"https://a"}


def together(*requests, kind=KIND):
    parts = "".join(f"--B\r\n\r\n{request} HTTP/1.1\r\n\r\n\r\n" for request in requests)
    return Raw(kind, f"{parts}--B--".encode())


class Batch:
    """One person's batches, and what was asked by them."""

    def __init__(self, most=100):
        self.batches = Batches(most, lambda: float(len(self.asked)))
        self.asked: list[tuple[Request, float]] = []
        self.waited: list[int] = []
        self.pause = asyncio.Event()
        self.pause.set()

    async def dispatch(self, request, now):
        self.asked.append((request, now))
        await self.pause.wait()
        status = 404 if request.path == "/404" else 200
        return Response(
            status, [], request.path.encode(), unstored=request.path.startswith("/change")
        )

    async def stored(self):
        self.waited.append(len(self.asked))

    async def run(self, body, address="lenea@contoso.test", headers=OUTER):
        live = SimpleNamespace(stored=self.stored)
        services = SimpleNamespace(identifier=lambda digits: "a" * digits, live=live)
        call = SimpleNamespace(user=SimpleNamespace(address=address), services=services)
        outer = Request("POST", "/batch", headers=headers, scheme="https")
        return await self.batches.run(self.dispatch, outer, call, body)


def statuses(response):
    return [int(piece[:3]) for piece in response.body.decode().split("HTTP/1.1 ")[1:]]


async def test_r6_4_answers_come_in_the_order_of_requests():
    batch = Batch()
    response = await batch.run(together("GET /1", "GET /404", "nonsense", "POST /2?a=b"))

    assert [200, 404, 400, 200] == statuses(response)
    asked = [(one.method, one.path, one.query) for one, _ in batch.asked]
    assert [("GET", "/1", ""), ("GET", "/404", ""), ("POST", "/2", "a=b")] == asked
    assert [0.0, 1.0, 2.0] == [now for _, now in batch.asked], "time passes meanwhile"
    guid = "aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa"
    kind = f'multipart/batching; boundary="{guid}"'
    assert [(b"Content-Type", kind.encode())] == response.headers


async def test_r6_2_no_part_speaks_for_anybody_else():
    theirs = "Authorization: Bearer cwt=sara\r\nHOST: evil\r\nX-Ms-Origin: b\r\nAccept: x"
    part = f"--B\r\n\r\nGET /1 HTTP/1.1\r\n{theirs}\r\n\r\n--B--"
    batch = Batch()
    await batch.run(Raw(KIND, part.encode()))
    ((request, _),) = batch.asked

    assert OUTER | {b"accept": b"x"} == request.headers
    assert ("https", True) == (request.scheme, request.in_batch)


async def test_what_all_parts_changed_is_stored_before_any_is_answered():
    batch = Batch()
    await batch.run(together("GET /1", "POST /change/1", "POST /change/2", "GET /2"))
    assert [4] == batch.waited


async def test_a_batch_that_changes_nothing_does_not_wait_for_the_disk():
    batch = Batch()
    await batch.run(together("GET /1", "POST /2"))
    assert [] == batch.waited


async def test_head_has_no_body():
    response = await Batch().run(together("HEAD /head"))

    assert b"/head" not in response.body


async def test_r6_8_the_limit_counts_all_batches_of_a_person():
    batch = Batch(most=3)
    batch.pause.clear()
    first = asyncio.create_task(batch.run(together("GET /1", "GET /2")))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await batch.run(together("GET /3", "GET /4"))
    others = asyncio.create_task(batch.run(together("GET /5", "GET /6"), "sarad@contoso.test"))
    await asyncio.sleep(0)
    batch.pause.set()

    assert "TooManyRequests" == refused.value.refusal
    assert [200, 200] == statuses(await first)
    assert [200, 200] == statuses(await others)
    assert {"/1", "/2", "/5", "/6"} == {request.path for request, _ in batch.asked}
    assert [200, 200, 200] == statuses(await batch.run(together(*["GET /7"] * 3)))


async def test_a_batch_that_is_broken_off_is_under_way_no_longer():
    batch = Batch(most=2)
    batch.pause.clear()
    task = asyncio.create_task(batch.run(together("GET /1", "GET /2")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    batch.pause.set()

    assert [200, 200] == statuses(await batch.run(together("GET /3", "GET /4")))


@pytest.mark.parametrize("kind", ["", "application/json", "text/plain; boundary=B"])
async def test_only_multipart_is_a_batch(kind):
    with pytest.raises(Refused) as refused:
        await Batch().run(together("GET /1", kind=kind))

    assert "UnsupportedMediaType" == refused.value.refusal


@pytest.mark.parametrize("kind", ["multipart/batching", "multipart/batching; boundary=C"])
async def test_nothing_runs_if_the_boundary_is_bad(kind):
    batch = Batch()
    with pytest.raises(Malformed):
        await batch.run(together("GET /1", kind=kind))

    assert [] == batch.asked
