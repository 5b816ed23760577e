"""Runs moto 5.2.5 on a loopback port. Answers one request at a time, with reproducible answers.

Started by tools/sandbox/server as `python serve.py`. It prints `{"port": N}` on its first line of output and exits when its
standard input is closed, so that moto never outlives the gateway. Differences from plain `moto_server`:

- Answers depend only on the requests. A request can carry `x-cloister-seed` (for everything random) and `x-cloister-time`
  (seconds since 1970, for the clock). The gateway logs the requests that changed something. Sending them again to a new
  process gives the same answers, byte for byte.
- An operation or a service that moto does not implement is answered with status 501 and a line of text instead of an HTML page.
- Only requests with the token in `CLOISTER_MOTO_TOKEN` are answered, so that no other program can use this port.
- moto starts in half the time.
- The folder `patches` corrects differences between moto and AWS.
"""

import datetime as datetime_module
import gc
import hmac
import json
import os
import sys
import threading
import time

# ---- startup ----

# No object that is created during startup is garbage, and garbage collection would take a third of the startup time.
gc.disable()

# ---- clock: replaced before other imports, because most modules keep their own reference to `datetime` ----

real_datetime = datetime_module.datetime
real_time = time.time
frozen: "float | None" = None  # set while a request is answered, under `one_at_a_time`


def now() -> float:
    return real_time() if frozen is None else frozen


class AnyDatetime(type):
    """Makes `isinstance(x, datetime)` true for datetimes created before or outside of the replacement."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real_datetime)


class Datetime(real_datetime, metaclass=AnyDatetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(now(), tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(now(), datetime_module.timezone.utc).replace(tzinfo=None)


datetime_module.datetime = Datetime
time.time = now

from werkzeug.exceptions import NotFound  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402
from werkzeug.wrappers import Response  # noqa: E402
import boto3  # noqa: E402

# moto's EC2 module creates three sessions, and each session reads all AWS endpoints again.
new_session, shared_session = boto3.Session, boto3.Session()
boto3.Session = lambda: shared_session
import moto.ec2.models  # noqa: E402, F401

boto3.Session = new_session
from moto.core import base_backend  # noqa: E402
from moto.moto_api._internal import mock_random  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app  # noqa: E402
import patches  # noqa: E402, F401

gc.freeze()
gc.enable()

one_at_a_time = threading.Lock()


# ---- randomness ----

make_backend = base_backend.AccountSpecificBackend.__getitem__


def reproducible_backend(self, region_name: str):
    """A read that is not logged can create a backend. The random numbers of the backend must not depend on that request."""
    if region_name in self.keys():
        return make_backend(self, region_name)
    before = mock_random.getstate()
    mock_random.seed(f"{self.service_name}/{self.account_id}/{region_name}")
    try:
        return make_backend(self, region_name)
    finally:
        mock_random.setstate(before)


base_backend.AccountSpecificBackend.__getitem__ = reproducible_backend


# ---- server ----


def unknown_operation(error: Exception):
    return str(error), 501, {"content-type": "text/plain"}


def create_app(service):
    # moto has no service for the request, and would fail with a stack trace.
    if service is None:
        return Response("moto has no such service", 501, content_type="text/plain")
    app = create_backend_app(service)
    app.register_error_handler(NotImplementedError, unknown_operation)
    app.register_error_handler(NotFound, unknown_operation)
    return app


dispatch = DomainDispatcherApplication(create_app)


token = os.environ.pop("CLOISTER_MOTO_TOKEN")


def application(environ, start_response):
    global frozen
    if not hmac.compare_digest(environ.get("HTTP_X_CLOISTER_TOKEN", "").encode("latin1"), token.encode()):
        return Response("This port answers only the gateway of the sandbox.", 403)(environ, start_response)
    with one_at_a_time:
        seed = environ.get("HTTP_X_CLOISTER_SEED")
        mock_random.seed(seed)
        moment = environ.get("HTTP_X_CLOISTER_TIME")
        frozen = None if moment is None else float(moment)
        answer = dispatch(environ, start_response)
        try:
            # Reads the answer to its end before the next request changes the seed or the clock.
            return [b"".join(answer)]
        finally:
            frozen = None
            if hasattr(answer, "close"):
                answer.close()


class QuietHandler(MotoRequestHandler):
    # HTTP/1.1 keeps connections alive.
    protocol_version = "HTTP/1.1"

    def log_request(self, *_args):
        """The gateway's journal records every call."""


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
    # moto needs the number of its port for the few answers that contain a link to moto.
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(json.dumps({"port": server.port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
