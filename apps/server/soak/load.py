"""One call after the other, by grpcio with a service config, until standard input ends: load.py ADDRESS CONFIG PICTURE"""
import sys
import threading

import grpc

address, config, picture = sys.argv[1:]
with open(config) as file:
    options = [
        ("grpc.service_config", file.read()),
        # Else it would be the list of addresses, which is no host.
        ("grpc.default_authority", "localhost"),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
    ]
with open(picture, "rb") as file:
    data = file.read()

# Image.data is field 4, of bytes: its tag, its length in sevens of bits, the bytes themselves.
size, length = len(data), b""
while size > 0x7F:
    length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
image = b"\x22" + length + bytes([size]) + data

stopped = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
answered, failed = 0, []
with grpc.insecure_channel(address, options=options) as channel:
    predict = channel.unary_unary("/mlpredictions.MlPredictions/PredictSingleImage")
    while not stopped.is_set():
        try:
            predict(image, timeout=60)
            answered += 1
        except grpc.RpcError as error:
            failed.append(f"{error.code()} {error.details()}")
print(answered, *failed, sep="\n")
