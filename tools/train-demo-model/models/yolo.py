"""The YOLOv5 detection network: backbone, path aggregation, and an anchor head at strides 8, 16 and 32."""
import math

import torch
from torch import nn

from models.common import C3, SPPF, Concat, Conv

STRIDES = (8, 16, 32)

# Width and height of three boxes a level, in pixels of the network's input: those published for COCO.
ANCHORS = (
    (10, 13, 16, 30, 33, 23),
    (30, 61, 62, 45, 59, 119),
    (116, 90, 156, 198, 373, 326),
)


class Detect(nn.Module):
    """The head: for each cell and anchor, where the box is, whether there is one, and of which class.

    Its answer is raw, before any sigmoid: a list of [batch, anchors, height, width, 5 + classes].
    """

    def __init__(self, classes, channels):
        super().__init__()
        self.nc = classes
        self.no = classes + 5
        self.nl = len(STRIDES)
        self.na = len(ANCHORS[0]) // 2
        self.inplace = True
        self.stride = torch.tensor(STRIDES, dtype=torch.float32)
        anchors = torch.tensor(ANCHORS, dtype=torch.float32).view(self.nl, self.na, 2)
        self.register_buffer("anchors", anchors / self.stride.view(-1, 1, 1))
        self.m = nn.ModuleList(nn.Conv2d(each, self.no * self.na, 1) for each in channels)
        self._begin_unsure()

    def _begin_unsure(self):
        """Biases that expect few objects in a picture, so that the first steps are not spent on unlearning."""
        for convolution, stride in zip(self.m, STRIDES):
            bias = convolution.bias.detach().view(self.na, -1)
            bias[:, 4] = math.log(8 / (640 / stride) ** 2)
            bias[:, 5:] = math.log(0.6 / (self.nc - 0.99999))
            convolution.bias = nn.Parameter(bias.reshape(-1))

    def forward(self, inputs):
        outputs = []
        for convolution, x in zip(self.m, inputs):
            batch, _, height, width = x.shape
            with torch.autocast("cpu", enabled=False):
                raw = convolution(x.float())
            raw = raw.view(batch, self.na, self.no, height, width)
            outputs.append(raw.permute(0, 1, 3, 4, 2).contiguous())
        return outputs


class DetectionModel(nn.Module):
    """The network. `widths`: channels at strides 2, 4, 8, 16, 32."""

    def __init__(self, names, widths=(8, 16, 32, 64, 128), depths=(1, 2, 3, 1)):
        super().__init__()
        layers, self.save = build_layers(len(names), widths, depths)
        self.model = nn.Sequential(*layers)
        self.names = dict(enumerate(names))
        self.nc = len(names)
        self.stride = torch.tensor(STRIDES, dtype=torch.float32)
        self.yaml = {"nc": len(names), "anchors": [list(level) for level in ANCHORS], "widths": list(widths), "depths": list(depths)}

    def forward(self, x):
        """`x`: [batch, 3, height, width], RGB, 0 to 1, sides multiples of 32."""
        kept = []
        for layer in self.model:
            if layer.f != -1:
                x = [x if j == -1 else kept[j] for j in layer.f] if isinstance(layer.f, list) else kept[layer.f]
            x = layer(x)
            kept.append(x if layer.i in self.save else None)
        return x


def build_layers(classes, widths, depths):
    """All layers with `f`, where their input comes from (-1: the layer before), and `i`, their number.

    Returns them, and the numbers of those whose output is needed again.
    """
    a, b, c, d, e = widths
    plan = [
        (-1, Conv(3, a, 6, 2, 2)),
        (-1, Conv(a, b, 3, 2)),
        (-1, C3(b, b, depths[0])),
        (-1, Conv(b, c, 3, 2)),
        (-1, C3(c, c, depths[1])),
        (-1, Conv(c, d, 3, 2)),
        (-1, C3(d, d, depths[2])),
        (-1, Conv(d, e, 3, 2)),
        (-1, C3(e, e, depths[3])),
        (-1, SPPF(e, e)),
        (-1, Conv(e, d, 1)),
        (-1, nn.Upsample(scale_factor=2, mode="nearest")),
        ([-1, 6], Concat()),
        (-1, C3(2 * d, d, 1, shortcut=False)),
        (-1, Conv(d, c, 1)),
        (-1, nn.Upsample(scale_factor=2, mode="nearest")),
        ([-1, 4], Concat()),
        (-1, C3(2 * c, c, 1, shortcut=False)),
        (-1, Conv(c, c, 3, 2)),
        ([-1, 14], Concat()),
        (-1, C3(2 * c, d, 1, shortcut=False)),
        (-1, Conv(d, d, 3, 2)),
        ([-1, 10], Concat()),
        (-1, C3(2 * d, e, 1, shortcut=False)),
        ([17, 20, 23], Detect(classes, (c, d, e))),
    ]
    for i, (source, layer) in enumerate(plan):
        layer.f, layer.i, layer.type = source, i, type(layer).__name__
    wanted = {j for source, _ in plan if isinstance(source, list) for j in source if j != -1}
    return [layer for _, layer in plan], sorted(wanted)
