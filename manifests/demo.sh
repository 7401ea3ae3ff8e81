#!/bin/sh
# The rollout drill, played on a cluster of its own: each command as it can be typed, and what it answers.
#   sh manifests/demo.sh [KUBESIM]
set -eu
program=${1:-kubesim}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KUBESIM_STATE="$work/state.json" KUBESIM_SPEED="${KUBESIM_SPEED:-max}"
mkdir "$work/manifests"
cp "$here/deployment-definition.yml" "$work/manifests/"
cd "$work"

kubesim() { "$program" "$@"; }
say() { printf '\n# %s\n' "$1"; }
run() { printf '$ %s\n' "$1"; eval "$1"; }

say "Under this speed nothing waits: the clock jumps."
printf '$ export KUBESIM_SPEED=%s\n' "$KUBESIM_SPEED"
run 'kubesim sim reset'

say 'Create a Deployment: three pods of nginx 1.7.1 behind one ReplicaSet.'
run 'kubesim create -f manifests/deployment-definition.yml'
run 'kubesim get deployments'
run 'kubesim rollout status deployment/myapp-deployment'
run 'kubesim get replicasets'

say 'Edit a copy of the file and apply it: the first rolling update.'
run "sed 's/nginx:1.7.1/nginx:1.8/' manifests/deployment-definition.yml > my-deployment.yml"
run 'kubesim apply -f my-deployment.yml'
run 'kubesim rollout status deployment/myapp-deployment'

say 'Change the image by command. The file knows nothing of it.'
run 'kubesim set image deployment/myapp-deployment nginx=nginx:1.9.1'
run 'kubesim rollout status deployment/myapp-deployment'
run 'kubesim rollout history deployment/myapp-deployment'

say 'Undo: before, the new ReplicaSet is full; afterwards, the one before it.'
run 'kubesim sim settle'
run 'kubesim get replicasets'
run 'kubesim rollout undo deployment/myapp-deployment'
run 'kubesim rollout status deployment/myapp-deployment'
run 'kubesim sim settle'
run 'kubesim get replicasets'
run 'kubesim describe deployment myapp-deployment'

say 'Apply the file once more: it says nginx 1.8, so a rollout by command would be reverted now.'
run 'kubesim set image deployment/myapp-deployment nginx=nginx:1.9.1'
run 'kubesim apply -f my-deployment.yml'
run "kubesim get deployment myapp-deployment -o jsonpath='{.spec.template.spec.containers[0].image}{\"\\n\"}'"
