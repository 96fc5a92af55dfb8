#!/usr/bin/env bash
# Takes the released programs of the controller out of its published images, as E2E_CONTROLLER_DIR expects them: one file a release.
set -euo pipefail
directory=${1:?usage: controller-programs.sh DIRECTORY}
mkdir -p "$directory"
for release in v2.8.3 v3.4.3 v3.5.0; do
  [ ! -e "$directory/controller-$release" ] || continue
  container=$(docker create "public.ecr.aws/eks/aws-load-balancer-controller:$release")
  docker cp "$container:/controller" "$directory/controller-$release"
  docker rm "$container" > /dev/null
done
