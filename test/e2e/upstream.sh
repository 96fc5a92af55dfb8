#!/usr/bin/env bash
# Brings the charts and the sources of the controller's releases that the scenarios install, as E2E_UPSTREAM_DIR wants them.
set -euo pipefail
directory=${1:?usage: upstream.sh DIRECTORY}
mkdir -p "$directory/charts" "$directory/controller"
# Controller and chart.
for pair in v2.8.3:1.8.4 v3.5.0:3.5.0; do
  release=${pair%:*}
  helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts --version "${pair#*:}" --destination "$directory/charts"
  git clone --quiet --depth 1 --branch "$release" https://github.com/kubernetes-sigs/aws-load-balancer-controller.git \
    "$directory/controller/aws-load-balancer-controller-$release"
done
