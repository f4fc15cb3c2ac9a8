"""Batch norm and SiLU in one step, twice as fast in training as PyTorch's own two: `fused.c`, by the C compiler at hand."""
import ctypes
import subprocess
import tempfile
from pathlib import Path

import torch


library = None


def prepare():
    """Compiles and loads fused.c, where the processor computes in bfloat16 and there is a compiler."""
    global library
    if "avx512_bf16" not in Path("/proc/cpuinfo").read_text():
        return print("no bfloat16 on this processor: training in float32", flush=True)
    library = load()


def load():
    """None where there is no compiler. OpenMP comes from PyTorch, so that they share threads."""
    folder = Path(tempfile.mkdtemp())
    source = Path(__file__).with_name("fused.c")
    flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-fPIC"]
    try:
        subprocess.run(["gcc", *flags, "-c", source, "-o", folder / "fused.o"], check=True)
        subprocess.run(["gcc", "-shared", folder / "fused.o", "-o", folder / "fused.so", "-lmvec", "-lm"], check=True)
        return ctypes.CDLL(str(folder / "fused.so"))
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no compiled batch norm, training in float32: {error}", flush=True)
        return None


def pointers(*tensors):
    return [ctypes.c_void_p(each.data_ptr()) for each in tensors]


class NormaliseAndActivate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, norm):
        x = x.contiguous(memory_format=torch.channels_last)
        channels = x.shape[1]
        rows = x.numel() // channels
        y = torch.empty_like(x)
        mean, variance, deviation = torch.empty(3, channels).unbind()
        library.forward(
            *pointers(x, y, weight, bias, mean, variance, deviation),
            ctypes.c_float(norm.eps), ctypes.c_int64(rows), ctypes.c_int64(channels),
        )
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (rows / (rows - 1)), norm.momentum)
        ctx.save_for_backward(x, weight, bias, mean, deviation)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, weight, bias, mean, deviation = ctx.saved_tensors
        dy = dy.contiguous(memory_format=torch.channels_last)
        channels = x.shape[1]
        dx = torch.empty_like(x)
        dweight, dbias = torch.empty(2, channels).unbind()
        library.backward(
            *pointers(x, dy, dx, weight, bias, mean, deviation, dweight, dbias),
            ctypes.c_int64(x.numel() // channels), ctypes.c_int64(channels),
        )
        return dx, dweight, dbias, None


def normalise_and_activate(x, norm):
    """silu(norm(x)) for a batch norm in training; `x` bfloat16."""
    return NormaliseAndActivate.apply(x, norm.weight, norm.bias, norm)
