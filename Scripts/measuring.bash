# What benchmarks measure with; sourced by them.

median() { sort -n | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }

# Prints the seconds that a command takes.
seconds() {
  local start=$EPOCHREALTIME
  "$@" >/dev/null
  echo "$EPOCHREALTIME $start" | awk '{printf "%.3f\n", $1 - $2}'
}

# Prints the largest anonymous memory of a command in MB, sampled from /proc.
anonymous() {
  "$@" >/dev/null &
  local process=$! peak=0 now
  while [ -r /proc/$process/status ]; do
    now=$(awk '/^RssAnon/ {print $2}' /proc/$process/status 2>/dev/null || true)
    [ "${now:-0}" -gt "$peak" ] && peak=$now
    sleep 0.002
  done
  wait $process
  echo $((peak / 1000))
}

# Prints the seconds of processor time that a command takes.
processor_seconds() {
  local TIMEFORMAT='%U %S'
  { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{print $1 + $2}'
}
