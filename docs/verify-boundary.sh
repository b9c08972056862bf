#!/bin/sh
# Runs the verification matrix of protected routes from a CI, and fails where one is not green.
#
#   ROLLCALL_URL=https://rollcall.example.com ROLLCALL_API_KEY=… sh verify-boundary.sh cron-api [more routes …]
#
# The key needs the scope `write`. Writes rollcall-<route>.xml (JUnit) into the present folder.
# Ends with 0: all are green; 1: one is red; 2: one could not be run.
set -u
: "${ROLLCALL_URL:?the address of Rollcall}" "${ROLLCALL_API_KEY:?an API key of scope write}"
[ $# -gt 0 ] || { echo "usage: verify-boundary.sh ROUTE …" >&2; exit 2; }
worst=0
for route in "$@"; do
  file="rollcall-$route.xml"
  rm -f "$file"
  # The key goes in by a file descriptor: an argument could be read by everybody on the machine.
  status=$(printf 'header = "Authorization: Bearer %s"\n' "$ROLLCALL_API_KEY" |
    curl --silent --show-error --config - --max-time 120 --output "$file" --write-out '%{http_code}' \
      --request POST --header 'Accept: application/junit+xml' "$ROLLCALL_URL/api/v1/routes/$route/verify")
  if [ "$status" != 200 ]; then
    echo "$route: the matrix could not be run (HTTP $status)" >&2
    [ -f "$file" ] && { cat "$file" >&2; echo >&2; }
    worst=2
  elif grep -q 'name="green" value="true"' "$file"; then
    echo "$route: green"
  else
    echo "$route: red, see $file" >&2
    [ "$worst" -eq 0 ] && worst=1
  fi
done
exit "$worst"
