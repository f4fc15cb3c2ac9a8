"""Trains the demonstration model on drawn scenes. Can be stopped and started again at any time.

usage: train.py --train FOLDER... --held-out FOLDER --out FOLDER [--minutes 40]

Writes demo.pt (averaged weights until the end, half precision), and state.pt to go on from.
"""
import argparse
import copy
import math
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

import fused
from evaluate import evaluate
from loss import detection_loss
from models.yolo import DetectionModel
from scenes import Scenes, make_batch

# What is shown until which share of the time: (width, height), zoom from and to, share of the steps. Small parts first,
# for a picture of half the size takes a quarter of the time; then whole scenes, for parts teach to box parts.
PHASES = (
    (0.3, (((320, 192), (0.42, 0.7), 0.6), ((384, 256), (0.5, 1.1), 0.4))),
    (0.75, (((480, 288), (0.68, 0.85), 0.4), ((640, 384), (0.88, 1.2), 0.6))),
    (1.0, (((640, 384), (0.94, 1.06), 1.0),)),
)
BATCH = 16
WIDTHS, DEPTHS = (16, 32, 64, 96, 160), (1, 1, 2, 1)
WARM_UP_STEPS = 200


def main():
    options = read_arguments()
    os.nice(19 - os.nice(0))
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    fused.prepare()
    if options.pid_file:
        Path(options.pid_file).write_text(str(os.getpid()))
    scenes, held_out = Scenes(options.train), Scenes([options.held_out])
    training = Training(scenes.names, options)
    print(f"{len(scenes)} scenes, {sum(p.numel() for p in training.model.parameters())} parameters", flush=True)
    with ThreadPoolExecutor(options.threads) as threads:
        for worker in [threads.submit(training.work, scenes, held_out, i) for i in range(options.threads)]:
            worker.result()
    training.save()
    report(training, held_out, None)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=40, help="by the clock, pauses counted")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-steps", type=int, default=100)
    parser.add_argument("--evaluate-steps", type=int, default=500)
    parser.add_argument("--limit", type=int, default=120, help="held-out scenes looked at on the way")
    parser.add_argument("--begin", help="weights to begin with, see widen.py; default: random ones")
    parser.add_argument("--pid-file")
    options = parser.parse_args()
    Path(options.out).mkdir(parents=True, exist_ok=True)
    return options


class Training:
    """The network, its running average, the optimizer, and how far they are."""

    def __init__(self, names, options):
        self.options = options
        self.model = DetectionModel(names, WIDTHS, DEPTHS)
        if options.begin:
            self.model.load_state_dict(torch.load(options.begin))
        self.model.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).eval()
        weights = [p for p in self.model.parameters() if p.ndim > 1]
        others = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [{"params": weights, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
        self.steps, self.seconds, self.parts = 0, 0.0, torch.zeros(3)
        self.lock, self.last = threading.Lock(), time.monotonic()
        if (Path(options.out) / "state.pt").exists():
            self._load()

    def progress(self):
        """0 at the start, 1 when the time is used up."""
        return self.seconds / (self.options.minutes * 60)

    def work(self, scenes, held_out, number):
        """Steps until the time is used up. Several threads take turns to bring in gradients; while one does, the
        others go on with weights that are a step or two old, and nobody waits."""
        torch.set_num_threads(1)
        replica = copy.deepcopy(self.model).train()
        random = np.random.default_rng((self.options.seed, self.steps, number))
        order = []
        while self.progress() < 1:
            with self.lock, torch.no_grad():
                for own, shared in zip(replica.parameters(), self.model.parameters()):
                    own.copy_(shared)
            if len(order) < BATCH:
                order = list(random.permutation(len(scenes)))
            taken, order = order[:BATCH], order[BATCH:]
            gradients, parts = learn(replica, scenes, taken, self.progress(), random)
            with self.lock:
                self._apply(gradients, replica, parts)
                self._look_up(held_out)

    def _apply(self, gradients, replica, parts):
        self._set_rate()
        for parameter, gradient in zip(self.model.parameters(), gradients):
            parameter.grad = gradient
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 10.0)
        self.optimizer.step()
        for shared, own in zip(self.model.buffers(), replica.buffers()):
            shared.copy_(own)
        self.steps += 1
        self._update_average()
        self.parts = parts if self.steps == 1 else self.parts * 0.98 + parts * 0.02
        self.seconds += self._since_last_step()

    def _look_up(self, held_out):
        if self.steps % 50 == 0:
            box, thing, kind = self.parts.tolist()
            minutes = self.seconds / 60
            print(f"step {self.steps}, {minutes:.1f} min: box {box:.4f} object {thing:.4f} class {kind:.4f}", flush=True)
        if self.steps % self.options.save_steps == 0:
            self.save()
        if self.steps % self.options.evaluate_steps == 0:
            report(self, held_out, self.options.limit)

    def _since_last_step(self):
        now = time.monotonic()
        passed, self.last = now - self.last, now
        return passed

    def _set_rate(self):
        """Up in a line, then down along a cosine to a hundredth."""
        cosine = 0.01 + 0.99 * (1 + math.cos(math.pi * min(1, self.progress()))) / 2
        rate = self.options.rate * cosine * min(1, (self.steps + 1) / WARM_UP_STEPS)
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    @torch.no_grad()
    def _update_average(self):
        keep = 0.999 * (1 - math.exp(-self.steps / 600))
        for mean, new in zip(self.average.state_dict().values(), self.model.state_dict().values()):
            if mean.dtype.is_floating_point:
                mean.mul_(keep).add_(new, alpha=1 - keep)

    def save(self):
        out = Path(self.options.out)
        # In the end the rate is so low that the weights are their own average; the running one still knows older ones.
        best = copy.deepcopy(self.model if self.progress() >= 1 else self.average).eval().half()
        checkpoint = {"epoch": -1, "model": best, "ema": None, "optimizer": None}
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "seconds": self.seconds,
        }
        for name, value in (("demo.pt", checkpoint), ("state.pt", state)):
            torch.save(value, out / f"{name}.part")
            os.replace(out / f"{name}.part", out / name)

    def _load(self):
        state = torch.load(Path(self.options.out) / "state.pt")
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps, self.seconds = state["steps"], state["seconds"]


def learn(model, scenes, indices, progress, random):
    """Gradients of one batch, and the parts of its loss."""
    kinds = next(kinds for until, kinds in PHASES if min(progress, 1) <= until)
    size, zooms, _ = kinds[random.choice(len(kinds), p=[kind[-1] for kind in kinds])]
    pictures, targets = make_batch(scenes, indices, size, zooms, random)
    x = (torch.from_numpy(pictures).float() / 255).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16, enabled=fused.library is not None):
        outputs = model(x)
    loss, parts = detection_loss(outputs, torch.from_numpy(targets), model.model[-1])
    return torch.autograd.grad(loss, list(model.parameters())), parts


def report(training, held_out, limit):
    table = evaluate(copy.deepcopy(training.average), held_out, limit)
    print(f"held-out mAP50 {np.nanmean(table[:, 0]):.3f} mAP50-95 {np.nanmean(table):.3f}", flush=True)


if __name__ == "__main__":
    main()
