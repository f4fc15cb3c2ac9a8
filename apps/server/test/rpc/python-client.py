"""One scenario of python.test.ts: python-client.py <host:port> <scenario>. Prints one JSON value a line."""
import json
import sys
import threading
import time

import grpc
import mlpredictions_pb2 as pb
import mlpredictions_pb2_grpc as pb_grpc

address, scenario = sys.argv[1:]
kind, _, ending = scenario.partition("-")


def image(frame):
    return pb.Image(mode="L", width=frame + 1, height=1, data=bytes(frame + 1), frame=frame)


def images():
    for frame in range(1, 21):
        yield image(frame)
    if ending in ("deadline", "cancel"):
        time.sleep(10)


def show(answer):
    boxes = [[box.xmin, box.ymin, box.xmax, box.ymax, box.name] for box in answer.object]
    print(json.dumps({"frame": answer.frame, "object": boxes}))


compression = getattr(grpc.Compression, ending.capitalize(), None)
with grpc.insecure_channel(address, compression=compression) as channel:
    grpc.channel_ready_future(channel).result()
    stub = pb_grpc.MlPredictionsStub(channel)
    timeout = 0.5 if ending == "deadline" else None
    if kind == "single":
        call = stub.PredictSingleImage.future(image(3), timeout=timeout)
    else:
        call = stub.PredictMultipleImages(images(), timeout=timeout)
    if ending == "cancel":
        threading.Timer(0.3, call.cancel).start()
    try:
        for answer in [call.result()] if kind == "single" else call:
            show(answer)
    except grpc.FutureCancelledError:
        print(json.dumps({"code": grpc.StatusCode.CANCELLED.value[0]}))
    except grpc.RpcError as error:
        print(json.dumps({"code": error.code().value[0], "details": error.details()}))
