"""The loss that YOLOv5 is trained with: complete IoU for boxes, binary cross-entropy for objectness and class."""
import math

import torch
from torch.nn import functional

# How different in width or height a box and its anchor may be.
MAX_RATIO = 4.0
# Objectness of the fine levels counts more: they have more cells and fewer objects.
BALANCE = (4.0, 1.0, 0.4)
BOX, OBJECT, CLASS = 0.05, 0.5, 0.45
# A cell's neighbours that answer for a box, too: those nearest to its middle.
NEIGHBOURS = torch.tensor([[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]], dtype=torch.float32) * 0.5


def detection_loss(outputs, targets, head):
    """`outputs` of the head, `targets` [m, 6]: picture, class, xywh in pixels. Returns (loss, its three parts)."""
    parts = torch.zeros(3)
    for level, raw in enumerate(outputs):
        wanted = torch.zeros_like(raw[..., 0])
        picture, anchor, row, column, classes, boxes, anchors = match(targets, raw, head, level)
        if len(picture):
            chosen = raw[picture, anchor, row, column]
            shares = chosen[:, :4].sigmoid()
            guess = torch.cat((shares[:, :2] * 2 - 0.5, (shares[:, 2:] * 2) ** 2 * anchors), 1)
            overlap = complete_iou(guess, boxes)
            parts[0] = parts[0] + (1 - overlap).mean()
            wanted[picture, anchor, row, column] = overlap.detach().clamp(0)
            truth = functional.one_hot(classes, head.nc).to(chosen.dtype)
            parts[2] = parts[2] + functional.binary_cross_entropy_with_logits(chosen[:, 5:], truth)
        objectness = functional.binary_cross_entropy_with_logits(raw[..., 4], wanted)
        parts[1] = parts[1] + objectness * BALANCE[level]
    parts = parts * torch.tensor((BOX, OBJECT, CLASS))
    return parts.sum(), parts.detach()


def match(targets, raw, head, level):
    """Which cells and anchors of a level answer for which box.

    Returns indices (picture, anchor, row, column), classes, boxes relative to their cell, and anchors, all in cells.
    """
    height, width = raw.shape[2:4]
    limits = torch.tensor((width, height))
    middles, sizes = targets[:, 2:4] / head.stride[level], targets[:, 4:6] / head.stride[level]
    ratio = sizes[None] / head.anchors[level][:, None]
    fits = torch.maximum(ratio, 1 / ratio).amax(2) < MAX_RATIO
    anchor, which = fits.nonzero(as_tuple=True)
    middle, size = middles[which], sizes[which]
    # Left and upper neighbours where the middle is in the cell's first half, otherwise right and lower ones.
    inside, mirrored = middle % 1, (limits - middle) % 1
    low = (inside < 0.5) & (middle > 1)
    high = (mirrored < 0.5) & (limits - middle > 1)
    use = torch.stack((torch.ones_like(low[:, 0]), low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    neighbour, row = use.nonzero(as_tuple=True)
    cell = (middle[row] - NEIGHBOURS[neighbour]).long()
    column, line = cell[:, 0].clamp(0, width - 1), cell[:, 1].clamp(0, height - 1)
    boxes = torch.cat((middle[row] - torch.stack((column, line), 1), size[row]), 1)
    picked, anchor = targets[which[row]], anchor[row]
    return picked[:, 0].long(), anchor, line, column, picked[:, 1].long(), boxes, head.anchors[level][anchor]


def complete_iou(a, b, epsilon=1e-7):
    """IoU less what the middles are apart and the shapes differ (Zheng et al. 2020). Boxes xywh, row by row."""
    a_low, a_high = a[:, :2] - a[:, 2:] / 2, a[:, :2] + a[:, 2:] / 2
    b_low, b_high = b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2
    shared = (torch.minimum(a_high, b_high) - torch.maximum(a_low, b_low)).clamp(0).prod(1)
    iou = shared / (a[:, 2:].prod(1) + b[:, 2:].prod(1) - shared + epsilon)
    around = torch.maximum(a_high, b_high) - torch.minimum(a_low, b_low)
    apart = ((a[:, :2] - b[:, :2]) ** 2).sum(1) / ((around**2).sum(1) + epsilon)
    angle = torch.atan(b[:, 2] / b[:, 3].clamp(epsilon)) - torch.atan(a[:, 2] / a[:, 3].clamp(epsilon))
    shape = 4 / math.pi**2 * angle**2
    with torch.no_grad():
        weight = shape / (1 - iou + shape + epsilon)
    return iou - apart - weight * shape
