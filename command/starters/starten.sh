#!/bin/sh
# Installiert KIM-Planer @VERSION@ beim ersten Mal aus diesem Ordner, ohne Netz und ohne besondere Rechte, und startet ihn.
set -eu
hier=$(cd "$(dirname "$0")" && pwd)
ziel=${KIM_PROGRAMM:-${XDG_DATA_HOME:-$HOME/.local/share}/kim-planer-programm}/@VERSION@

if [ ! -f "$ziel/fertig" ]; then
  python=
  for version in @PYTHONS@; do
    if command -v "python$version" >/dev/null 2>&1; then python=python$version; break; fi
    if python3 -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then python=python3; break; fi
  done
  if [ -z "$python" ]; then
    echo "Es fehlt Python in einer dieser Versionen: @PYTHONS@. Bitte installieren und noch einmal starten." >&2
    exit 2
  fi
  echo "KIM-Planer @VERSION@ wird einmalig eingerichtet. Das dauert etwa eine Minute."
  rm -rf "$ziel"
  "$python" -m venv "$ziel"
  "$ziel/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$hier/pakete" \
    --require-hashes -r "$hier/anforderungen.txt" || {
    echo "Einrichten nicht möglich: Der Ordner „pakete“ ist unvollständig oder verändert. Bitte den Ordner noch einmal kopieren." >&2
    exit 2
  }
  : >"$ziel/fertig"
fi
exec "$ziel/bin/kim" "${@:-app}"
