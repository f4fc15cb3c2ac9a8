"""The network's modules, under the names that a YOLOv5 checkpoint gives them."""
