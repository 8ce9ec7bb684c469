#!/usr/bin/env python3
"""Writes PyTorch's answers for small networks of users' architectures, with their weights.

Needs: torch, torchvision, numpy. Run: python3 generate_graphs.py

Every file NAME.safetensors holds the state dict (`state/…`), the logits, the output of a middle layer (`middle`)
and, where it says so, the gradient of Σ logits[:, 1] with respect to that layer (`gradient`). Inputs are a
formula: number i of the batch in channels-first order is ((7919 · i) mod 1021 − 510) / 300.
"""
import json
import os
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vgg import VGG, make_layers

HERE = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(20240613)
torch.set_num_threads(1)


def picture(*shape):
    index = np.arange(np.prod(shape), dtype=np.int64)
    return torch.tensor((((7919 * index) % 1021 - 510) / 300).astype(np.float32).reshape(shape))


def write(name, tensors):
    header, body = {}, b""
    for key, values in tensors.items():
        raw = values.detach().contiguous().numpy().astype(np.float32).tobytes()
        header[key] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{HERE}/{name}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def stir(net):
    """Norms and biases that do something."""
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.uniform_(-0.3, 0.3)
                module.running_mean.uniform_(-0.3, 0.3)
                module.running_var.uniform_(0.5, 1.5)
            elif isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)
                if module.bias is not None:
                    module.bias.uniform_(-0.2, 0.2)
    return net.eval()


def record(name, net, middle, x, gradient=True):
    kept = {}
    middle.register_forward_hook(lambda module, inputs, output: kept.update(value=output))
    logits = net(x)
    tensors = {f"state/{k}": v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    tensors |= {"logits": logits, "middle": kept["value"]}
    if gradient:
        tensors["gradient"] = torch.autograd.grad(logits[:, 1].sum(), kept["value"])[0]
    write(name, tensors)


class SmallResNet(ResNet):
    """torchvision's ResNet, which begins with 64 channels, with fewer."""

    def __init__(self, block, layers, width, classes):
        nn.Module.__init__(self)
        self._norm_layer, self.dilation, self.groups, self.base_width = nn.BatchNorm2d, 1, 1, 64
        self.inplanes = width
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, width, layers[0])
        self.layer2 = self._make_layer(block, 2 * width, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 4 * width, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 8 * width, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(8 * width * block.expansion, classes)


class Separable(nn.Module):
    """MobileNet's parts: TensorFlow's asymmetric padding, depthwise convolutions, a gate, a skip connection."""

    def __init__(self):
        super().__init__()
        conv = lambda i, o, k, s=1, g=1: nn.Conv2d(i, o, k, s, 0, groups=g, bias=g == 1)
        self.stem, self.stem_norm = conv(3, 8, 3, 2), nn.BatchNorm2d(8)
        self.depth1, self.depth1_norm, self.point1 = conv(8, 8, 3, 1, 8), nn.BatchNorm2d(8), conv(8, 12, 1)
        self.depth2, self.depth2_norm, self.point2 = conv(12, 12, 5, 2, 12), nn.BatchNorm2d(12), conv(12, 12, 1)
        self.squeeze, self.excite = nn.Linear(12, 4), nn.Linear(4, 12)
        self.middle = nn.Identity()
        self.depth3, self.point3 = conv(12, 12, 3, 1, 12), conv(12, 12, 1)
        self.head = nn.Linear(24, 5)

    def forward(self, x):
        x = F.relu6(self.stem_norm(self.stem(F.pad(x, (0, 1, 0, 1)))))
        x = F.relu6(self.depth1_norm(self.depth1(F.pad(x, (1, 1, 1, 1)))))
        x = F.hardswish(self.point1(x))
        x = F.silu(self.depth2_norm(self.depth2(F.pad(x, (1, 2, 1, 2)))))
        x = self.point2(x)
        gate = F.hardsigmoid(self.excite(F.leaky_relu(self.squeeze(x.mean((2, 3))), 0.1)))
        x = self.middle(x * gate[:, :, None, None])
        y = F.gelu(self.point3(self.depth3(F.pad(x, (1, 1, 1, 1)))))
        x = torch.cat([x + y, F.elu(x)], 1)
        x = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return self.head(x.mean((2, 3)))


record("resnet18", net := stir(SmallResNet(BasicBlock, [2, 2, 2, 2], 8, 5)), net.layer2[1], picture(3, 3, 64, 64))
record("resnet50", net := stir(SmallResNet(Bottleneck, [3, 4, 6, 3], 4, 5)), net.layer3[0], picture(2, 3, 64, 64))
record("separable", net := stir(Separable()), net.middle, picture(3, 3, 32, 32))

# torchvision's adaptive pool: 7×7 means of a map of 2×2 (64 pixels) and of 8×8 (256); at 224 it does nothing
net = VGG(make_layers([4, "M", 6, "M", 8, 8, "M", 8, 8, "M", 8, 8, "M"], batch_norm=True), init_weights=False)
net.classifier = nn.Sequential(
    nn.Linear(8 * 49, 16), nn.ReLU(True), nn.Dropout(), nn.Linear(16, 12), nn.ReLU(True), nn.Dropout(), nn.Linear(12, 4))
stir(net)
state = {f"state/{k}": v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
write("vgg11_bn", state | {f"logits/{side}": net(picture(2, 3, side, side)) for side in (64, 224, 256, 448)})
