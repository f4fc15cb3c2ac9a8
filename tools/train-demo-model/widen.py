"""Makes a wider network that answers as a trained narrower one does: to go on from a smaller model.

usage: widen.py --from demo.pt --out widened.pt

The wide network has the widths that train.py names. New channels start with random weights and nobody listens to them yet.
"""
import argparse

import torch

from models.yolo import DetectionModel
from train import DEPTHS, WIDTHS


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="source", required=True, help="a checkpoint of the same depths")
    parser.add_argument("--out", required=True, help="for train.py --begin")
    options = parser.parse_args()
    narrow = torch.load(options.source, weights_only=False)["model"].float()
    wide = DetectionModel(list(narrow.names.values()), WIDTHS, DEPTHS)
    with torch.no_grad():
        copy_network(narrow, wide)
    torch.save(wide.state_dict(), options.out)


def copy_network(narrow, wide):
    """Goes through both at once; `places[i]` says where in the wide layer i's channels the narrow one's are."""
    places, sizes = [], []
    at, size = torch.arange(3), 3
    for old, new in zip(narrow.model, wide.model):
        sources = new.f if isinstance(new.f, list) else [new.f]
        inputs = [(at, size) if j == -1 else (places[j], sizes[j]) for j in sources]
        if new.type == "Detect":
            for a, b, (given, _) in zip(old.m, new.m, inputs):
                b.weight.zero_()
                b.weight[:, given] = a.weight
                b.bias.copy_(a.bias)
        at, size = COPIES.get(new.type, keep)(old, new, inputs)
        places.append(at)
        sizes.append(size)


def keep(_old, _new, inputs):
    return inputs[0]


def join(_old, _new, inputs):
    starts = [sum(size for _, size in inputs[:i]) for i in range(len(inputs))]
    return torch.cat([at + start for (at, _), start in zip(inputs, starts)]), sum(size for _, size in inputs)


def copy_conv(old, new, inputs):
    ((given, _),) = inputs
    outputs = len(old.conv.weight)
    new.conv.weight[:outputs] = 0
    new.conv.weight[:outputs, given] = old.conv.weight
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(new.bn, name)[:outputs] = getattr(old.bn, name)
    return torch.arange(outputs), len(new.conv.weight)


def copy_c3(old, new, inputs):
    through = copy_conv(old.cv1, new.cv1, inputs)
    past = copy_conv(old.cv2, new.cv2, inputs)
    for a, b in zip(old.m, new.m):
        through = copy_conv(a.cv2, b.cv2, [copy_conv(a.cv1, b.cv1, [through])])
    return copy_conv(old.cv3, new.cv3, [join(old, new, [through, past])])


def copy_sppf(old, new, inputs):
    step = copy_conv(old.cv1, new.cv1, inputs)
    return copy_conv(old.cv2, new.cv2, [join(old, new, [step] * 4)])


COPIES = {"Conv": copy_conv, "C3": copy_c3, "SPPF": copy_sppf, "Concat": join}


if __name__ == "__main__":
    main()
