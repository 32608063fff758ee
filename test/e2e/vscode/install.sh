#!/bin/bash
# install.sh : fetches a real VS Code into .editors/vscode of this project, or finds it there; prints that folder.
#
# VS Code's own server, which shows the editor in a browser, comes from npm in code-server's package; of that package only
# the editor is unpacked, with the few modules it does not start without: its terminal and its file watcher stay away.
# It wants a newer Node than this project does, so that comes along where this machine's is older. All in all 60 MB are
# fetched and 250 MB kept. Progress goes to standard error. Exit code 1 and one sentence there when it cannot be had.
set -euo pipefail

version=4.139.1
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)/.editors/vscode
clients=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../clients/vscode" && pwd)
# What the editor and the host of its extensions import at start; the rest is imported when it is needed.
modules='cookie minimist ws yauzl yazl undici tas-client jschardet http-proxy-agent https-proxy-agent vscode-oniguruma
  vscode-textmate vscode-regexpp @vscode/proxy-agent @vscode/spdlog @vscode/iconv-lite-umd @vscode/tree-sitter-wasm
  @microsoft/1ds-core-js @microsoft/1ds-post-js'

main() {
  mkdir -p "$folder"
  exec 9>"$folder/lock"
  if command -v flock >/dev/null; then flock 9; fi
  if [ "$(cat "$folder/version" 2>/dev/null)" != "$(wanted)" ]; then fetch >&2; fi
  echo "$folder"
}

wanted() {
  echo "$version, client library $(client_library)"
}

client_library() {
  node -p 'require(process.argv[1]).devDependencies["vscode-languageclient"]' "$clients/package.json"
}

fetch() {
  local part=$folder/part started=$SECONDS
  rm -rf "$part" "$folder/version"
  mkdir -p "$part/editor" "$part/tools"

  run_npm pack "code-server@$version" --pack-destination "$part"
  local inside=package/lib/vscode
  tar -xzf "$part/code-server-$version.tgz" -C "$part/editor" --strip-components=3 \
    $inside/out $inside/product.json $inside/package.json \
    $inside/extensions/typescript-basics $inside/extensions/theme-defaults
  rm "$part/code-server-$version.tgz"
  node -e '
    const [file, ...names] = process.argv.slice(1);
    const manifest = JSON.parse(require("fs").readFileSync(file, "utf8"));
    const dependencies = Object.fromEntries(names.map((name) => [name, manifest.dependencies[name] ?? "*"]));
    const { name, version, type } = manifest;
    require("fs").writeFileSync(file, JSON.stringify({ name, version, type, private: true, dependencies }));
  ' "$part/editor/package.json" $modules
  run_npm install --prefix "$part/editor"

  echo '{"private":true}' >"$part/tools/package.json"
  run_npm install --prefix "$part/tools" "vscode-languageclient@$(client_library)" $(newer_node)
  rm -rf "$part"/tools/node_modules/node-*/include

  rm -rf "$folder/editor" "$folder/tools"
  mv "$part/editor" "$part/tools" "$folder"
  rm -rf "$part"
  wanted >"$folder/version"
  echo "VS Code: fetched in $((SECONDS - started)) s"
}

# The package of Node for this machine, where its own is too old for the editor.
newer_node() {
  node -p '+process.versions.node.split(".")[0] >= 24 ? "" : `node-${process.platform}-${process.arch}@24`'
}

# Native parts are not built: nothing here needs them.
run_npm() {
  local said=$folder/npm.log
  npm "$@" --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error >/dev/null 2>"$said" ||
    give_up "npm could not fetch VS Code: $(sed -n 's/^npm error *//p' "$said" | head -n 1)"
}

give_up() {
  echo "$*" >&2
  exit 1
}

main "$@"
