#!/bin/sh
# Installs what tests and the sample builder need from Debian, when it is missing and this user
# may: Chromium, a Chinese font, fontconfig, the libraries of text recognition. Elsewhere it says what to install.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v fc-match >/dev/null 2>&1 || missing="$missing fontconfig"
fc-list 2>/dev/null | grep -q -i "wqy-microhei" || missing="$missing fonts-wqy-microhei"
# what text recognition loads (OpenCV)
ldconfig -p 2>/dev/null | grep -q libGL.so.1 || missing="$missing libgl1"
ldconfig -p 2>/dev/null | grep -q libgthread-2.0.so.0 || missing="$missing libglib2.0-0"
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
