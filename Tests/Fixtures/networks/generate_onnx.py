#!/usr/bin/env python3
"""Writes the ONNX fixtures of this folder, and what onnxruntime says of them.

Needs: torch, onnx, onnxruntime, h5py, numpy.   Run:  python3 generate_onnx.py
Every network is small; weights are random but fixed. onnx/NAME.onnx is a network, and the group
NAME of onnx_golden.h5 holds `input` and `logits`, and for the residual network some layers.
Not made here: vgg_small.onnx, which ../compute/generate_torch.py writes, and written.onnx, which the
tests of the writer write; this script checks the latter and takes its logits from onnxruntime.
"""
import os
import warnings

import h5py
import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "onnx")
os.makedirs(OUT, exist_ok=True)
torch.manual_seed(20210415)
rng = np.random.default_rng(20210415)


def randomise(net):
    """Statistics and biases that show when they are mixed up."""
    with torch.no_grad():
        for m in net.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.weight.uniform_(0.5, 1.5), m.bias.uniform_(-0.5, 0.5)
                m.running_mean.uniform_(-0.5, 0.5), m.running_var.uniform_(0.5, 2.0)
    return net.eval()


class Plain(nn.Module):
    """Convolutions with batch norm, a pool with padding, a flatten by view, three ways to cut."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
            nn.Conv2d(6, 8, 3, stride=2, padding=1, groups=2), nn.ReLU6(),
            nn.AvgPool2d(3, 1, padding=1))
        self.drop = nn.Dropout(0.3)
        self.fc1 = nn.Linear(8 * 4 * 4, 12)
        self.fc2 = nn.Linear(12, 5)

    def forward(self, x):
        x = self.features(x)
        x = self.drop(x.view(x.size(0), -1))
        return F.softmax(self.fc2(torch.sigmoid(self.fc1(x))), dim=1)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.down(x))


class Residual(nn.Module):
    """Residual blocks, a depthwise convolution, concatenation, squeeze-and-excite, SiLU, hard swish."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 12, 2))
        self.depthwise = nn.Conv2d(12, 12, 3, padding=1, groups=12)
        self.pointwise = nn.Conv2d(12, 10, 1)
        self.squeeze = nn.Conv2d(10, 4, 1)
        self.excite = nn.Conv2d(4, 10, 1)
        self.head = nn.Linear(22, 7)

    def forward(self, x):
        x = F.leaky_relu(self.stem(x), 0.1)
        x = self.layer1(x)
        y = F.silu(self.pointwise(F.hardswish(self.depthwise(F.pad(x, (0, 1, 1, 0))))))
        y = F.max_pool2d(y, 3, 2, ceil_mode=True)
        gate = torch.sigmoid(self.excite(F.relu(self.squeeze(y.mean((2, 3), keepdim=True)))))
        x = F.avg_pool2d(x, 2, 2, ceil_mode=True, count_include_pad=False)
        z = torch.cat([y * gate, x[:, :, :, :]], 1)
        return self.head(F.adaptive_avg_pool2d(z, 1).flatten(1))


def forget_sources(path):
    """Removes stack traces, which name the files of the machine that exported."""
    model = onnx.load(path)
    graph = model.graph
    for part in [model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        del part.metadata_props[:]
        part.doc_string = ""
    onnx.save(model, path)


def export(net, name, opset, dynamo=False, size=16):
    path = f"{OUT}/{name}.onnx"
    x = torch.randn(2, 3, size, size)
    kwargs = dict(opset_version=opset, input_names=["input"], output_names=["output"], dynamo=dynamo)
    if dynamo:
        net_path = path
        torch.onnx.export(net, (x,), net_path, external_data=False, verbose=False,
                          dynamic_shapes={"x": {0: torch.export.Dim("n", min=1)}}, **kwargs)
        forget_sources(path)
    else:
        torch.onnx.export(net, (x,), path, dynamic_axes={"input": {0: "n"}, "output": {0: "n"}}, **kwargs)
    return path


def logits(path, output, x):
    """What onnxruntime gives for a value, which is made an output."""
    model = onnx.load(path)
    if output not in [o.name for o in model.graph.output]:
        model.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    model.ir_version = min(model.ir_version, 11)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run([output], {session.get_inputs()[0].name: x})[0]


def before_closing(path):
    model = onnx.load(path)
    last = model.graph.node[-1]
    return last.input[0] if last.op_type in ("Softmax", "LogSoftmax", "Sigmoid") else last.output[0]


golden = {}


def record(name, path, shape, extra=()):
    x = rng.normal(size=shape).astype(np.float32)
    golden[name] = {"input": x, "logits": logits(path, before_closing(path), x)}
    for layer, value in extra:
        golden[name][layer] = logits(path, value, x)


def tensor(name, array, field="raw", kind=TensorProto.FLOAT):
    array = np.ascontiguousarray(array, np.float32)
    if field == "raw":
        return numpy_helper.from_array(array, name)
    return helper.make_tensor(name, kind, array.shape, array.flatten().tolist())


def save(name, nodes, initialisers, opset, inputs=("n", 3, 12, 12), output="output", extra_inputs=(), ir=7):
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("input", TensorProto.FLOAT, inputs), *extra_inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ("n", None))], initialisers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="lethe-fixtures")
    model.ir_version = ir
    onnx.checker.check_model(model)
    path = f"{OUT}/{name}.onnx"
    onnx.save(model, path)
    return path


plain = randomise(Plain())
for opset in (7, 13, 21):
    record(f"plain_opset{opset}", export(plain, f"plain_opset{opset}", opset), (3, 3, 16, 16))
record("plain_dynamo", export(plain, "plain_dynamo", 18, dynamo=True), (3, 3, 16, 16))

residual = randomise(Residual())
for opset in (13, 18):
    path = export(residual, f"residual_opset{opset}", opset)
    adds = [n for n in onnx.load(path).graph.node if n.op_type == "Add"]
    relu = [n for n in onnx.load(path).graph.node if n.op_type == "Relu" and n.input[0] == adds[0].output[0]][0]
    record(f"residual_opset{opset}", path, (3, 3, 16, 16), [("layer1.0", relu.output[0])])

# External data: every weight in a file beside the model.
model = onnx.load(f"{OUT}/plain_opset13.onnx")
if os.path.exists(f"{OUT}/external.bin"):
    os.remove(f"{OUT}/external.bin")
onnx.save(model, f"{OUT}/external.onnx", save_as_external_data=True, location="external.bin", size_threshold=64)
record("external", f"{OUT}/external.onnx", (3, 3, 16, 16))


def w(*shape):
    return (rng.normal(size=shape) * (2 / np.prod(shape[1:] or shape)) ** 0.5).astype(np.float32)


# Numbers in float_data, float16 and double; auto_pad; Clip by attributes; BatchNormalization
# on a vector; Gemm with alpha, beta and without transposition; MatMul and Add.
half = w(6, 3, 3, 3).astype(np.float16)
whole = w(8, 6, 3, 3)
double = w(8 * 3 * 3, 10).astype(np.float64)
nodes = [
    helper.make_node("Cast", ["w1"], ["w1f"], to=TensorProto.FLOAT),
    helper.make_node("Cast", ["w3"], ["w3f"], to=TensorProto.FLOAT),
    helper.make_node("Conv", ["input", "w1f", "b1"], ["c1"], "conv_a", auto_pad="SAME_UPPER", strides=[2, 2]),
    helper.make_node("Clip", ["c1"], ["r1"], "clip_a", min=-0.5, max=1.5),
    helper.make_node("Conv", ["r1", "w2"], ["c2"], "conv_b", auto_pad="SAME_LOWER", strides=[2, 2], kernel_shape=[3, 3]),
    helper.make_node("Add", ["c2", "b2"], ["a2"], "bias_b"),
    helper.make_node("Relu", ["a2"], ["r2"], "relu_b"),
    helper.make_node("Flatten", ["r2"], ["f"], "flat"),
    helper.make_node("Gemm", ["f", "w3f", "b3"], ["g"], "fc_a", alpha=0.5, beta=2.0),
    helper.make_node("BatchNormalization", ["g", "s", "o", "m", "v"], ["n"], "norm_a", epsilon=1e-3),
    helper.make_node("Tanh", ["n"], ["t"], "tanh_a"),
    helper.make_node("MatMul", ["t", "w4"], ["mm"], "fc_b"),
    helper.make_node("Add", ["b4", "mm"], ["sum"], "bias_c"),
    helper.make_node("LogSoftmax", ["sum"], ["output"], "closing", axis=1),
]
record("typed", save("typed", nodes, [
    helper.make_tensor("w1", TensorProto.FLOAT16, half.shape, half.flatten().tolist()),
    tensor("b1", w(6), "float_data"), tensor("w2", whole, "float_data"), tensor("b2", w(8, 1, 1)),
    helper.make_tensor("w3", TensorProto.DOUBLE, double.shape, double.flatten().tolist()),
    tensor("b3", w(1, 10), "float_data"), tensor("s", rng.uniform(0.5, 1.5, 10)), tensor("o", w(10)),
    tensor("m", w(10)), tensor("v", rng.uniform(0.5, 2, 10)), tensor("w4", w(10, 4)), tensor("b4", w(4)),
], 10), (3, 3, 12, 12))

# Channels last, as tf2onnx writes it: arithmetic and a Transpose at the entry, asymmetric pads of a
# stride-2 convolution, a Transpose before the Reshape, MatMul and Add.
# The kernels are bfloat16.
rounded = (w(8, 3, 3, 3).view(np.uint32) & 0xFFFF0000).view(np.float32)
bf16 = onnx.TensorProto(name="k1", data_type=TensorProto.BFLOAT16, dims=rounded.shape,
                        raw_data=(rounded.view(np.uint32) >> 16).astype(np.uint16).tobytes())
shape = numpy_helper.from_array(np.array([-1, 5 * 4 * 8], np.int64), "flat_shape")
nodes = [
    helper.make_node("Cast", ["k1"], ["k1f"], to=TensorProto.FLOAT),
    helper.make_node("Div", ["input", "c255"], ["scaled"], "model/rescaling/truediv"),
    helper.make_node("Sub", ["scaled", "means"], ["centred"], "model/normalise/sub"),
    helper.make_node("Transpose", ["centred"], ["nchw"], "model/conv1/Conv2D__6", perm=[0, 3, 1, 2]),
    helper.make_node("Conv", ["nchw", "k1f"], ["c1"], "model/conv1/Conv2D", pads=[0, 0, 1, 1], strides=[2, 2],
                     kernel_shape=[3, 3]),
    helper.make_node("Add", ["c1", "b1"], ["a1"], "model/conv1/BiasAdd"),
    helper.make_node("Relu", ["a1"], ["r1"], "model/conv1/Relu"),
    helper.make_node("Pad", ["r1", "pads"], ["p1"], "model/zero_padding/Pad"),
    helper.make_node("AveragePool", ["p1"], ["pool"], "model/pool/AvgPool", kernel_shape=[2, 2], strides=[1, 1],
                     auto_pad="SAME_UPPER"),
    helper.make_node("Transpose", ["pool"], ["nhwc"], "model/flatten/Reshape__8", perm=[0, 2, 3, 1]),
    helper.make_node("Reshape", ["nhwc", "flat_shape"], ["flat"], "model/flatten/Reshape"),
    helper.make_node("Mul", ["flat", "gain"], ["gained"], "model/gain/mul"),
    helper.make_node("MatMul", ["gained", "k2"], ["m2"], "model/predictions/MatMul"),
    helper.make_node("Add", ["m2", "b2"], ["a2"], "model/predictions/BiasAdd"),
    helper.make_node("Softmax", ["a2"], ["output"], "model/predictions/Softmax"),
]
record("channels_last", save("channels_last", nodes, [
    tensor("c255", np.array(0.5)), tensor("means", np.array([0.1, -0.2, 0.3])), bf16,
    tensor("b1", w(8, 1, 1)), numpy_helper.from_array(np.array([0, 0, 1, 0, 0, 0, 0, 1], np.int64), "pads"),
    shape, tensor("gain", rng.uniform(0.5, 1.5, 160)), tensor("k2", w(160, 6)), tensor("b2", w(6)),
], 13, inputs=("n", 8, 6, 3)), (3, 8, 6, 3))

if os.path.exists(f"{OUT}/written.onnx"):
    onnx.checker.check_model(f"{OUT}/written.onnx", full_check=True)
    record("written", f"{OUT}/written.onnx", (2, 3, 9, 7))

with h5py.File(os.path.join(HERE, "onnx_golden.h5"), "w", track_order=False) as f:
    for name, arrays in sorted(golden.items()):
        for key, array in arrays.items():
            f[f"{name}/{key}"] = array
print("written", sorted(golden))
