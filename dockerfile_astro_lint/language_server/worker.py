"""One thread for all work on files, so that reading messages never waits: requests first, then checks that are due.

A check that is asked for again before it has begun is done once.
"""

import threading
import time
from collections import deque
from concurrent.futures import Future

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")


class Worker:
    """Runs functions one after the other; `failed` gets what a check raises."""

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._wake = threading.Condition()
        self._requests: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._checks: dict[str, tuple[float, Callable[[], None]]] = {}
        self._stopped = False
        # A daemon: when the client is gone, nothing waits for a check that has begun.
        self._thread = threading.Thread(target=self._run, name="astro-lint", daemon=True)
        self._thread.start()

    def ask(self, function: "Callable[[], T]") -> "Future[T]":
        """Call a function as soon as possible."""
        future: Future[T] = Future()
        with self._wake:
            self._requests.append((future, function))
            self._wake.notify()
        return future

    def check(self, key: str, function: Callable[[], None], delay: float = 0.0) -> None:
        """Call a function after so many seconds, unless it is asked for again by the same key: then once, later."""
        with self._wake:
            self._checks[key] = time.monotonic() + delay, function
            self._wake.notify()

    def stop(self) -> None:
        """Begin nothing more."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                job = self._next()
                while job is None and not self._stopped:
                    due = min((due for due, _ in self._checks.values()), default=None)
                    self._wake.wait(None if due is None else max(due - time.monotonic(), 0.0))
                    job = self._next()
                if self._stopped or job is None:
                    return
            future, function = job
            if future is None:
                try:
                    function()
                except Exception as error:
                    self._failed(error)
            elif future.set_running_or_notify_cancel():
                try:
                    future.set_result(function())
                except BaseException as error:
                    future.set_exception(error)

    def _next(self) -> "tuple[Future[Any] | None, Callable[[], Any]] | None":
        if self._requests:
            return self._requests.popleft()
        now = time.monotonic()
        key = min(self._checks, key=lambda key: self._checks[key][0], default=None)
        if key is None or self._checks[key][0] > now:
            return None
        return None, self._checks.pop(key)[1]
