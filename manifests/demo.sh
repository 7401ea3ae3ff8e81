#!/bin/sh
# The rollout drill, played on a cluster of its own: each command and what it answers.
#   sh manifests/demo.sh [KUBESIM]
set -eu
kubesim=${1:-kubesim}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KUBESIM_STATE="$work/state.json" KUBESIM_SPEED="${KUBESIM_SPEED:-max}"
mkdir "$work/manifests"
cp "$here/deployment-definition.yml" "$work/manifests/"
cd "$work"

say() { printf '\n# %s\n' "$1"; }
run() { printf '$ %s\n' "$*"; "$kubesim" "$@"; }
settle() { "$kubesim" sim settle; }

file=manifests/deployment-definition.yml
say 'Create a Deployment: three pods of nginx 1.7.1 behind one ReplicaSet.'
sed() { command sed -i.bak "$@"; }
printf '$ kubesim create -f %s\n' "$file"; "$kubesim" create -f "$file"
run get deployments
run rollout status deployment/myapp-deployment
run get replicasets

say 'Edit the file, apply it: the first rolling update.'
printf "\$ sed -i 's/nginx:1.7.1/nginx:1.8/' %s\n" "$file"; sed 's/nginx:1.7.1/nginx:1.8/' "$file"
run apply -f "$file"
run rollout status deployment/myapp-deployment
settle

say 'Change the image by command. The file knows nothing of it.'
run set image deployment/myapp-deployment nginx=nginx:1.9.1
run rollout status deployment/myapp-deployment
settle
run rollout history deployment/myapp-deployment

say 'Undo: before, the new ReplicaSet is full; afterwards, the one before it.'
run get replicasets
run rollout undo deployment/myapp-deployment
run rollout status deployment/myapp-deployment
settle
run get replicasets
run describe deployment myapp-deployment
