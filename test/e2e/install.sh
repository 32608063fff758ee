#!/bin/bash
# install.sh nvim|hx|llama|chromium : finds a real editor, llama.cpp's server, or a browser without a screen, that is new
# enough, or fetches one; prints the path of the program.
#
# One on PATH that is new enough is taken as it is. Otherwise, on a Debian machine, the package of Debian's development
# suite is unpacked with everything it needs, libc included, into .editors/ of this project, and started by that libc's
# own loader: the machine's packages and its apt state stay as they are, and nothing here needs root. Progress goes to
# standard error. Exit code 1 and one sentence on standard error when the program cannot be had.
set -euo pipefail

suite=sid
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$project/.editors

main() {
  local name=${1:-}
  case $name in
    nvim) package=neovim; title='Neovim 0.12 or newer' ;;
    hx) package=hx; title='Helix 25.07 or newer' ;;
    llama) name=llama-server; package=llama.cpp-tools; title="a llama-server that can reuse moved text" ;;
    chromium)
      name=chromium-headless-shell package=chromium-headless-shell title='Chromium without a screen'
      # It starts itself again, so no loader of another libc can be put before it: the machine's own release fits.
      suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
      ;;
    *) give_up 'say which program: install.sh nvim, install.sh hx, install.sh llama, or install.sh chromium' ;;
  esac

  local found
  for found in "$(command -v "$name" || true)" "$folder/bin/$name"; do
    if [ -n "$found" ] && [ -x "$found" ] && new_enough "$name" "$found"; then
      echo "$found"
      return
    fi
  done

  mkdir -p "$folder"
  exec 9>"$folder/lock"
  if command -v flock >/dev/null; then flock 9; fi
  fetch "$name" >&2
  new_enough "$name" "$folder/bin/$name" || give_up "the $package of Debian $suite is not $title, or does not start here; install $title yourself"
  echo "$folder/bin/$name"
}

# By what it can do, not by its version's digits: development suites move.
new_enough() {
  case $1 in
    nvim) [ "$("$2" --headless -u NONE -i NONE +'lua io.write(vim.fn.has("nvim-0.12"))' +qa! 2>/dev/null)" = 1 ] ;;
    hx) [[ $("$2" --version 2>/dev/null) =~ ^helix\ (2[5-9]|[3-9][0-9])\. ]] ;;
    llama-server) "$2" --help 2>/dev/null | grep -q -e --cache-reuse ;;
    chromium-headless-shell) "$2" --no-sandbox --dump-dom about:blank 2>/dev/null | grep -q '<html>' ;;
  esac
}

fetch() {
  local name=$1
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    give_up "no $title on PATH, and this is no Debian machine to fetch it on: install it yourself"
  local mirror
  mirror=$(mirror_of_this_machine)
  [ -n "$mirror" ] || give_up "no $title on PATH, and apt names no Debian mirror to fetch it from"

  local apt=$folder/apt part=$folder/$name.part started=$SECONDS
  rm -rf "$part"
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,sources} "$part" "$folder/bin"
  : >"$apt/status" # nothing counts as installed: the whole closure comes along
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
    "$mirror" "$suite" /usr/share/keyrings/debian-archive-keyring.gpg >"$apt/sources/$suite.sources"

  twice run_apt update
  twice run_apt --yes --download-only install "$package"
  local archive
  # Only this closure's archives: the folder may hold those of another editor.
  for archive in $(run_apt --simulate install "$package" | awk '/^Inst /{print $2}'); do
    for file in "$apt/cache/archives/${archive%%:*}"_*.deb; do dpkg-deb --extract "$file" "$part"; done
  done
  merge_usr "$part"
  rm -rf "${folder:?}/$name"
  mv "$part" "$folder/$name"
  write_starter "$name"
  rm -rf "$apt" # 100 MB of package lists, and fresh ones are needed next time
  echo "$title: fetched in $((SECONDS - started)) s"
}

# The archive this machine gets its own Debian from, whatever that is; security and third-party archives are others.
# What apt would download says it for every way of writing sources, with or without package lists.
mirror_of_this_machine() {
  local release
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get update --print-uris 2>/dev/null | sed -n "s#^'\\(.*\\)/dists/$release/InRelease' .*#\\1#p" | head -n 1
}

run_apt() {
  local apt=$folder/apt
  DEBIAN_FRONTEND=noninteractive apt-get -qq \
    -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/sources" -o "Dir::State::Lists=$apt/lists" \
    -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o APT::Install-Recommends=false \
    -o Debug::NoLocking=1 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

twice() {
  "$@" >/dev/null && return
  echo "$* failed, once more" >&2
  "$@" >/dev/null || give_up "apt could not fetch $title (the lines above say why)"
}

# Newer packages expect /lib and /bin to be links into /usr.
merge_usr() {
  local name
  for name in lib lib64 bin sbin; do
    if [ -d "$1/$name" ] && [ ! -L "$1/$name" ]; then
      mkdir -p "$1/usr/$name"
      cp -a "$1/$name/." "$1/usr/$name/"
      rm -rf "${1:?}/$name"
    fi
    [ -e "$1/$name" ] || ln -s "usr/$name" "$1/$name"
  done
}

# The loader is named instead of patching the program; what the editor starts itself keeps the system's libc. Paths
# that the program has compiled in are told to it.
write_starter() {
  local name=$1 root=$folder/$1 loader libraries export told=
  loader=$(find "$root/usr/lib" "$root/usr/lib64" -name 'ld-linux*.so*' 2>/dev/null | head -n 1)
  libraries=$(find "$root/usr/lib" -maxdepth 3 -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
  [ -n "$loader" ] || give_up "the packages of Debian $suite hold no loader for this machine"
  case $name in
    nvim) export=VIMRUNTIME=$root/usr/share/nvim/runtime told="--cmd 'set runtimepath+=$root/usr/lib/nvim'" ;;
    hx) export=HELIX_RUNTIME=$root/usr/lib/hx/runtime ;;
    llama-server) export=GGML_BACKEND_PATH=$(processor_backend "$root") ;;
    chromium-headless-shell)
      write_script "$name" "export 'LD_LIBRARY_PATH=$libraries'" "exec '$root/usr/lib/chromium/$name' \"\$@\""
      return
      ;;
  esac
  write_script "$name" "export '$export'" \
    "exec '$loader' --argv0 '$name' --library-path '$libraries' '$root/usr/bin/$name' $told \"\$@\""
}

# Name, then its lines.
write_script() {
  printf '#!/bin/sh\n%s\n%s\n' "$2" "$3" >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

# llama.cpp loads the code for this machine's processor at run time, from a folder that is compiled in: the newest
# generation that the processor knows is named instead.
processor_backend() {
  local flags generation file
  flags=" $(sed -n 's/^flags[^:]*: //p' /proc/cpuinfo | head -n 1) "
  for generation in skylakex:avx512vl haswell:avx2 sandybridge:avx x64:; do
    [[ $flags == *" ${generation#*:}"* ]] || continue
    file=$(find "$1/usr/lib" -name "libggml-cpu-${generation%%:*}.so" | head -n 1)
    if [ -n "$file" ]; then break; fi
  done
  [ -n "$file" ] || file=$(find "$1/usr/lib" -name 'libggml-cpu*.so' | head -n 1)
  echo "$file"
}

give_up() {
  echo "$*" >&2
  exit 1
}

main "$@"
