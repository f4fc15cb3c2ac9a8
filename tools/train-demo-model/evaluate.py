"""Mean average precision on held-out scenes, as YOLOv5's validation computes it (101 points, IoU 0.5 to 0.95).

usage: evaluate.py --weights demo.pt --scenes FOLDER [--limit N]
"""
import argparse

import numpy as np
import torch

from scenes import Scenes

THRESHOLDS = np.linspace(0.5, 0.95, 10)


def decode(outputs, head):
    """Raw outputs of one picture to candidates [n, 5 + classes]: xywh in pixels, then scores."""
    rows = []
    for level, raw in enumerate(outputs):
        height, width = raw.shape[2:4]
        scores = raw[0].sigmoid()
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        cells = torch.stack((x, y), 2)
        middle = (scores[..., :2] * 2 - 0.5 + cells) * head.stride[level]
        size = (scores[..., 2:4] * 2) ** 2 * (head.anchors[level] * head.stride[level])[:, None, None]
        rows.append(torch.cat((middle, size, scores[..., 4:]), 3).reshape(-1, head.no))
    return torch.cat(rows).numpy()


def detect(model, picture, least=0.001, overlap=0.6, most=300):
    """Returns (boxes xyxy [n, 4], confidences [n], class ids [n]), most confident first."""
    x = torch.from_numpy(picture.transpose(2, 0, 1).copy())[None].float() / 255
    with torch.no_grad():
        rows = decode(model(x), model.model[-1])
    scores = rows[:, 5:] * rows[:, 4:5]
    row, ids = np.nonzero(scores > least)
    confidences = scores[row, ids]
    order = confidences.argsort()[::-1][:3000]
    row, ids, confidences = row[order], ids[order], confidences[order]
    middle, half = rows[row, :2], rows[row, 2:4] / 2
    boxes = np.concatenate((middle - half, middle + half), 1)
    keep = suppress(boxes + ids[:, None] * 8192, overlap)[:most]
    return boxes[keep], confidences[keep], ids[keep]


def suppress(boxes, overlap):
    """Indices that are left when each box removes those after it that it covers."""
    left, kept = np.arange(len(boxes)), []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        left = left[iou(boxes[best : best + 1], boxes[left])[0] <= overlap]
    return np.array(kept, int)


def iou(a, b):
    """[len(a), len(b)] of xyxy boxes."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clip(0).prod(2)
    areas = [(each[:, 2:] - each[:, :2]).prod(1) for each in (a, b)]
    return shared / (areas[0][:, None] + areas[1][None] - shared + 1e-9)


def match_picture(found, labels):
    """For each detection and threshold, whether it is right: [n, 10]. Of several at one label, the surest is right."""
    boxes, _, ids = found
    true_ids, true_boxes = labels
    right = np.zeros((len(boxes), len(THRESHOLDS)), bool)
    if len(true_ids) == 0:
        return right
    overlaps = iou(boxes, true_boxes) * (ids[:, None] == true_ids[None])
    for t, threshold in enumerate(THRESHOLDS):
        taken = set()
        for detection, label in enumerate(overlaps.argmax(1)):
            if overlaps[detection, label] >= threshold and label not in taken:
                taken.add(label)
                right[detection, t] = True
    return right


def average_precision(right, total):
    """Area under precision and recall at 101 points, precision made monotonic. `right` [n], most confident first."""
    hits = right.cumsum()
    recall = np.concatenate(([0], hits / max(total, 1), [1]))
    precision = np.concatenate(([1], hits / np.arange(1, len(right) + 1), [0]))
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    points = np.linspace(0, 1, 101)
    heights = np.interp(points, recall, precision)
    return ((heights[1:] + heights[:-1]) / 2 * np.diff(points)).sum()


def evaluate(model, scenes, limit=None):
    """Returns AP by class and threshold [classes, 10]; classes without a label are nan."""
    model.eval()
    right, confidences, ids, labels = [], [], [], []
    for index in range(len(scenes) if limit is None else min(limit, len(scenes))):
        found = detect(model, scenes.pictures[index])
        right.append(match_picture(found, scenes.labels[index]))
        confidences.append(found[1])
        ids.append(found[2])
        labels.append(scenes.labels[index][0])
    right, confidences, ids, labels = (np.concatenate(each) for each in (right, confidences, ids, labels))
    order = confidences.argsort(kind="stable")[::-1]
    right, ids = right[order], ids[order]
    table = np.full((len(scenes.names), len(THRESHOLDS)), np.nan)
    for c in range(len(scenes.names)):
        total = (labels == c).sum()
        for t in range(len(THRESHOLDS)):
            if total:
                table[c, t] = average_precision(right[ids == c, t], total)
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", required=True)
    parser.add_argument("--scenes", required=True, nargs="+")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    torch.set_num_threads(1)
    scenes = Scenes(options.scenes)
    model = torch.load(options.weights, weights_only=False)["model"].float()
    table = evaluate(model, scenes, options.limit)
    for name, row in zip(scenes.names, table):
        print(f"{name:16} mAP50 {row[0]:.3f}  mAP50-95 {row.mean():.3f}")
    print(f"{'all':16} mAP50 {np.nanmean(table[:, 0]):.3f}  mAP50-95 {np.nanmean(table):.3f}")


if __name__ == "__main__":
    main()
