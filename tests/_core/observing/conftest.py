"""Fixtures: clients with an observer, and recorded spans and metrics."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sinch_numbers import Backoff, NumbersClient, Reply, Request
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers.otel import OpenTelemetry
from sinch_numbers.sandbox import Sandbox

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, Any]:
    """Return what leads a client to the sandbox, in a hurry."""
    return {
        "project_id": "sandbox",
        "key_id": "sandbox",
        "key_secret": "sandbox",
        "numbers_url": sandbox.url,
        "imported_numbers_url": sandbox.imported_url,
        "auth_url": sandbox.auth_url,
        "timeout": 2.0,
        "settle_timeout": 0.1,
        "backoff": QUICK,
    }


class Recorded:
    """All that was exported."""

    def __init__(self) -> None:
        self.spans_out = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        self.traces = TracerProvider()
        self.traces.add_span_processor(SimpleSpanProcessor(self.spans_out))
        self.meters = MeterProvider([self.reader])
        self.tracer = self.traces.get_tracer("test")

    def observer(self, **options: Any) -> OpenTelemetry:
        return OpenTelemetry(tracer_provider=self.traces, meter_provider=self.meters, **options)

    @property
    def spans(self) -> list[Any]:
        """Return the spans that ended, in the order of their ends."""
        return list(self.spans_out.get_finished_spans())

    def points(self, name: str) -> list[Any]:
        """Return the data points of a metric."""
        data = self.reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def text(self) -> str:
        """Return all of it as text."""
        metrics = self.reader.get_metrics_data()
        told = [span.to_json() for span in self.spans]
        return "\n".join([*told, metrics.to_json() if metrics else ""])


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    recorded = Recorded()
    yield recorded
    recorded.traces.shutdown()
    recorded.meters.shutdown()


@pytest.fixture
def observed(settings: dict[str, Any]) -> Callable[..., Any]:
    """Open clients that are observed."""

    @asynccontextmanager
    async def opened(observer: object, **options: Any) -> AsyncIterator[NumbersClient]:
        async with NumbersClient(**settings | options, observer=observer) as client:
            yield client

    return opened


class Recording(AiohttpTransport):
    """Notes the headers of each request."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[Mapping[str, str]] = []

    async def exchange(self, request: Request) -> Reply:
        self.headers.append(request.headers)
        return await super().exchange(request)


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def sandbox_thread() -> Iterator[dict[str, Any]]:
    """Run a sandbox in a thread, and return what leads a client to it."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=10)
        with portal.wrap_async_context_manager(sandbox):
            yield {
                "project_id": "sandbox",
                "key_id": "sandbox",
                "key_secret": "sandbox",
                "numbers_url": sandbox.url,
                "auth_url": sandbox.auth_url,
            }
