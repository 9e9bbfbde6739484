"""JSON-RPC over a web3 provider: retries for reads, batches, and every foreign failure mapped."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import requests

from tokenkit.chain.faults import RpcFault
from tokenkit.errors import ChainError, InvalidInput, NodeError, NodeTimeout, NodeUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tokenkit.chain.wire import Json

logger = logging.getLogger("tokenkit")

_BATCH = 100  # the lowest limit among public nodes


class Provider(Protocol):
    """The part of a web3 provider that is used."""

    def make_request(self, method: Json, params: Json) -> Json:
        """Answer one JSON-RPC request."""
        ...


class Transport:
    """Asks one node, patiently.

    A read is asked again, with growing pauses, when the node is away, slow or over its rate limit. Nothing else is ever repeated here.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        name: str,
        secrets: Sequence[str],
        retries: int,
        backoff: float,
        sleep: Callable[[float], None],
    ) -> None:
        if retries < 0 or backoff < 0:
            raise InvalidInput("Retries and back-off cannot be negative.")
        self._provider = provider
        self._secrets = secrets
        self.name = name
        self.retries = retries
        self._backoff = backoff
        self._sleep = sleep

    def request(self, method: str, *params: object) -> Json:
        """Return the result of a read.

        Raises:
            RpcFault: the node answered with an error.
            NodeUnavailable, NodeTimeout: no answer, after all retries.
        """
        return self._patiently(method, lambda: self.once(method, *params))

    def batch(self, reads: Sequence[tuple[str, Sequence[object]]]) -> list[Json]:
        """Return the results of many reads in order; an error stands as :class:`RpcFault` in its place."""
        results: list[Json] = []
        for start in range(0, len(reads), _BATCH):
            part = reads[start : start + _BATCH]
            results += self._patiently("batch", lambda part=part: self._batch_once(part))  # type: ignore[misc]
        return results

    def once(self, method: str, *params: object) -> Json:
        """Return the result of one request, asked once."""
        return _result(self._reached(lambda: self._provider.make_request(method, list(params))))

    def pause(self, attempt: int) -> None:
        """Wait before asking again; longer each time."""
        self._sleep(self._backoff * 2**attempt)

    def _batch_once(self, part: Sequence[tuple[str, Sequence[object]]]) -> list[Json]:
        make_batch = getattr(self._provider, "make_batch_request", None)
        if make_batch is None:
            return [self._settled(method, params) for method, params in part]
        answers = self._reached(lambda: make_batch([(method, list(params)) for method, params in part]))
        if not isinstance(answers, list):  # the node takes no batches
            return [self._settled(method, params) for method, params in part]
        if len(answers) != len(part):
            raise NodeError(f"{self.name} answered {len(answers)} of {len(part)} requests in a batch.")
        results = [_or_fault(answer) for answer in answers]
        for result in results:
            if isinstance(result, RpcFault) and result.is_rate_limit:
                raise result
        return results

    def _settled(self, method: str, params: Sequence[object]) -> Json:
        try:
            return self.once(method, *params)
        except RpcFault as fault:
            return fault

    def _patiently(self, what: str, ask: Callable[[], Json]) -> Json:
        splits = what == "eth_getLogs"  # it is asked again anyway, for fewer blocks
        for attempt in range(self.retries):
            try:
                return ask()
            except (NodeUnavailable, NodeTimeout) as error:
                if splits and isinstance(error, NodeTimeout):
                    raise
                logger.info("%s: %s; asking again (%d)", what, error, attempt + 1)
            except RpcFault as fault:
                if splits or not fault.is_rate_limit:
                    raise
            self.pause(attempt)
        return ask()

    def _reached(self, ask: Callable[[], Json]) -> Json:
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 - providers raise anything; all of it is mapped
            raise self._mapped(error) from self._safe(error)

    def _mapped(self, error: Exception) -> ChainError:
        status = getattr(getattr(error, "response", None), "status_code", None)
        if isinstance(error, requests.Timeout | TimeoutError):
            return NodeTimeout(f"{self.name} did not answer in time. Try again, or allow more time.")
        if isinstance(error, requests.HTTPError) and status is not None and status < 500 and status != 429:
            return NodeError(
                f"{self.name} refuses the request (HTTP {status}). Check the URL and its access key.", code=status
            )
        if isinstance(error, requests.RequestException | OSError):
            return NodeUnavailable(f"{self.name} cannot be reached. Check the URL, and that the node runs.")
        return NodeError(f"{self.name} gave no JSON-RPC answer ({type(error).__name__}).")

    def _safe(self, error: Exception) -> Exception:
        """Return *error* as the cause to show: without the access key that a URL may hold."""
        text = f"{type(error).__name__}: {error}"
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return NodeError(text) if self._secrets else error


def http(url: str, timeout: float) -> Provider:
    """Return a plain web3 provider; retries are ours, because web3's would send transactions again."""
    if not url.startswith(("http://", "https://")):
        raise InvalidInput("Not the URL of a node. Give one that starts with http:// or https://.")
    from web3 import HTTPProvider  # noqa: PLC0415 - web3 takes a second to import

    return HTTPProvider(url, request_kwargs={"timeout": timeout}, exception_retry_configuration=None)


def masked(url: str) -> tuple[str, tuple[str, ...]]:
    """Return *url* as it may be shown, and the parts of it that may not: a path, query or login often is an access key."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise InvalidInput("Not the URL of a node. Give one that starts with http:// or https://.") from None
    secrets = tuple(part for part in (parts.path.strip("/"), parts.query, parts.username, parts.password) if part)
    place = f"{parts.scheme}://{parts.hostname or ''}{port}"
    return (f"{place}/…" if secrets else place), secrets


def _result(answer: Json) -> Json:
    result = _or_fault(answer)
    if isinstance(result, RpcFault):
        raise result
    return result


def _or_fault(answer: Json) -> Json:
    if not isinstance(answer, dict) or ("error" not in answer and "result" not in answer):
        raise NodeError("The node gave no JSON-RPC answer.")
    return RpcFault(answer["error"]) if answer.get("error") is not None else answer.get("result")
