@echo off
rem Installiert KIM-Planer @VERSION@ beim ersten Mal aus diesem Ordner, ohne Netz und ohne Adminrechte, und startet ihn.
setlocal
chcp 65001 >nul
set "HIER=%~dp0"
set "ZIEL=%LOCALAPPDATA%\kim-planer-programm\@VERSION@"
if defined KIM_PROGRAMM set "ZIEL=%KIM_PROGRAMM%\@VERSION@"
if exist "%ZIEL%\fertig" goto start

set "PY="
for %%V in (@PYTHONS@) do if not defined PY (
  py -%%V -c "1" >nul 2>nul && set "PY=py -%%V"
)
for %%V in (@PYTHONS@) do if not defined PY (
  python -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '%%V')" >nul 2>nul && set "PY=python"
)
if not defined PY (
  echo Es fehlt Python in einer dieser Versionen: @PYTHONS@
  echo Von python.org mit "Install for me only" geht das ohne Adminrechte. Danach noch einmal starten.
  pause
  exit /b 2
)
echo KIM-Planer @VERSION@ wird einmalig eingerichtet. Das dauert etwa eine Minute.
if exist "%ZIEL%" rmdir /s /q "%ZIEL%"
%PY% -m venv "%ZIEL%" || goto fehler
"%ZIEL%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%HIER%pakete" --require-hashes -r "%HIER%anforderungen.txt" || goto fehler
type nul > "%ZIEL%\fertig"

:start
if "%~1"=="" (
  "%ZIEL%\Scripts\kim.exe" app
) else (
  "%ZIEL%\Scripts\kim.exe" %*
)
exit /b %ERRORLEVEL%

:fehler
echo Einrichten nicht moeglich: Der Ordner "pakete" ist unvollstaendig oder veraendert, oder es fehlt Platz.
echo Bitte den Ordner noch einmal kopieren und starten.
pause
exit /b 2
