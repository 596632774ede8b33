"""
OpenTelemetry: a span for each call, and metrics.

    client = NumbersClient(observer=OpenTelemetry())

Requires the extra ``otel``, which installs only the OpenTelemetry API: without an SDK, nothing
is recorded. No other module imports ``opentelemetry``.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from sinch_numbers._core.observing.events import (
    AttemptEnded,
    CallEnded,
    CallStarted,
    Resending,
    TokenFetched,
)
from sinch_numbers._core.observing.observer import CallObserver
from sinch_numbers._version import __version__
from sinch_numbers.errors import MissingExtraError

try:
    from opentelemetry import context, metrics, trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    from opentelemetry.util.types import AttributeValue
except ImportError as _missing:
    raise MissingExtraError("OpenTelemetry", "otel") from _missing

_SCOPE: Final = "sinch_numbers"
# Seconds, up to the longest duration of a call by default: the deadline and the settle timeout.
_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_TRACEPARENT: Final = TraceContextTextMapPropagator()


@attrs.frozen(kw_only=True)
class _Tools:
    """State that all spans of one `OpenTelemetry` share."""

    tracer: trace.Tracer
    propagate: bool
    duration: metrics.Histogram
    max_retries: metrics.Counter
    unknown: metrics.Counter


class OpenTelemetry:
    """
    `Observer` that exports calls to OpenTelemetry, for any number of clients.

    Each call is a span of kind CLIENT, a child of the span that is current where the call is
    made. Attempts and retries are span events. Span names, attributes and events contain no
    phone numbers, project IDs, secrets, or request data.

    Args:
        tracer_provider: Tracer provider for the spans (default: the global one).
        meter_provider: Meter provider for the metrics (default: the global one).
        propagate: Whether to send ``traceparent``, so that proxies and gateways can correlate
            requests. ``tracestate`` and ``baggage`` are never sent, since they may contain
            internal data and the service belongs to a third party.

    Example::

        traced = NumbersClient(observer=OpenTelemetry(propagate=False))
    """

    def __init__(
        self,
        *,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
        propagate: bool = True,
    ) -> None:
        meter = metrics.get_meter(_SCOPE, __version__, meter_provider)
        self._tools = _Tools(
            tracer=trace.get_tracer(_SCOPE, __version__, tracer_provider),
            propagate=propagate,
            duration=meter.create_histogram(
                "sinch_numbers.call.duration",
                unit="s",
                description="Duration of calls, including retries and delays.",
                explicit_bucket_boundaries_advisory=_BUCKETS,
            ),
            max_retries=meter.create_counter(
                "sinch_numbers.call.resends",
                unit="{resend}",
                description="Number of retries.",
            ),
            unknown=meter.create_counter(
                "sinch_numbers.call.unknown_outcomes",
                unit="{call}",
                description="Billable calls with an unknown outcome.",
            ),
        )
        self._tokens = meter.create_counter(
            "sinch_numbers.token.fetches",
            unit="{fetch}",
            description="Token fetches; failed ones have an error.type.",
        )

    def call_started(self, call: CallStarted) -> CallObserver:
        """
        Start a span.

        Called by the package.

        Args:
            call: Method, path template, and host of the call.
        """
        attributes: dict[str, AttributeValue] = {
            "http.request.method": call.method,
            "server.address": call.host,
            "server.port": call.port,
        }
        if call.template is not None:
            attributes["url.template"] = call.template
        return _Span(self._tools, attributes, billable=call.billable)

    def token_fetched(self, fetched: TokenFetched) -> None:
        """
        Count a token fetch.

        Called by the package.

        Args:
            fetched: Duration of the fetch, and its error.
        """
        self._tokens.add(1, {} if fetched.error is None else {"error.type": fetched.error})


class _Span:
    """The span of one call; it is the current span during the call."""

    def __init__(
        self, tools: _Tools, attributes: Mapping[str, AttributeValue], *, billable: bool
    ) -> None:
        self._tools = tools
        self._attributes = attributes
        names = (attributes["http.request.method"], attributes.get("url.template", ""))
        self._span = tools.tracer.start_span(
            " ".join(str(name) for name in names if name),
            kind=trace.SpanKind.CLIENT,
            attributes={**attributes, "sinch_numbers.billable": billable},
        )
        self._context = trace.set_span_in_context(self._span)
        self._before = context.attach(self._context)

    def headers(self) -> Mapping[str, str]:
        """Return ``traceparent``, if *propagate* is set."""
        if not self._tools.propagate:
            return {}
        carrier: dict[str, str] = {}
        _TRACEPARENT.inject(carrier, self._context)
        return {name: text for name, text in carrier.items() if name == "traceparent"}

    def attempted(self, attempt: AttemptEnded) -> None:
        """Add a span event for an attempt."""
        event_attributes: dict[str, AttributeValue] = {"sinch_numbers.attempt": attempt.number}
        if attempt.status is not None:
            event_attributes["http.response.status_code"] = attempt.status
        if attempt.error is not None:
            event_attributes["error.type"] = attempt.error
        self._span.add_event("sinch_numbers.attempt", event_attributes)

    def resending(self, resending: Resending) -> None:
        """Add a span event for a retry, and count it."""
        self._span.add_event(
            "sinch_numbers.resend",
            {"error.type": resending.error, "sinch_numbers.pause": resending.pause},
        )
        self._tools.max_retries.add(1, {**self._attributes, "error.type": resending.error})

    def ended(self, ended: CallEnded) -> None:
        """End the span, and record the duration."""
        context.detach(self._before)
        outcome: dict[str, AttributeValue] = {}
        if ended.status is not None:
            outcome["http.response.status_code"] = ended.status
        if ended.error is not None:
            outcome["error.type"] = ended.error
            # No description: an error message may contain the phone number.
            self._span.set_status(trace.StatusCode.ERROR)
        self._tools.duration.record(ended.seconds, {**self._attributes, **outcome}, self._context)
        if ended.outcome_unknown:
            self._tools.unknown.add(1, self._attributes)
            outcome["sinch_numbers.outcome_unknown"] = True
        if ended.attempts > 1:
            outcome["http.request.resend_count"] = ended.attempts - 1
        self._span.set_attributes(outcome)
        self._span.end()
