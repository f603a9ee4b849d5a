# shellcheck shell=bash
# What `dc` and `slapd` have in common: lock, start, stop, snapshot, reset.
# The sourcing script defines: pids (every process of this server), master (the one to signal),
# launch (start it in the background), answers (true when it serves).
set -euo pipefail

LAB=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
TOOL=$(basename "$0")
# Generous: two cores may be busy with much else.
STOP_SECONDS=20
START_SECONDS=60
LOCK_SECONDS=120

usage() {
  echo "usage: $TOOL start|stop|restart|status NAME [--check]" >&2
  echo "       $TOOL snapshot|reset NAME [SNAPSHOT] [--check]      (SNAPSHOT: seeded)" >&2
  exit 2
}

fail() { echo "$TOOL: $*" >&2; exit 1; }
ok() { echo "ok: $NAME $*"; }
changed() { echo "changed: $NAME $*"; }

# With --check nothing is touched; the caller only learns what would have changed.
would() { [ -n "$CHECK" ] && changed "would be $*"; }

valid_name() { [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]]; }

running() { [ -n "$(master)" ] && answers; }

port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

take_lock() {
  mkdir -p "$LAB/lock"
  exec {LOCK}>"$LAB/lock/$NAME"
  flock -w "$LOCK_SECONDS" "$LOCK" || fail "$NAME is busy: another command has held $LAB/lock/$NAME for $LOCK_SECONDS s"
}

await_gone() {
  local deadline=$((SECONDS + STOP_SECONDS))
  while [ -n "$(pids)" ]; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.02
  done
}

halt() {
  local pid
  pid=$(master)
  # Without a living master its children must be told one by one.
  # shellcheck disable=SC2046
  kill ${pid:-$(pids)} 2>/dev/null || true
  await_gone && return
  # shellcheck disable=SC2046
  kill -KILL $(pids) 2>/dev/null || true
  await_gone || fail "$NAME does not stop: processes $(pids | tr '\n' ' ')"
}

bring_up() {
  [ -d "$D/data" ] || fail "$D/data is missing; run: $TOOL reset $NAME"
  # A daemon that inherited the lock would hold it for its whole life.
  (exec {LOCK}>&-; launch) || fail "$NAME did not start; see $D/log"
  local deadline=$((SECONDS + START_SECONDS))
  until running; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$NAME did not answer within $START_SECONDS s; see $D/log"
    sleep 0.02
  done
}

do_start() {
  if running; then ok "already running"; return; fi
  if would started; then return; fi
  halt
  bring_up
  changed started
}

do_stop() {
  if [ -z "$(pids)" ]; then ok "already stopped"; return; fi
  if would stopped; then return; fi
  halt
  changed stopped
}

do_restart() {
  if would restarted; then return; fi
  halt
  bring_up
  changed restarted
}

do_status() {
  if running; then ok "running, pid $(master)"; return; fi
  [ -z "$(pids)" ] || fail "$NAME is half dead: processes $(pids | tr '\n' ' ')"
  ok stopped
  exit 3
}

# --reflink=auto copies nothing where the file system shares blocks; holes stay holes either way.
copy_tree() { rm -rf "$2" && cp -a --reflink=auto "$1" "$2"; }

do_snapshot() {
  if would "kept as snapshot $SNAPSHOT"; then return; fi
  local was_running=""
  if [ -n "$(pids)" ]; then was_running=yes; fi
  halt
  mkdir -p "$D/snapshots"
  copy_tree "$D/data" "$D/snapshots/.new"
  rm -rf "$D/snapshots/$SNAPSHOT"
  mv "$D/snapshots/.new" "$D/snapshots/$SNAPSHOT"
  if [ -n "$was_running" ]; then bring_up; fi
  changed "kept as snapshot $SNAPSHOT"
}

do_reset() {
  [ -d "$D/snapshots/$SNAPSHOT" ] || fail "$NAME has no snapshot $SNAPSHOT (has: $(ls "$D/snapshots" 2>/dev/null | tr '\n' ' '))"
  if would "reset to snapshot $SNAPSHOT"; then return; fi
  # Copied while the server still runs, so that it is away only as long as a restart takes.
  copy_tree "$D/snapshots/$SNAPSHOT" "$D/data.new"
  halt
  rm -rf "$D/data"
  mv "$D/data.new" "$D/data"
  bring_up
  changed "reset to snapshot $SNAPSHOT"
}

main() {
  CHECK=""
  local words=()
  for word in "$@"; do
    if [ "$word" = --check ]; then CHECK=yes; else words+=("$word"); fi
  done
  [ "${#words[@]}" -ge 2 ] && [ "${#words[@]}" -le 3 ] || usage
  local command=${words[0]}
  NAME=${words[1]} SNAPSHOT=${words[2]:-seeded}
  valid_name "$NAME" && valid_name "$SNAPSHOT" || usage
  [[ $command =~ ^(start|stop|restart|status|snapshot|reset)$ ]] || usage
  [ "$(id -u)" = 0 ] || exec sudo -n "$0" "$@"
  D=$LAB/$NAME
  [ -f "$D/etc/server.env" ] || fail "there is no server $NAME in $LAB"
  # shellcheck source=/dev/null
  . "$D/etc/server.env"
  take_lock
  "do_$command"
}
