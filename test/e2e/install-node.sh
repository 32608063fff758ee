#!/bin/bash
# install-node.sh MAJOR : fetches a Node of this major version from where npm gets its packages; prints the program's path.
#
# It is unpacked once, into .editors/ of this project. Progress goes to standard error. Exit code 1 and one sentence on
# standard error when it cannot be had.
set -euo pipefail

major=${1:?say which major version: install-node.sh 24}
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$project/.editors/node-$major
# Node itself, one package for each kind of machine, none of which runs anything while it is installed.
package=$(node -p '`node-${process.platform}-${process.arch}`')
program=$folder/node_modules/$package/bin/node

runs() { [[ $("$program" --version 2>/dev/null) == "v$major."* ]]; }

if ! runs; then
  mkdir -p "$folder"
  # A project of its own, or npm would look for the one around it.
  echo '{ "private": true }' >"$folder/package.json"
  npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --loglevel error "$package@$major" >&2 || true
fi
if ! runs; then
  echo "npm could not fetch a Node $major that runs on this machine (the lines above say why)" >&2
  exit 1
fi
echo "$program"
