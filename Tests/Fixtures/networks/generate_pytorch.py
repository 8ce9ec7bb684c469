#!/usr/bin/env python3
"""Writes the PyTorch and safetensors files of this folder.   Needs: torch, safetensors.

VGG16's topology at 1/32 width, and odd tensors that a reader may get wrong. `odd.safetensors` holds
what all files of `odd` must give, as float32.   Run:  python3 generate_pytorch.py
"""
import argparse, collections, os
import torch, torch.nn as nn
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(5)


def vgg(widths=(2, 2, "M", 4, 4, "M", 8, 8, 8, "M", 16, 16, 16, "M", 16, 16, 16, "M"), classes=8):
    features, channels = [], 3
    for width in widths:
        if width == "M":
            features.append(nn.MaxPool2d(2, 2))
        else:
            features += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    model = nn.Module()
    model.features = nn.Sequential(*features)
    model.classifier = nn.Sequential(nn.Linear(channels, 24), nn.ReLU(), nn.Dropout(), nn.Linear(24, 24),
                                     nn.ReLU(), nn.Dropout(), nn.Linear(24, classes))
    return model


net = vgg()
state = collections.OrderedDict((k, v.detach().clone()) for k, v in net.state_dict().items())
save_file(dict(state), f"{HERE}/vgg_tiny.safetensors")
save_file({k: v.bfloat16() for k, v in state.items()}, f"{HERE}/vgg_tiny_bf16.safetensors")
torch.save(state, f"{HERE}/vgg_tiny.pth")
torch.save({"epoch": 3, "args": argparse.Namespace(lr=0.1, path="x"), "model_state_dict": state,
            "optimizer": torch.optim.Adam(net.parameters()).state_dict()}, f"{HERE}/vgg_tiny_checkpoint.pth")
torch.save(collections.OrderedDict(("module." + k, v) for k, v in state.items()), f"{HERE}/vgg_tiny_dataparallel.pth")
torch.save(state, f"{HERE}/vgg_tiny_legacy.pth", _use_new_zipfile_serialization=False)
torch.save(net, f"{HERE}/vgg_tiny_module.pth")
# The older form names the source file of a module's class; not by a path of this machine.
sources = torch.serialization.get_source_lines_and_file
torch.serialization.get_source_lines_and_file = lambda *given: (*sources(*given)[:2], "torch/nn/modules/linear.py")
torch.save(nn.Linear(2, 3), f"{HERE}/linear_module_legacy.pth", _use_new_zipfile_serialization=False)
save_file(dict(torch.load(f"{HERE}/linear_module_legacy.pth", weights_only=False).state_dict()), f"{HERE}/linear.safetensors")
with torch.no_grad():
    torch.jit.save(torch.jit.trace(nn.Linear(2, 2), torch.zeros(1, 2)), f"{HERE}/script.pt")

base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
odd = {
    "plain": base.clone(),
    "transposed": base.permute(2, 0, 1),
    "sliced": base[:, 1:, ::2],
    "shared": base[1],
    "expanded": torch.tensor([1.5, -2.0]).reshape(2, 1).expand(2, 3),
    "channels_last": torch.randn(2, 3, 2, 2).contiguous(memory_format=torch.channels_last),
    "scalar": torch.tensor(7.25),
    "empty": torch.zeros(0, 3),
    "half": torch.tensor([0.5, -1e-7, 65504.0]).half(),
    "bfloat16": torch.randn(5).bfloat16(),
    "double": torch.randn(3, dtype=torch.float64),
    "parameter": nn.Parameter(torch.randn(2, 2)),
    "num_batches_tracked": torch.tensor(12),
    "mask": torch.tensor([True, False]),
}
save_file({k: v.detach().float().contiguous().clone() for k, v in odd.items() if v.is_floating_point()},
          f"{HERE}/odd.safetensors")
for protocol in (2, 3, 4, 5):
    torch.save({"state_dict": {"model": odd}, "epoch": 2}, f"{HERE}/odd_{protocol}.pt", pickle_protocol=protocol)
torch.save(odd, f"{HERE}/odd_legacy.pt", _use_new_zipfile_serialization=False)
print("written")
