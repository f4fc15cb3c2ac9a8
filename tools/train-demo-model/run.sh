#!/bin/sh
# Draws the scenes, trains and evaluates: run.sh FOLDER [MINUTES]
set -eu
out=${1:?usage: run.sh FOLDER [MINUTES]}
minutes=${2:-240}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
node="$root/node_modules/.bin/node"

draw() {
  [ -d "$out/$1/labels" ] || "$node" "$root/packages/scenes/src/main.ts" --count "$2" --seed "$1" --out "$out/$1"
}
draw evaluation 400
draw train-1 4000
draw train-2 4000
# A worker thread a core is better than threads within an operation, and none should spin while others use the machine.
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
"${PYTHON:-python3}" "$here/train.py" --train "$out/train-1" "$out/train-2" --held-out "$out/evaluation" --out "$out" --minutes "$minutes"
"$node" "$root/apps/server/demo-model/evaluate.ts" "$out/evaluation" "$out/demo.pt"
