#!/usr/bin/env python3
"""Writes the Keras files of this folder.   Needs: keras, tensorflow, h5py, safetensors.

Run once with Keras 3 and once with Keras 2 (tensorflow 2.15): the names begin with the version. The
backend is tensorflow, since Keras on torch counts the pixels of a padded mean otherwise. `keras*_golden.safetensors` holds inputs and what the framework gives,
channels first.   Run:  python3 generate_keras.py
"""
import os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py, keras, numpy as np
from keras import layers as L
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
MAJOR = keras.__version__.split(".")[0]
rng = np.random.default_rng(4)


def randomise(model):
    """Weights of a trained network's sizes; batch norms far from the identity."""
    weights = []
    for variable, value in zip(model.weights, model.get_weights()):
        name = getattr(variable, "path", variable.name)
        if "variance" in name:
            weights.append(rng.uniform(0.4, 2, value.shape))
        elif value.ndim > 1:
            fan_in = np.prod(value.shape[:-1]) if "depthwise" not in name else np.prod(value.shape[:2])
            weights.append(rng.normal(size=value.shape) * np.sqrt(2 / fan_in))
        else:
            weights.append(rng.uniform(-0.3, 0.3, value.shape) + (1 if "gamma" in name else 0))
    model.set_weights([w.astype(np.float32) for w in weights])
    return model


def vgg(sequential):
    spec = [(1, 2, 2), (2, 2, 4), (3, 3, 8), (4, 3, 8), (5, 3, 8)]
    rest = []
    for b, n, w in spec:
        rest += [L.Conv2D(w, 3, padding="same", activation="relu", name=f"block{b}_conv{i + 1}") for i in range(n)]
        rest.append(L.MaxPooling2D(2, 2, name=f"block{b}_pool"))
    rest += [L.Flatten(name="flatten"), L.Dense(12, activation="relu", name="fc1"), L.Dropout(0.5, name="dropout"),
             L.Dense(12, activation="relu", name="fc2"), L.Dense(5, activation="softmax", name="predictions")]
    inputs = keras.Input((64, 64, 3), name="input_1")
    if sequential:
        return keras.Sequential([inputs] + rest, name="vgg")
    x = inputs
    for layer in rest:
        x = layer(x)
    return keras.Model(inputs, x, name="vgg")


def mixed():
    """What users' emotion networks have: strides with "same", batch norm, separable convolutions."""
    inner_in = keras.Input((12, 10, 8))
    y = L.SeparableConv2D(8, 3, padding="same", depth_multiplier=2, use_bias=False, name="separable")(inner_in)
    y = L.BatchNormalization(name="separable_norm")(y)
    y = L.LeakyReLU(name="separable_leaky")(y)
    inner = keras.Model(inner_in, L.Add(name="sum")([y, inner_in]), name="residual")

    inputs = keras.Input((24, 19, 3), name="picture")
    x = L.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(inputs)
    x = L.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem")(x)
    x = L.BatchNormalization(scale=False, epsilon=1e-2, name="stem_norm")(x)
    x = L.Activation("relu", name="stem_relu")(x)
    x = inner(x)
    a = L.Conv2D(4, (5, 3), strides=(2, 1), padding="same", activation="elu", name="wide")(x)
    b = L.AveragePooling2D(3, strides=(2, 1), padding="same", name="mean")(x)
    c = L.MaxPooling2D(2, strides=(2, 1), padding="same", name="most")(x)
    x = L.Concatenate(name="join")([a, b, c])
    x = L.DepthwiseConv2D(3, padding="valid", depth_multiplier=1, activation="sigmoid", name="depth")(x)
    x = L.ZeroPadding2D(((1, 0), (0, 2)), name="border")(x)
    x = L.Conv2D(12, 3, groups=2, padding="same", name="grouped")(x)
    x = L.ReLU(max_value=6, name="grouped_relu6")(x)
    gate = L.GlobalAveragePooling2D(name="squeeze")(x)
    gate = L.Reshape((1, 1, 12), name="gate_shape")(gate)
    gate = L.Conv2D(12, 1, activation="tanh", name="gate")(gate)
    x = L.Multiply(name="excite")([x, gate])
    x = L.SpatialDropout2D(0.2, name="noise")(x)
    flat = L.Flatten(name="flat")(x)
    flat = L.BatchNormalization(center=False, name="flat_norm")(flat)
    flat = L.Dense(9, activation="relu", name="hidden")(flat)
    most = L.GlobalMaxPooling2D(name="top")(x)
    x = L.Concatenate(name="features")([flat, most])
    x = L.Dense(5, name="scores")(x)
    return keras.Model(inputs, L.Softmax(name="probabilities")(x), name="mixed")


def pack(source, target):
    """Copies an HDF5 file with its weights in compressed chunks, as h5repack and users' scripts do."""
    with h5py.File(source, "r") as old, h5py.File(target, "w") as new:
        def copy(name, item):
            if isinstance(item, h5py.Group):
                kept = new.require_group(name)
            else:
                kept = new.create_dataset(name, data=item[()], chunks=True, compression="gzip", shuffle=True)
            kept.attrs.update(item.attrs)
        copy("/", old)
        old.visititems(copy)


def open_size():
    """A network for pictures of any size."""
    inputs = keras.Input((None, None, 3), name="picture")
    x = L.Conv2D(4, 3, padding="same", activation="relu", name="conv")(inputs)
    x = L.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(inputs, L.Dense(3, name="scores")(x), name="open")


golden = {}
model = randomise(vgg(False))
model.save(f"{HERE}/keras{MAJOR}_vgg.h5")
model.save(f"{HERE}/keras{MAJOR}_vgg.keras")
model.save_weights(f"{HERE}/keras{MAJOR}_vgg.weights.h5")
if MAJOR == "3":
    pack(f"{HERE}/keras3_vgg.h5", f"{HERE}/keras3_packed.h5")
twin = vgg(True)
twin.set_weights(model.get_weights())
twin.save(f"{HERE}/keras{MAJOR}_sequential.h5")
twin.save(f"{HERE}/keras{MAJOR}_sequential.keras")
x = rng.normal(size=(2, 64, 64, 3)).astype(np.float32)
probe = keras.Model(model.inputs, [model.get_layer(n).output for n in ("block1_conv1", "block5_pool", "fc2", "predictions")])
for name, value in zip(("conv1_1", "pool5", "fc7", "probabilities"), probe(x, training=False)):
    value = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    golden[f"vgg/{name}"] = np.ascontiguousarray(value.transpose(0, 3, 1, 2) if value.ndim == 4 else value)
golden["vgg/input"] = np.ascontiguousarray(x.transpose(0, 3, 1, 2))

model = randomise(mixed())
model.save(f"{HERE}/keras{MAJOR}_mixed.h5")
model.save(f"{HERE}/keras{MAJOR}_mixed.keras")
x = rng.uniform(0, 255, size=(3, 24, 19, 3)).astype(np.float32)
for name in ("join", "excite", "hidden", "scores", "probabilities"):
    value = keras.Model(model.inputs, model.get_layer(name).output)(x, training=False)
    value = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
    golden[f"mixed/{name}"] = np.ascontiguousarray(value.transpose(0, 3, 1, 2) if value.ndim == 4 else value)
golden["mixed/input"] = np.ascontiguousarray(x.transpose(0, 3, 1, 2))

model = randomise(open_size())
model.save(f"{HERE}/keras{MAJOR}_open.h5")
model.save(f"{HERE}/keras{MAJOR}_open.keras")
x = rng.uniform(0, 1, size=(2, 48, 48, 3)).astype(np.float32)
golden["open/input"] = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
golden["open/scores"] = np.asarray(model(x, training=False))
save_file(golden, f"{HERE}/keras{MAJOR}_golden.safetensors")
print("written by Keras", keras.__version__)
