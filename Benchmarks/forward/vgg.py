"""VGG16 with given weights, as each program wants it: PyTorch, ONNX, ncnn."""
import struct

import numpy as np

CHANNELS = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]
CONVOLUTIONS = [f"conv{block + 1}_{layer + 1}"
                for block, layers in enumerate([2, 2, 3, 3, 3]) for layer in range(layers)]


def shapes(size):
    """Shapes of all parameters, in the order of the network: weight, bias, weight, …"""
    before, found = 3, []
    for outputs in filter(None, CHANNELS):
        found += [(outputs, before, 3, 3), (outputs,)]
        before = outputs
    before *= (size // 32) ** 2
    for outputs in [4096, 4096, 1000]:
        found += [(outputs, before), (outputs,)]
        before = outputs
    return found


def write_weights(path, size, seed):
    """Writes random weights that keep the size of activations (He et al. 2015)."""
    random = np.random.default_rng(seed)
    with open(path, "wb") as file:
        for shape in shapes(size):
            deviation = np.sqrt(2 / np.prod(shape[1:])) if len(shape) > 1 else 0.01
            values = random.standard_normal(shape, dtype=np.float32) * np.float32(deviation)
            values.tofile(file)


def read_weights(path, size):
    """The parameters as arrays, mapped from the file."""
    values, first, arrays = np.memmap(path, np.float32, "r"), 0, []
    for shape in shapes(size):
        count = int(np.prod(shape))
        arrays.append(values[first:first + count].reshape(shape))
        first += count
    return arrays


def torch_network(arrays):
    """A module that returns the logits and, if `keeps_layers` is set, what the convolutions say."""
    import torch
    from torch import nn

    class VGG(nn.Module):
        def __init__(self):
            super().__init__()
            self.keeps_layers = False
            weights = [a for a in arrays if a.ndim == 4]
            self.convolutions = nn.ModuleList(
                nn.Conv2d(w.shape[1], w.shape[0], 3, padding=1) for w in weights)
            self.dense = nn.ModuleList(
                nn.Linear(w.shape[1], w.shape[0]) for w in arrays if w.ndim == 2)
            with torch.no_grad():
                for parameter, array in zip(self.parameters(), arrays):
                    parameter.copy_(torch.from_numpy(np.array(array)))

        def forward(self, x):
            kept, convolutions = [], iter(self.convolutions)
            for outputs in CHANNELS:
                if outputs:
                    x = torch.relu(next(convolutions)(x))
                    if self.keeps_layers:
                        kept.append(x)
                else:
                    x = nn.functional.max_pool2d(x, 2)
            x = torch.flatten(x, 1)
            for number, layer in enumerate(self.dense):
                x = layer(x)
                if number < 2:
                    x = torch.relu(x)
            return kept + [x]

    return VGG()


def write_onnx(path, arrays, size, keeps_layers):
    """Writes the network as ONNX; its outputs are the kept layers, then the logits."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, outputs, value = [], [], [], "input"
    parameters = iter(arrays)

    def constant(name):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(next(parameters)), name))
        return name

    def node(kind, inputs, name, **attributes):
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    names = iter(CONVOLUTIONS)
    for index, channels in enumerate(CHANNELS):
        if channels:
            name = next(names)
            value = node("Conv", [value, constant(name + ".weight"), constant(name + ".bias")],
                         name + ".sum", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
            value = node("Relu", [value], name)
            outputs += [name] if keeps_layers else []
        else:
            value = node("MaxPool", [value], f"pool{index}", kernel_shape=[2, 2], strides=[2, 2])
    value = node("Flatten", [value], "flat")
    for name in ["fc6", "fc7", "logits"]:
        last = name == "logits"
        value = node("Gemm", [value, constant(name + ".weight"), constant(name + ".bias")],
                     name if last else name + ".sum", transB=1)
        value = value if last else node("Relu", [value], name)
    graph = helper.make_graph(
        nodes, "vgg16",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, size, size])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
         for name in outputs + ["logits"]], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8),
              path)


def write_ncnn(path, arrays):
    """Writes path.param and path.bin; blobs are named like the layers."""
    lines, value, parameters = ["Input input 0 1 input"], "input", iter(arrays)
    names = iter(CONVOLUTIONS)
    with open(path + ".bin", "wb") as file:
        def weights():
            weight, bias = next(parameters), next(parameters)
            file.write(struct.pack("I", 0))
            file.write(weight.tobytes())
            file.write(bias.tobytes())
            return weight
        for index, channels in enumerate(CHANNELS):
            if channels:
                name, count = next(names), weights().size
                lines.append(f"Convolution {name} 1 1 {value} {name} 0={channels} 1=3 11=3 2=1 12=1 "
                             f"3=1 13=1 4=1 14=1 5=1 6={count} 9=1")
            else:
                name = f"pool{index}"
                lines.append(f"Pooling {name} 1 1 {value} {name} 0=0 1=2 2=2")
            value = name
        lines.append(f"Flatten flat 1 1 {value} flat")
        value = "flat"
        for name in ["fc6", "fc7", "logits"]:
            weight = weights()
            activation = "" if name == "logits" else " 9=1"
            lines.append(f"InnerProduct {name} 1 1 {value} {name} 0={weight.shape[0]} 1=1 "
                         f"2={weight.size}{activation}")
            value = name
    with open(path + ".param", "w") as file:
        file.write(f"7767517\n{len(lines)} {len(lines)}\n" + "\n".join(lines) + "\n")
