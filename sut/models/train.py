"""Trains the digit models and writes every committed artefact of this folder but the measurements.

    pip install -r requirements.txt && python train.py && node measure-card.ts

The held-out images are split off first and touched by nothing that fits or chooses a model.
One BLAS thread, because sums in another order give other weights.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # has to be set before numpy is loaded

import hashlib
import json
import pathlib
import platform

import numpy as np
import onnx
import onnxruntime
import sklearn
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

FOLDER = pathlib.Path(__file__).parent
SEED = 1
HELD_OUT = 450
CLASSES = np.arange(10)
PIXEL_MAX = 16
HIDDEN = 1024
WIDENING = 4
MLP_PASSES = 40
NOISY_COPIES = 8
SMALLEST_WEIGHT = 1e-12


def noisy(images, rng):
    """The same disturbance as that of the plain pool: sigma 1 of 16, rounded, clipped."""
    return np.clip(np.rint(images + rng.normal(0, 1, images.shape)), 0, PIXEL_MAX)


def augmented(images, labels, copies, rng):
    """The clean images and some noisy copies, scaled to 0..1."""
    pixels = np.concatenate([images] + [noisy(images, rng) for _ in range(copies)])
    return (pixels / PIXEL_MAX).astype(np.float32), np.tile(labels, copies + 1)


def train_linear(images, labels):
    pixels, targets = augmented(images, labels, NOISY_COPIES, np.random.default_rng(SEED))
    model = LogisticRegression(C=1.0, max_iter=2000).fit(pixels, targets)
    return [(model.coef_.T, model.intercept_)]


def train_mlp(images, labels):
    rng = np.random.default_rng(SEED)
    model = MLPClassifier((HIDDEN, HIDDEN), alpha=1e-4, batch_size=128, learning_rate_init=3e-4, random_state=SEED)
    for number in range(MLP_PASSES):  # fresh noise in every pass
        model.partial_fit(*augmented(images, labels, NOISY_COPIES, rng), classes=CLASSES)
        print(f"mlp pass {number + 1}/{MLP_PASSES} loss {model.loss_:.5f}", flush=True)
    return list(zip(model.coefs_, model.intercepts_))


def folded(layers):
    """Moves the scaling by 1/16 into the first layer, so that clients send the raw integers."""
    (weights, bias), *rest = layers
    return [(tidy(w), tidy(b)) for w, b in [(weights / PIXEL_MAX, bias), *rest]]


def tidy(array):
    """Weight decay leaves some weights denormal: no answer changes without them, but they made a batch 30 times slower."""
    single = array.astype(np.float32)
    single[np.abs(single) < SMALLEST_WEIGHT] = 0
    return single


def dense(sources):
    """Gemm and Relu nodes for a chain of (weight name, bias name), softmax at the end."""
    nodes, value = [], "input"
    for number, (weight, bias) in enumerate(sources):
        nodes.append(helper.make_node("Gemm", [value, weight, bias], [f"gemm{number}"]))
        value = f"gemm{number}"
        if number < len(sources) - 1:
            nodes.append(helper.make_node("Relu", [value], [f"relu{number}"]))
            value = f"relu{number}"
    return nodes + [helper.make_node("Softmax", [value], ["probabilities"], axis=1)]


def initializers(layers):
    return [
        numpy_helper.from_array(np.ascontiguousarray(array), f"{kind}{number}")
        for number, layer in enumerate(layers)
        for kind, array in zip("Wb", layer)
    ]


def save(version, nodes, constants):
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        version,
        [tensor("input", TensorProto.FLOAT, ["n", 64])],
        [tensor("probabilities", TensorProto.FLOAT, ["n", 10])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="gauntlet")
    model.ir_version = 9
    onnx.save(model, FOLDER / f"{version}.onnx")
    onnx.checker.check_model(FOLDER / f"{version}.onnx", full_check=True)


def save_dense(version, layers):
    save(version, dense([(f"W{n}", f"b{n}") for n in range(len(layers))]), initializers(layers))


def save_widened(version, weights, copies):
    """Copies each hidden neuron: the same function at `copies` squared the work, from weights of the same size."""
    tile = lambda source, repeats, out: helper.make_node("Tile", [source, repeats], [out])
    shrink = lambda source, out: helper.make_node("Div", [source, "copies"], [out])
    nodes = [
        tile("W0", "columns", "W0x"), tile("b0", "vector", "b0x"),
        tile("W1", "both", "W1t"), shrink("W1t", "W1x"), tile("b1", "vector", "b1x"),
        tile("W2", "rows", "W2t"), shrink("W2t", "W2x"),
    ]  # fmt: skip
    repeats = {"columns": [1, copies], "vector": [copies], "both": [copies] * 2, "rows": [copies, 1]}
    constants = [numpy_helper.from_array(np.array(counts, np.int64), name) for name, counts in repeats.items()]
    constants.append(numpy_helper.from_array(np.float32(copies), "copies"))
    chain = dense([("W0x", "b0x"), ("W1x", "b1x"), ("W2x", "b2")])
    save(version, nodes + chain, weights + constants)


def save_linear_weights(layers):
    (weights, bias), = layers
    # float() prints the float32 value to the last digit, so a double reads it back exactly.
    rows = [json.dumps([float(w) for w in row]) for row in weights.T]
    text = '{\n  "weights": [\n    ' + ",\n    ".join(rows) + "\n  ],\n"
    text += f'  "bias": {json.dumps([float(b) for b in bias])}\n}}\n'
    (FOLDER / "lin-1.weights.json").write_text(text)


def save_held_out(images, labels):
    rows = [
        json.dumps({"label": int(label), "pixels": [int(p) for p in image]}, separators=(",", ":"))
        for image, label in zip(images, labels)
    ]
    (FOLDER / "held-out.json").write_text("[\n  " + ",\n  ".join(rows) + "\n]\n")


def digest(name):
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()


def card(version, architecture, training, rounding_error):
    return {
        "architecture": architecture,
        "training": training,
        "sha256": digest(f"{version}.onnx"),
        # Zero is "not measured": no answer passes such a tolerance, so nobody can forget measure-card.ts.
        "heldOutAccuracy": 0,
        "plainPoolAccuracy": 0,
        "roundingError": float(f"{rounding_error:.3g}"),
        "batchDifference": 0,
        "tolerance": 0,
    }


def save_cards(train_size, errors):
    data = (
        f"scikit-learn load_digits, {train_size} of {train_size + HELD_OUT} images (stratified); clean images and "
        f"{NOISY_COPIES} copies with Gaussian noise of sigma 1 of 16, rounded and clipped"
    )
    fresh = f"{data}, drawn anew in each of {MLP_PASSES} passes"
    mlp = f"64-{HIDDEN}-{HIDDEN}-10, ReLU, softmax, fp32"
    wide = HIDDEN * WIDENING
    versions = {
        "lin-1": card("lin-1", "multinomial logistic regression, 64-10, softmax, fp32", data, errors["lin-1"]),
        "mlp-1": card("mlp-1", mlp, fresh, errors["mlp-1"]),
        "xl-1": card(
            "xl-1",
            f"64-{wide}-{wide}-10, ReLU, softmax, fp32: mlp-1 with each hidden neuron copied {WIDENING} times and the "
            f"outgoing weights divided by {WIDENING}; the graph tiles mlp-1's weights when it is loaded",
            "none of its own: the weights of mlp-1",
            errors["xl-1"],
        ),
    }
    tools = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
        "scikit-learn": sklearn.__version__,
    }
    cards = {"seed": SEED, "tools": tools, "heldOutSha256": digest("held-out.json"), "versions": versions}
    (FOLDER / "cards.json").write_text(json.dumps(cards, indent=2) + "\n")


def probabilities(layers, images):
    """In double precision."""
    value = images.astype(np.float64)
    for number, (weights, bias) in enumerate(layers):
        value = value @ weights.astype(np.float64) + bias
        if number < len(layers) - 1:
            value = np.maximum(value, 0)
    return softmax(value)


def softmax(value):
    powers = np.exp(value - value.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def rounding_error(version, images, exact):
    """How far the saved graph is from the same sums in double precision: what another CPU's kernels may differ by."""
    session = onnxruntime.InferenceSession(FOLDER / f"{version}.onnx", providers=["CPUExecutionProvider"])
    answers = session.run(None, {"input": images.astype(np.float32)})[0]
    error = np.abs(answers - exact).max()
    print(f"{version}: rounding error {error:.1e}")
    assert error < 1e-5, f"{version}.onnx does not compute what was trained"
    return error


def main():
    images, labels = load_digits(return_X_y=True)
    train_x, held_x, train_y, held_y = train_test_split(
        images, labels, test_size=HELD_OUT, stratify=labels, random_state=SEED
    )
    linear, mlp = folded(train_linear(train_x, train_y)), folded(train_mlp(train_x, train_y))
    save_dense("lin-1", linear)
    save_linear_weights(linear)
    save_dense("mlp-1", mlp)
    save_widened("xl-1", initializers(mlp), WIDENING)
    save_held_out(held_x, held_y)
    images = np.concatenate([train_x] + [noisy(train_x, np.random.default_rng(SEED)) for _ in range(3)])
    layers = {"lin-1": linear, "mlp-1": mlp, "xl-1": mlp}
    errors = {name: rounding_error(name, images, probabilities(layers[name], images)) for name in layers}
    save_cards(len(train_y), errors)


if __name__ == "__main__":
    main()
