"""Drawn scenes as training data: pictures kept decoded in a memory-mapped file, crops made of them.

Boxes are xyxy in pixels; pictures are RGB, uint8, [height, width, 3].
"""
from pathlib import Path

import cv2
import numpy as np

GREY = 114
# One thread: the rest is the network's.
cv2.setNumThreads(0)


class Scenes:
    """Folders that `packages/scenes/src/main.ts` has filled; all pictures of one size."""

    def __init__(self, folders):
        parts = [load_folder(Path(folder)) for folder in folders]
        self.pictures = [picture for pictures, _ in parts for picture in pictures]
        self.labels = [label for _, labels in parts for label in labels]
        self.names = (Path(folders[0]) / "classes.txt").read_text().split("\n")[:-1]

    def __len__(self):
        return len(self.pictures)


def load_folder(folder):
    """Returns (pictures, labels); a label is (class ids [n], boxes [n, 4])."""
    paths = sorted((folder / "images").glob("*.jpg"))
    height, width = cv2.imread(str(paths[0])).shape[:2]
    cache = folder / "pictures.u8"
    shape = (len(paths), height, width, 3)
    if not cache.exists() or cache.stat().st_size != np.prod(shape):
        pictures = np.memmap(cache, np.uint8, "w+", shape=shape)
        for i, path in enumerate(paths):
            pictures[i] = cv2.imread(str(path))[:, :, ::-1]
    labels = [read_labels(folder / "labels" / f"{path.stem}.txt", width, height) for path in paths]
    return np.memmap(cache, np.uint8, "r", shape=shape), labels


def read_labels(path, width, height):
    rows = np.array([line.split() for line in path.read_text().splitlines()], np.float32).reshape(-1, 5)
    middle, half = rows[:, 1:3], rows[:, 3:5] / 2
    boxes = np.concatenate((middle - half, middle + half), 1) * (width, height, width, height)
    return rows[:, 0].astype(np.int64), boxes.astype(np.float32)


def make_sample(scenes, index, size, zooms, random):
    """A random part of a scene at a random zoom, maybe mirrored, its colours shifted.

    `size`: (width, height) of the result; `zooms`: (least, most), 1 is the scene's own size.
    Returns (picture, class ids, boxes).
    """
    picture, (ids, boxes) = scenes.pictures[index], scenes.labels[index]
    zoom = np.exp(random.uniform(np.log(zooms[0]), np.log(zooms[1])))
    picture, ids, boxes = crop(picture, ids, boxes, size, zoom, random)
    if random.random() < 0.5:
        picture = picture[:, ::-1]
        boxes = np.stack((size[0] - boxes[:, 2], boxes[:, 1], size[0] - boxes[:, 0], boxes[:, 3]), 1)
    if random.random() < 0.5:
        picture = shift_colours(picture, random)
    return np.ascontiguousarray(picture), ids, boxes


def crop(picture, ids, boxes, size, zoom, random):
    """Zooms about a random window; what lies outside the picture is grey. Boxes mostly cut off are dropped."""
    height, width = picture.shape[:2]
    room = (size[0] - width * zoom, size[1] - height * zoom)
    shift = [random.uniform(min(0, each), max(0, each)) for each in room]
    matrix = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]], np.float32)
    out = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3)
    moved = boxes * zoom + np.array(shift * 2, np.float32)
    seen = moved.clip(0, np.array(size * 2, np.float32))
    sides = seen[:, 2:] - seen[:, :2]
    share = sides.prod(1) / (moved[:, 2:] - moved[:, :2]).prod(1).clip(1e-6)
    keep = (share > 0.4) & (sides.min(1) > 5)
    return out, ids[keep], seen[keep]


def shift_colours(picture, random, hue=0.015, saturation=0.5, value=0.35):
    """Multiplies hue, saturation and value by random factors around 1."""
    factors = 1 + random.uniform(-1, 1, 3) * (hue, saturation, value)
    steps = np.arange(256)
    tables = [(steps * factors[0]) % 180, (steps * factors[1]).clip(0, 255), (steps * factors[2]).clip(0, 255)]
    planes = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV))
    planes = [cv2.LUT(plane, table.astype(np.uint8)) for plane, table in zip(planes, tables)]
    return cv2.cvtColor(cv2.merge(planes), cv2.COLOR_HSV2RGB)


def make_batch(scenes, indices, size, zooms, random):
    """Returns (pictures [n, 3, height, width] uint8, targets [m, 6]: index in the batch, class, xywh in pixels)."""
    pictures, targets = [], []
    for i, index in enumerate(indices):
        picture, ids, boxes = make_sample(scenes, index, size, zooms, random)
        pictures.append(picture.transpose(2, 0, 1))
        middle, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
        targets.append(np.column_stack((np.full(len(ids), i), ids, middle, sides)))
    return np.stack(pictures), np.concatenate(targets).astype(np.float32)
