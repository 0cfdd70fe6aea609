"""An MLServer runtime as a team writes one for ONNX Runtime: one input, one output, rows of floats."""

import numpy
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, MetadataTensor


class OnnxModel(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            self.settings.parameters.uri, options, providers=["CPUExecutionProvider"]
        )
        self.inputs = [MetadataTensor(name="input", datatype="FP32", shape=[-1, 64])]
        self.outputs = [MetadataTensor(name="probabilities", datatype="FP32", shape=[-1, 10])]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        tensor = payload.inputs[0]
        pixels = NumpyCodec.decode_input(tensor).astype(numpy.float32)
        (probabilities,) = self.session.run(["probabilities"], {tensor.name: pixels})
        output = NumpyCodec.encode_output("probabilities", probabilities)
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=[output])
