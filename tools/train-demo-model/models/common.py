"""The building blocks of a YOLOv5 network, after the architecture that its authors published.

Readers of checkpoints find weights by the names of modules and attributes, so these are YOLOv5's. Tensors are
[batch, channels, height, width].
"""
import torch
from torch import nn

from fused import normalise_and_activate


class Conv(nn.Module):
    """Convolution, batch norm, SiLU."""

    def __init__(self, inputs, outputs, size=1, stride=1, padding=None):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, size, stride, size // 2 if padding is None else padding, bias=False
        )
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)
        self.act = nn.SiLU(inplace=True)

    def forward(self, x):
        x = self.conv(x)
        if self.training and x.dtype == torch.bfloat16:
            return normalise_and_activate(x, self.bn)
        return self.act(self.bn(x))


class Bottleneck(nn.Module):
    """Two convolutions, and their input added where `shortcut` asks for it."""

    def __init__(self, channels, shortcut=True):
        super().__init__()
        self.cv1 = Conv(channels, channels, 1)
        self.cv2 = Conv(channels, channels, 3)
        self.add = shortcut

    def forward(self, x):
        out = self.cv2(self.cv1(x))
        return x + out if self.add else out


class C3(nn.Module):
    """Half of the channels through bottlenecks, half past them, joined by a convolution."""

    def __init__(self, inputs, outputs, repeats=1, shortcut=True):
        super().__init__()
        half = outputs // 2
        self.cv1 = Conv(inputs, half, 1)
        self.cv2 = Conv(inputs, half, 1)
        self.cv3 = Conv(2 * half, outputs, 1)
        self.m = nn.Sequential(*(Bottleneck(half, shortcut) for _ in range(repeats)))

    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), 1))


class SPPF(nn.Module):
    """Three poolings in a row, each seeing further, side by side with their input."""

    def __init__(self, inputs, outputs, size=5):
        super().__init__()
        self.cv1 = Conv(inputs, inputs // 2, 1)
        self.cv2 = Conv(inputs * 2, outputs, 1)
        self.m = nn.MaxPool2d(size, 1, size // 2)

    def forward(self, x):
        steps = [self.cv1(x)]
        for _ in range(3):
            steps.append(self.m(steps[-1]))
        return self.cv2(torch.cat(steps, 1))


class Concat(nn.Module):
    """Joins feature maps along a dimension."""

    def __init__(self, dimension=1):
        super().__init__()
        self.d = dimension

    def forward(self, inputs):
        return torch.cat(inputs, self.d)
