#!/bin/sh
# Installs what the browser tests and the sample builder need from Debian, when it is missing and
# this user may: Chromium, a Chinese font, fontconfig. Elsewhere it says what to install.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v fc-match >/dev/null 2>&1 || missing="$missing fontconfig"
fc-list 2>/dev/null | grep -q -i "wqy-microhei" || missing="$missing fonts-wqy-microhei"
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    as_root=""
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    as_root="no"
  fi
  if [ "$as_root" != "no" ]; then
    echo "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq
    # shellcheck disable=SC2086  # both lists are meant to be split
    $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
  fi
fi
echo "note: the browser tests are skipped without:$missing (install them, then run make test again)"
