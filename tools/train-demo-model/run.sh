#!/bin/sh
# Draws the scenes, trains and evaluates: run.sh FOLDER [MINUTES]
set -eu
out=${1:?usage: run.sh FOLDER [MINUTES]}
minutes=${2:-240}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

draw() {
  [ -d "$out/$1/labels" ] || "$root/node_modules/.bin/node" "$root/packages/scenes/src/main.ts" --count "$2" --seed "$1" --out "$out/$1"
}
draw evaluation 400
draw train-1 2400
draw train-2 2000
export OMP_NUM_THREADS=1
"${PYTHON:-python3}" "$here/train.py" --train "$out/train-1" "$out/train-2" --held-out "$out/evaluation" --out "$out" --minutes "$minutes"
"${PYTHON:-python3}" "$here/evaluate.py" --weights "$out/demo.pt" --scenes "$out/evaluation"
