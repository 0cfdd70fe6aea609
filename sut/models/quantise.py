"""An int8 form of a chain of dense layers whose answers are the same on every CPU.

A CPU without VNNI adds two products of 8 bits in 16: weights of 8 bits overflow there, those of 7 don't. All scales are
powers of two, so every sum is a whole multiple of one and below 2**24 of them: exact in float32, in whatever order.
"""

import numpy as np
from onnx import helper, numpy_helper

import train

LARGEST_WEIGHT = 63
LARGEST_INPUT = 255
EXACT_IN_FLOAT32 = 2**24


def quantised(layers, images):
    """Of each layer the whole numbers and their scales; the range of its inputs is what the images lead to."""
    value, result = images.astype(np.float64), []
    for weights, bias in layers:
        scale = power_of_two(value.max() / LARGEST_INPUT)
        weight_scale = power_of_two(np.abs(weights).max() / LARGEST_WEIGHT)
        product = scale * weight_scale
        result.append(
            {
                "input scale": scale,
                "weights": np.rint(weights / weight_scale).astype(np.int8),
                "weight scale": weight_scale,
                "bias": np.rint(bias / product).astype(np.int32),
                "bias scale": product,
            }
        )
        value = np.maximum(value @ weights.astype(np.float64) + bias, 0)
    return result


def power_of_two(at_least):
    return np.exp2(np.ceil(np.log2(at_least))).astype(np.float32)


def probabilities(layers, images):
    """What the graph has to compute, in double precision."""
    value = images.astype(np.float64)
    for layer in layers:
        whole = np.clip(np.rint(value / layer["input scale"]), 0, LARGEST_INPUT)  # 0 and above: the Relu, too
        sums = whole @ layer["weights"].astype(np.float64) + layer["bias"]
        assert np.abs(sums).max() < EXACT_IN_FLOAT32
        value = sums * layer["bias scale"]
    return train.softmax(value)


def save(version, layers):
    """QDQ: the graph of floats, with what goes into each Gemm rounded to whole numbers."""
    nodes, constants = [], zeros()
    names = iter(range(len(layers)))
    for node in train.dense([(f"W{n}", f"b{n}") for n in range(len(layers))]):
        if node.op_type == "Gemm":
            number = next(names)
            constants += initializers(number, layers[number])
            nodes += rounding(number, node.input[0])
            node.input[0] = f"x{number}"
        nodes.append(node)
    train.save(version, nodes, constants)


def zeros():
    """Nothing is shifted; but ONNX Runtime computes in whole numbers only where a graph says so."""
    types = {"x": np.uint8, "W": np.int8, "b": np.int32}
    return [numpy_helper.from_array(np.asarray(0, kind), f"{name} zero") for name, kind in types.items()]


def initializers(number, layer):
    arrays = {
        f"x{number} scale": layer["input scale"],
        f"W{number} whole": layer["weights"],
        f"W{number} scale": layer["weight scale"],
        f"b{number} whole": layer["bias"],
        f"b{number} scale": layer["bias scale"],
    }
    return [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()]


def rounding(number, source):
    x, weights, bias = f"x{number}", f"W{number}", f"b{number}"
    scaled = lambda name: helper.make_node(
        "DequantizeLinear", [f"{name} whole", f"{name} scale", f"{name[0]} zero"], [name]
    )
    rounded = helper.make_node("QuantizeLinear", [source, f"{x} scale", "x zero"], [f"{x} whole"])
    return [rounded, scaled(x), scaled(weights), scaled(bias)]
