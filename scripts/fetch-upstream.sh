#!/usr/bin/env bash
# Brings what the tests compare this library with: all published charts, the policies and facts of all releases, the manifest files, and the
# definitions of the Gateway API.
# Needs git, helm, curl and Node.js; LBC_UPSTREAM_DIR names the directory to the tests.
set -euo pipefail
directory=$(realpath -m "${1:?usage: fetch-upstream.sh DIRECTORY}")
repository=https://github.com/kubernetes-sigs/aws-load-balancer-controller
mkdir -p "$directory/charts" "$directory/manifests"
cd "$(dirname "$0")/.."

helm repo add --force-update eks https://aws.github.io/eks-charts > /dev/null
for version in $(helm search repo eks/aws-load-balancer-controller --versions --output json \
    | node -p 'JSON.parse(fs.readFileSync(0)).map(({ version }) => version).filter((v) => /^(1\.([4-9]|[1-9]\d)|[2-9])\./.test(v)).join(" ")'); do
  [ -e "$directory/charts/aws-load-balancer-controller-$version.tgz" ] \
    || helm pull eks/aws-load-balancer-controller --version "$version" --destination "$directory/charts"
done

clone=$(mktemp -d)
trap 'rm -rf "$clone"' EXIT
git clone --quiet --bare "$repository.git" "$clone"
npx ts-node --transpile-only --project tsconfig.dev.json scripts/upstream-facts.ts "$clone" "$directory"

# Not every release has one.
for release in $(node -p 'require(process.argv[1]).releases.join(" ")' "$directory/controller-facts.json"); do
  file=${release//./_}_full.yaml
  [ -e "$directory/manifests/$file" ] || curl --silent --fail --location --output "$directory/manifests/$file" "$repository/releases/download/$release/$file" \
    || echo "no manifest file of $release"
done

mkdir -p "$directory/gateway-api"
curl --silent --fail --location --output "$directory/gateway-api/standard-install.yaml" \
  https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.0/standard-install.yaml
