"""What a team writes in an afternoon: FastAPI before ONNX Runtime, no batching, no patterns; tuned where tuning is known.

    python server.py MODEL.onnx PORT [--workers 2]

uvicorn with httptools and uvloop, a session of one thread in each worker, orjson, no access log. The bodies are read
by orjson and numpy themselves: a declared pydantic model of 64 x 64 numbers would cost more than the inference.

    GET  /health          {"status": "ok"}
    POST /predict         {"rows": [[64 numbers], ...]}  ->  {"probabilities": [[10 numbers], ...]}
    POST /predict-binary  float32 rows, little endian    ->  float32 probabilities, little endian
"""

import argparse
import os

import numpy
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

FEATURES = 64
OUTPUTS = ["probabilities"]


def open_session(file: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def create_app() -> FastAPI:
    """Called once in each worker."""
    app = FastAPI(openapi_url=None)
    session = open_session(os.environ["PEER_MODEL"])

    def probabilities(pixels: numpy.ndarray) -> numpy.ndarray:
        return session.run(OUTPUTS, {"input": pixels})[0]

    def refused(error: Exception) -> Response:
        return Response(orjson.dumps({"error": str(error)}), 400, media_type="application/json")

    @app.get("/health")
    async def health() -> dict:
        return {"status": "ok"}

    # On the event loop: a run of one row takes less than handing it to a thread and back.
    @app.post("/predict")
    async def predict(request: Request) -> Response:
        try:
            rows = orjson.loads(await request.body())["rows"]
            pixels = numpy.asarray(rows, dtype=numpy.float32).reshape(-1, FEATURES)
        except (KeyError, TypeError, ValueError) as error:
            return refused(error)
        answer = {"probabilities": probabilities(pixels)}
        return Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")

    @app.post("/predict-binary")
    async def predict_binary(request: Request) -> Response:
        try:
            pixels = numpy.frombuffer(await request.body(), dtype="<f4").reshape(-1, FEATURES)
        except ValueError as error:
            return refused(error)
        return Response(probabilities(pixels).tobytes(), media_type="application/octet-stream")

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("port", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--app", default="server:create_app")
    asked = parser.parse_args()
    # Workers are processes of their own, and take the path along in their environment.
    os.environ["PEER_MODEL"] = asked.model
    uvicorn.run(
        asked.app,
        factory=True,
        host="127.0.0.1",
        port=asked.port,
        workers=asked.workers,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
