"""The same server with a regression planted: every answer of it comes 30 ms later.

    PEER_MODEL=MODEL.onnx python -m uvicorn slower:create_app --factory
"""

import asyncio

import server

LATE_SECONDS = 0.03


def create_app():
    app = server.create_app()

    @app.middleware("http")
    async def late(request, call_next):
        await asyncio.sleep(LATE_SECONDS)
        return await call_next(request)

    return app
