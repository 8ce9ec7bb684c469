#!/usr/bin/env python3
"""Writes Keras' answers for a narrow ResNet50 of keras.applications, with its weights.

Needs: tensorflow-cpu (with Keras 3), numpy. Run: python3 generate_graphs_keras.py

resnet50_keras.safetensors holds the weights by Keras' names (`state/layer/variable`), convolution kernels turned to
[outputs, inputs, height, width] and dense ones to [outputs, inputs]; the logits; and the output of conv3_block2
(`middle`, channels first). Inputs are the formula of generate_graphs.py, channels first.
"""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import json
import struct

import keras
import numpy as np
from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1

HERE = os.path.dirname(os.path.abspath(__file__))
keras.utils.set_random_seed(20240613)


def stages(x):
    """Those of ResNet50 with a sixteenth of the channels."""
    x = stack_residual_blocks_v1(x, 4, 3, stride1=1, name="conv2")
    x = stack_residual_blocks_v1(x, 8, 4, name="conv3")
    x = stack_residual_blocks_v1(x, 16, 6, name="conv4")
    return stack_residual_blocks_v1(x, 32, 3, name="conv5")


net = ResNet(stages, False, True, name="resnet50", weights=None, input_shape=(64, 64, 3), classes=5,
             classifier_activation=None)
random = np.random.default_rng(5)
tensors = {}
for layer in net.layers:
    for variable in layer.weights:
        value = random.uniform(*{"moving_variance": (0.5, 1.5), "gamma": (0.5, 1.5), "kernel": (-1, 1)}.get(
            variable.name, (-0.3, 0.3)), size=variable.shape)
        if variable.name == "kernel":
            value *= np.sqrt(6 / np.prod(variable.shape[:-1]))
        variable.assign(value)
        value = np.asarray(variable)
        if variable.name == "kernel":
            value = value.transpose(3, 2, 0, 1) if value.ndim == 4 else value.T
        tensors[f"state/{layer.name}/{variable.name}"] = value

index = np.arange(2 * 3 * 64 * 64, dtype=np.int64)
picture = (((7919 * index) % 1021 - 510) / 300).astype(np.float32).reshape(2, 3, 64, 64)
both = keras.Model(net.inputs, [net.output, net.get_layer("conv3_block2_out").output])
logits, middle = both(picture.transpose(0, 2, 3, 1), training=False)
tensors |= {"logits": np.asarray(logits), "middle": np.asarray(middle).transpose(0, 3, 1, 2)}

header, body = {}, b""
for name, values in tensors.items():
    raw = np.ascontiguousarray(values, np.float32).tobytes()
    header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(raw)]}
    body += raw
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open(f"{HERE}/resnet50_keras.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + body)
