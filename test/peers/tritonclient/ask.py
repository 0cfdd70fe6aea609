"""Asks a server by Triton's own client, as its users do: health, metadata, then the same rows as JSON and as bytes.

    python ask.py HOST:PORT MODEL  ->  one line of JSON
"""

import json
import sys

import numpy
import tritonclient.http as triton

ROWS = numpy.arange(2 * 64, dtype=numpy.float32).reshape(2, 64) % 17


def probabilities(client, model: str, binary: bool) -> list:
    rows = triton.InferInput("input", list(ROWS.shape), "FP32")
    rows.set_data_from_numpy(ROWS, binary_data=binary)
    wanted = triton.InferRequestedOutput("probabilities", binary_data=binary)
    return client.infer(model, [rows], outputs=[wanted]).as_numpy("probabilities").tolist()


def main(address: str, model: str) -> None:
    with triton.InferenceServerClient(address) as client:
        metadata = client.get_model_metadata(model)
        print(
            json.dumps(
                {
                    "live": client.is_server_live(),
                    "ready": client.is_server_ready(),
                    "modelReady": client.is_model_ready(model),
                    "extensions": client.get_server_metadata()["extensions"],
                    "inputs": metadata["inputs"],
                    "json": probabilities(client, model, binary=False),
                    "binary": probabilities(client, model, binary=True),
                }
            )
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
