"""The reference pipeline behind grpcio, for comparison: PyTorch, OpenCV, one image at a time.

server.py CHECKPOINT FOLDER-WITH-THE-GENERATED-CLIENT; prints its port when it can answer. Ends with its standard input.
"""
import sys
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from pathlib import Path

checkpoint, generated = sys.argv[1:]
sys.path[:0] = [generated, str(Path(__file__).parents[4] / "tools" / "train-demo-model")]

import cv2
import grpc
import mlpredictions_pb2 as pb
import mlpredictions_pb2_grpc as pb_grpc
import numpy as np
import torch
from models import yolo
from models.common import Conv
from torch.nn.utils.fusion import fuse_conv_bn_eval

SIZE, CONFIDENCE, IOU, MAX_DETECTIONS = 640, 0.25, 0.45, 1000
GREY = (114, 114, 114)
# Boxes of different classes are moved so far apart that they never suppress each other.
CLASS_DISTANCE = 7680


def load(path):
    yolo.Model = yolo.DetectionModel  # the name in old checkpoints
    model = torch.load(path, map_location="cpu")["model"].float().eval()
    for module in model.modules():
        if isinstance(module, Conv):
            module.conv = fuse_conv_bn_eval(module.conv, module.bn)
            module.bn = torch.nn.Identity()
        if isinstance(module, torch.nn.Upsample):
            module.recompute_scale_factor = None  # newer than old checkpoints
    return model


def letterbox(pixels):
    """Scaled to SIZE on the longer side, grey up to the next multiple of 32; the scale, and what was added left and above."""
    height, width = pixels.shape[:2]
    gain = SIZE / max(height, width)
    inner = round(width * gain), round(height * gain)
    if inner != (width, height):
        pixels = cv2.resize(pixels, inner, interpolation=cv2.INTER_LINEAR)
    across, down = ((ceil(side / 32) * 32 - side) / 2 for side in inner)
    left, top = round(across - 0.1), round(down - 0.1)
    right, bottom = round(across + 0.1), round(down + 0.1)
    return cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=GREY), gain, left, top


def decode(head, outputs):
    """[boxes, 5 + classes]: centre and size in pixels of the input, objectness, classes."""
    rows = []
    for output, anchors, stride in zip(outputs, head.anchors, head.stride):
        _, count, height, width, fields = output.shape
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        out = output.sigmoid()
        out[..., 0:2] = (out[..., 0:2] * 2 - 0.5 + torch.stack((x, y), -1)) * stride
        out[..., 2:4] = (out[..., 2:4] * 2) ** 2 * (anchors * stride).view(1, count, 1, 1, 2)
        rows.append(out.view(-1, fields))
    return torch.cat(rows)


def detect(model, pixels):
    """[n, 6]: x and y of two corners in pixels of the image, confidence, class; most confident first."""
    boxed, gain, left, top = letterbox(pixels)
    x = torch.from_numpy(np.ascontiguousarray(boxed.transpose(2, 0, 1)))[None].float() / 255
    with torch.no_grad():
        rows = decode(model.model[-1], model(x))
    rows = rows[rows[:, 4] > CONFIDENCE]
    scores, classes = (rows[:, 5:] * rows[:, 4:5]).max(1)
    sure = scores > CONFIDENCE
    rows, scores, classes = rows[sure, :4], scores[sure], classes[sure]
    corner = rows[:, :2] - rows[:, 2:] / 2
    moved = torch.cat((corner + classes[:, None] * CLASS_DISTANCE, rows[:, 2:]), 1)
    kept = np.array(cv2.dnn.NMSBoxes(moved.tolist(), scores.tolist(), CONFIDENCE, IOU), dtype=int).ravel()
    kept = kept[:MAX_DETECTIONS]
    corners = torch.cat((corner, corner + rows[:, 2:]), 1)[kept]
    corners = (corners - torch.tensor([left, top, left, top])) / gain
    height, width = pixels.shape[:2]
    corners[:, 0::2] = corners[:, 0::2].clamp(0, width)
    corners[:, 1::2] = corners[:, 1::2].clamp(0, height)
    return torch.cat((corners, scores[kept, None], classes[kept, None]), 1).tolist()


def to_pixels(image):
    """[height, width, 3]; raw pixels of mode RGB, or a file."""
    data = np.frombuffer(image.data, np.uint8)
    if image.mode == "RGB":
        return data.reshape(image.height, image.width, 3)
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


class Predictions(pb_grpc.MlPredictionsServicer):
    def __init__(self, model):
        self.model = model

    def PredictSingleImage(self, request, context):
        names = self.model.names
        boxes = [
            pb.Prediction(xmin=a, ymin=b, xmax=c, ymax=d, name=names[int(number)])
            for a, b, c, d, _, number in detect(self.model, to_pixels(request))
        ]
        return pb.PredictionCollection(object=boxes, frame=request.frame)

    def PredictMultipleImages(self, requests, context):
        for request in requests:
            yield self.PredictSingleImage(request, context)


predictions = Predictions(load(checkpoint))
predictions.PredictSingleImage(pb.Image(mode="RGB", width=64, height=64, data=bytes(64 * 64 * 3)), None)
options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
server = grpc.server(ThreadPoolExecutor(max_workers=10), options=options)
pb_grpc.add_MlPredictionsServicer_to_server(predictions, server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(0)
