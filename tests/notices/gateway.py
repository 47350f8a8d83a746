"""A stand-in for an SMS gateway or a print shop: a real HTTP server that checks what it is sent and answers as told."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from notices.rules.signatures import signature_of

SENDING_KEY, RECEIPTS_KEY = "what-we-sign-with", "what-they-sign-with"


class Gateway:
    """``answers`` are given one a request, the last for good: a status, or "hang", "drop", "trickle".

    Keeps one message for each Idempotency-Key, as the protocol has it, however often it comes.
    """

    def __init__(self) -> None:
        self.answers = [200]
        self.retry_after = ""
        self.taken: dict[str, dict] = {}
        self.requests = 0
        self.unsigned = 0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway.answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/messages"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests += 1
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        wanted = signature_of(SENDING_KEY, handler.headers["X-PropComm-Timestamp"], body)
        self.unsigned += handler.headers.get("X-PropComm-Signature") != wanted
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if told == "hang":
            time.sleep(2)
            return
        if told in (200, 202, "drop"):
            self.taken[handler.headers["Idempotency-Key"]] = json.loads(body)
        if told == "drop":
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        if told == "trickle":
            for _second in range(40):
                handler.wfile.write(b"H")
                time.sleep(0.1)
            return
        handler.send_response(told)
        if self.retry_after:
            handler.send_header("Retry-After", self.retry_after)
        if 300 <= told < 400:
            handler.send_header("Location", self.url)
        content = json.dumps({"reference": f"gw-{self.requests}"} if told == 200 else {"error": "no"}).encode()
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
