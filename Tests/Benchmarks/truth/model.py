"""The model of a trace: it knows what each question means, and says in the answer's id which meaning it answered."""

import http.server
import json
import threading
from collections import Counter


class Model:
    """Serves at `port` until the process ends. `calls` counts the questions that reached it."""

    def __init__(self, trace):
        self.calls = 0
        self._numbers = {meaning: number for number, meaning in enumerate(trace.answers)}
        self._meanings = {request.question: request.meaning for request in trace.requests}
        self._answers, self._given = trace.answers, Counter()
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Else the end of each answer waits for an acknowledgement of its beginning.
            disable_nagle_algorithm = True

            def log_message(self, *_):
                """Says nothing."""

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                answer = json.dumps(model.completion(body["messages"][-1]["content"])).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def completion(self, question):
        """A chat completion; the same meaning gets its answer in the wordings of the trace, one after the other."""
        meaning = self._meanings[question]
        worded = self._answers[meaning]
        text = worded[self._given[meaning] % len(worded)]
        self._given[meaning] += 1
        self.calls += 1
        return {
            "id": self.token(meaning),
            "object": "chat.completion",
            "created": 1700000000,
            "model": "scripted",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        }

    def token(self, meaning):
        """The id of every answer to a meaning; a hit shows that of the answer that was stored."""
        return f"chatcmpl-{self._numbers[meaning]}"
