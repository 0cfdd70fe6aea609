"""Makes the versions that are there for their faults or for what they save, and adds their cards to cards.json.

    pip install -r requirements.txt && python derive.py && node measure-card.ts

Two have the weights of mlp-1, read from its file: trained again they might differ in the last digit.
"""

import json

import train  # before numpy: it sets the number of threads

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

import quantise

MLP = "mlp-1.onnx"
SLOW_COPIES = 3
# Of the draws 0 to 7 the one that comes nearest to 0.60, on the training images that the model does not see.
BAD_DRAW = 5


def training_images():
    images, labels = load_digits(return_X_y=True)
    train_x, _, train_y, _ = train_test_split(
        images, labels, test_size=train.HELD_OUT, stratify=labels, random_state=train.SEED
    )
    return train_x, train_y


def mlp_constants():
    return onnx.load(train.FOLDER / MLP).graph.initializer


def mlp_layers():
    arrays = {constant.name: numpy_helper.to_array(constant) for constant in mlp_constants()}
    return [(arrays[f"W{number}"], arrays[f"b{number}"]) for number in range(3)]


def borrowed_constants():
    """mlp-1's, by their places in its file, so that no copy of 4.5 MB lies beside it."""
    file = (train.FOLDER / MLP).read_bytes()
    return [borrowed(constant, file.index(constant.raw_data)) for constant in mlp_constants()]


def borrowed(constant, offset):
    tensor = TensorProto(name=constant.name, dims=constant.dims, data_type=constant.data_type)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": MLP, "offset": offset, "length": len(constant.raw_data)}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def train_bad(images, labels):
    """Nobody looked whether a single image of each digit is enough."""
    rng = np.random.default_rng(BAD_DRAW)
    chosen = np.array([rng.choice(np.flatnonzero(labels == digit)) for digit in train.CLASSES])
    others = np.setdiff1d(np.arange(len(labels)), chosen)
    model = LogisticRegression(C=1.0, max_iter=2000).fit(images[chosen] / train.PIXEL_MAX, labels[chosen])
    share = model.score(images[others] / train.PIXEL_MAX, labels[others])
    print(f"bad60-1: right on {share:.3f} of the training images that it does not see")
    return train.folded([(model.coef_.T, model.intercept_)])


def add_cards(errors):
    path = train.FOLDER / "cards.json"
    cards = json.loads(path.read_text())
    wide = train.HIDDEN * SLOW_COPIES
    own = "none of its own: the weights of mlp-1"
    described = {
        "mlp8-1": (
            f"64-{train.HIDDEN}-{train.HIDDEN}-10, ReLU, softmax: mlp-1 with 8-bit inputs of each layer and 7-bit "
            "weights, static QDQ quantisation, all scales powers of two",
            f"{own}; ranges from the training images, clean and once with noise",
        ),
        "bad60-1": (
            "multinomial logistic regression, 64-10, softmax, fp32",
            "scikit-learn load_digits, one clean training image of each digit, drawn at random",
        ),
        "badslow-1": (
            f"64-{wide}-{wide}-10, ReLU, softmax, fp32: mlp-1 with each hidden neuron copied {SLOW_COPIES} times and "
            f"the outgoing weights divided by {SLOW_COPIES}; the graph tiles the weights in mlp-1's file when it is "
            "loaded",
            own,
        ),
    }
    cards["versions"] |= {name: train.card(name, *texts, errors[name]) for name, texts in described.items()}
    path.write_text(json.dumps(cards, indent=2) + "\n")


def main():
    images, labels = training_images()
    mlp, bad = mlp_layers(), train_bad(images, labels)
    seen = np.concatenate([images, train.noisy(images, np.random.default_rng(train.SEED))])
    int8 = quantise.quantised(mlp, seen)
    quantise.save("mlp8-1", int8)
    train.save_dense("bad60-1", bad)
    train.save_widened("badslow-1", borrowed_constants(), SLOW_COPIES)
    exact = {
        "mlp8-1": quantise.probabilities(int8, seen),
        "bad60-1": train.probabilities(bad, seen),
        "badslow-1": train.probabilities(mlp, seen),
    }
    add_cards({name: train.rounding_error(name, seen, exact[name]) for name in exact})


if __name__ == "__main__":
    main()
