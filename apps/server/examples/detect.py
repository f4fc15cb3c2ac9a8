"""Streams pictures to the server and prints what is in them: python3 detect.py photo.jpg another.png"""
import os
import sys

import grpc
from mlpredictions.mlpredictions_pb2 import Image
from mlpredictions.mlpredictions_pb2_grpc import MlPredictionsStub

paths = sys.argv[1:]
server = os.environ.get("SERVER", "localhost:50051")
try:
    for path in paths:
        open(path, "rb").close()
except OSError as error:
    sys.exit(f"{path}: {error.strerror}")

# Balances over all addresses of a server, and retries single calls that fail with UNAVAILABLE.
with open("proto/service-config.json") as file:
    options = [("grpc.service_config", file.read())]
if "," in server:
    # ipv4:10.0.0.1:50051,10.0.0.2:50051 is no host name, and servers answer only to ALLOWED_HOSTS.
    options.append(("grpc.default_authority", "localhost"))


def images():
    for frame, path in enumerate(paths, start=1):
        with open(path, "rb") as file:
            yield Image(data=file.read(), frame=frame)


try:
    with grpc.insecure_channel(server, options=options) as channel:
        for answer in MlPredictionsStub(channel).PredictMultipleImages(images()):
            if answer.HasField("error"):
                print(f"{paths[answer.frame - 1]}: {answer.error.message}", file=sys.stderr)
            for box in answer.object:
                corners = [round(side) for side in (box.xmin, box.ymin, box.xmax, box.ymax)]
                print(paths[answer.frame - 1], box.name, f"{box.confidence:.2f}", *corners)
except grpc.RpcError as error:
    sys.exit(f"{server}: {error.details()}")
