#!/usr/bin/env bash
# oracles.sh DOCUMENTS FOLDER: what LibreOffice and poppler read in the documents of a folder, as FOLDER/NAME.words.
# Then: SCHOOLGATE_CORPORA=… SCHOOLGATE_ORACLES=FOLDER cargo test --test it -- --nocapture other_programs
set -euo pipefail
documents=${1:?usage: oracles.sh DOCUMENTS FOLDER}
out=${2:?usage: oracles.sh DOCUMENTS FOLDER}
mkdir -p "$out"
shopt -s nullglob nocaseglob

for file in "$documents"/*.pdf; do
  timeout 30 pdftotext -enc UTF-8 "$file" "$out/${file##*/}.words" 2>/dev/null || true
done

# office FILTER ENDING...: texts as text; sheets as HTML, because text has the first sheet only.
office() {
  local filter=$1 to=${1%%:*} file name work
  shift
  for ending in "$@"; do
    for file in "$documents"/*."$ending"; do
      name=${file##*/}
      [ -e "$out/$name.words" ] && continue
      work=$(mktemp -d -p "$out")
      timeout 60 soffice "-env:UserInstallation=file://$out/profile" --headless \
        --convert-to "$filter" --outdir "$work" "$file" >/dev/null 2>&1 || true
      for made in "$work"/*."$to"; do
        case $to in
          html) sed -e '/<H1>Overview\|href="#table\|name="table/Id' -e 's/<style.*<\/style>//g' -e '/^\s*<style/,/<\/style>/d' -e 's/<[^>]*>/ /g' "$made" |
                  python3 -c 'import html,sys; sys.stdout.write(html.unescape(sys.stdin.read()))' ;;
          pdf)  pdftotext -enc UTF-8 "$made" - ;;
          *)    cat "$made" ;;
        esac >"$out/$name.words" || true
      done
      rm -rf "$work"
    done
  done
}

office "txt:Text (encoded):UTF8" docx docm dotx doc dot odt rtf
office "html:HTML (StarCalc)" xlsx xlsm xlsb xls ods
office "pdf" pptx ppt odp
rm -rf "$out/profile"
