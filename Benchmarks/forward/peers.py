#!/usr/bin/env python3
"""One side of the benchmark: runs VGG16 in one program whenever a line comes on standard input.

Usage: peers.py PROGRAM logits|layers|train SIZE BATCH THREADS WEIGHTS INPUT OUTPUT

Speaks the protocol of forward-bench: "ready", then the seconds of a run (and the loss of a step) for
each line; at the end what was kept of the first sample goes to OUTPUT.
"""
import os
import subprocess
import sys
import time

import numpy as np
import vgg



def torch_forward(side, layout="contiguous_format", compiled=False):
    import torch
    torch.set_num_threads(side.threads)
    network = vgg.torch_network(side.arrays()).eval().requires_grad_(False)
    network.keeps_layers = side.kind == "layers"
    layout = getattr(torch, layout)
    network.to(memory_format=layout)
    pictures = torch.from_numpy(side.pictures).contiguous(memory_format=layout)
    if compiled:
        import torch._inductor.config
        torch._inductor.config.freezing = True
        network = torch.compile(network)

    def run():
        with torch.no_grad() if compiled else torch.inference_mode():
            return network(pictures)
    return run, lambda kept: [layer[0].numpy() for layer in kept]


def torch_train(side, layout="contiguous_format", compiled=False):
    import torch
    torch.set_num_threads(side.threads)
    network = vgg.torch_network(side.arrays()).train()
    layout = getattr(torch, layout)
    network.to(memory_format=layout)
    pictures = torch.from_numpy(side.pictures).contiguous(memory_format=layout)
    labels = torch.arange(side.batch) // 2
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)
    evaluate = torch.compile(network) if compiled else network

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(evaluate(pictures)[-1], labels)
        loss.backward()
        optimizer.step()
        return loss.item()
    return run, None


def pytorch(side, *options):
    return (torch_train if side.kind == "train" else torch_forward)(side, *options)


def float64(side):
    """What all are held against."""
    import torch
    torch.set_default_dtype(torch.float64)
    side.pictures = side.pictures.astype(np.float64)
    return pytorch(side)


def onnxruntime(side):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = side.threads
    names = side.onnx()
    session = ort.InferenceSession(side.model, options, providers=["CPUExecutionProvider"])
    return (lambda: session.run(names, {"input": side.pictures}),
            lambda kept: [layer[0] for layer in kept])


def openvino(side):
    import openvino as ov
    names = side.onnx()
    core = ov.Core()
    network = core.read_model(side.model)
    network.reshape(list(side.pictures.shape))
    request = core.compile_model(network, "CPU", {
        "INFERENCE_NUM_THREADS": side.threads, "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()

    def run():
        found = request.infer({0: side.pictures}, share_inputs=True, share_outputs=True)
        return [found[name] for name in names]
    return run, lambda kept: [layer[0] for layer in kept]


def mnn(side):
    import MNN.expr as expr
    import MNN.nn as nn
    names, path = side.onnx(), side.model.replace(".onnx", ".mnn")
    if not os.path.exists(path):
        # The command of that name would install packages, to report what it converted.
        convert = [sys.executable, "-c", "import sys, _tools; _tools.mnnconvert(sys.argv)"]
        subprocess.run([*convert, "-f", "ONNX", "--modelFile", side.model, "--MNNModel", path,
                        "--bizCode", "bench"], check=True, stdout=subprocess.DEVNULL)
    runtime = nn.create_runtime_manager(
        ({"backend": "CPU", "precision": "high", "numThread": side.threads},))
    network = nn.load_module_from_file(path, ["input"], names, runtime_manager=runtime,
                                       shape_mutable=False)

    def run():
        pictures = expr.const(side.pictures, list(side.pictures.shape), expr.NCHW)
        kept = network.forward([pictures])
        kept[-1].read()  # so that the network has run
        return kept
    return run, lambda kept: [np.array(layer.read())[0] for layer in kept]


def ncnn(side):
    import ncnn
    path = side.path("ncnn")
    if not os.path.exists(path + ".param"):
        vgg.write_ncnn(path, side.arrays())
    network = ncnn.Net()
    network.opt.num_threads = side.threads
    network.opt.use_fp16_packed = network.opt.use_fp16_storage = False
    network.opt.use_fp16_arithmetic = network.opt.use_bf16_storage = False
    network.load_param(path + ".param")
    network.load_model(path + ".bin")
    names = (vgg.CONVOLUTIONS if side.kind == "layers" else []) + ["logits"]

    def run():
        kept = []
        for picture in side.pictures:  # ncnn knows no batches
            extractor = network.create_extractor()
            extractor.set_light_mode(side.kind == "logits")
            extractor.input("input", ncnn.Mat(picture))
            kept.append([extractor.extract(name)[1] for name in names])
        return kept
    return run, lambda kept: [np.array(layer) for layer in kept[0]]


PROGRAMS = {
    "PyTorch": lambda side: pytorch(side),
    "PyTorch channels-last": lambda side: pytorch(side, "channels_last"),
    "PyTorch compiled": lambda side: pytorch(side, "channels_last", True),
    "ONNX Runtime": onnxruntime, "OpenVINO": openvino, "MNN": mnn, "ncnn": ncnn,
    "float64": float64,
}


class Side:
    """What the program was told, and files that several sides share."""

    def __init__(self, kind, size, batch, threads, weights, pictures, output):
        self.kind, self.size, self.batch, self.threads = kind, int(size), int(batch), int(threads)
        self.weights, self.output = weights, output
        self.pictures = np.fromfile(pictures, np.float32).reshape(batch, 3, size, size)

    def arrays(self):
        return vgg.read_weights(self.weights, self.size)

    def path(self, suffix):
        return os.path.join(os.path.dirname(self.weights), f"vgg16-{self.size}-{suffix}")

    def onnx(self):
        """Writes the network as `model`, unless it is there; the names of its outputs."""
        self.model = self.path(f"{self.kind}.onnx")
        keeps_layers = self.kind == "layers"
        if not os.path.exists(self.model):
            vgg.write_onnx(self.model, self.arrays(), self.size, keeps_layers)
        return (vgg.CONVOLUTIONS if keeps_layers else []) + ["logits"]


def main(program, kind, *arguments):
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what programs say of their own accord
    numbers = [int(argument) for argument in arguments[:3]]
    side = Side(kind, *numbers, *arguments[3:])
    run, first_sample = PROGRAMS[program](side)
    print("ready", file=replies, flush=True)
    kept = None
    for _ in sys.stdin:
        kept = None
        start = time.perf_counter()
        kept = run()
        seconds = time.perf_counter() - start
        print(seconds, *([kept] if kind == "train" else []), file=replies, flush=True)
    if first_sample and kept is not None:
        np.concatenate([np.asarray(layer).ravel() for layer in first_sample(kept)]).tofile(side.output)


main(*sys.argv[1:])
