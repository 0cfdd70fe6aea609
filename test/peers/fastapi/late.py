"""The same server, with every answer as late as it is told: for regressions that are planted.

    PEER_LATE_MS=30 python server.py MODEL.onnx PORT --app late:create_app
"""

import asyncio
import os

import server


def create_app():
    app = server.create_app()
    late_seconds = float(os.environ["PEER_LATE_MS"]) / 1_000

    @app.middleware("http")
    async def late(request, call_next):
        await asyncio.sleep(late_seconds)
        return await call_next(request)

    return app
