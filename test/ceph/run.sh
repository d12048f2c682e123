#!/usr/bin/env bash
# The end-to-end tests of a deploy against an S3 that is not ours: Ceph's gateway from Debian's packages, with one monitor and one
# store in memory, in a folder of its own that is removed afterwards. `npm run test:ceph`; arguments go to vitest. Nothing here waits
# without an end: every command has its time, and a cluster that does not come up is thrown away and made anew.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

attempts=3
dir=
pids=()

# Nothing of them is worth a farewell: their data go, too.
stop() {
  local pid
  for pid in "${pids[@]}"; do
    kill -KILL "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  done
  pids=()
  [ -z "$dir" ] || rm -rf "$dir"
  dir=
}
trap stop EXIT
trap 'exit 130' INT TERM

install() {
  local program root=() missing=
  for program in ceph-mon ceph-osd ceph radosgw radosgw-admin monmaptool; do command -v "$program" >/dev/null || missing=$program; done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ceph-mon ceph-osd ceph-common radosgw >/dev/null
}

free_port() { node -e "const s = require('node:net').createServer(); s.listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })"; }

# Runs a daemon until `stop`; what it says is kept for `tell`. The shell need not tell of its end.
daemon() {
  local name=$1
  shift
  "$@" >"$dir/$name.out" 2>&1 &
  pids+=($!)
  disown
}

all_live() { for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || return 1; done; }

# Asks again and again, for so many seconds at most, while all daemons live: `within 30 some command`.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] && all_live || return 1
    sleep 0.5
  done
}

# `ceph` and its kin wait for ever for a monitor or a pool that does not come.
briefly() { timeout -k 2 "$@" >>"$dir/commands.out" 2>&1; }

osd_is_up() { timeout -k 2 10 ceph "${args[@]}" osd stat 2>/dev/null | grep -q '1 up'; }
gateway_answers() { node -e "fetch('$S3_TEST_ENDPOINT', { signal: AbortSignal.timeout(2000) }).then(() => process.exit(0), () => process.exit(1))"; }
make_user() { briefly 15 radosgw-admin "${args[@]}" user create --uid=test --display-name=test --access-key="$S3_TEST_KEY" --secret="$S3_TEST_SECRET" || briefly 5 radosgw-admin "${args[@]}" user info --uid=test; }

write_config() {
  cat > "$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = [v1:127.0.0.1:$mon_port]
ms bind msgr2 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 1
# The store would ask the monitor for this itself, and now and then dies because it asks too early.
osd crush update on start = false
osd class update on start = false
osd objectstore = memstore
memstore device bytes = 4294967296
run dir = $dir
admin socket = $dir/\$name.\$pid.asok
log file = $dir/\$name.log
pid file = $dir/\$name.pid
[mon.a]
mon data = $dir/mon
[osd.0]
osd data = $dir/osd
[client.gateway]
rgw data = $dir/gateway
rgw frontends = beast endpoint=127.0.0.1:$gateway_port
rgw verify ssl = false
CONF
}

start() {
  local fsid osd_id mon_port gateway_port
  dir=$(mktemp -d)
  fsid=$(node -p 'crypto.randomUUID()')
  osd_id=$(node -p 'crypto.randomUUID()')
  mon_port=$(free_port)
  gateway_port=$(free_port)
  args=(-c "$dir/ceph.conf")
  export CEPH_CONF=$dir/ceph.conf S3_TEST_ENDPOINT=http://127.0.0.1:$gateway_port
  mkdir "$dir/mon" "$dir/osd" "$dir/gateway" && write_config || return 1
  step='the monitor'
  briefly 10 monmaptool --create --clobber --fsid "$fsid" --addv a "[v1:127.0.0.1:$mon_port]" "$dir/monmap" &&
    briefly 20 ceph-mon "${args[@]}" --mkfs -i a --monmap "$dir/monmap" || return 1
  daemon monitor ceph-mon "${args[@]}" -i a -f
  within 30 briefly 10 ceph "${args[@]}" osd new "$osd_id" 0 || return 1
  step='the store'
  briefly 20 ceph-osd "${args[@]}" -i 0 --mkfs --osd-uuid "$osd_id" || return 1
  daemon store ceph-osd "${args[@]}" -i 0 -f
  within 30 osd_is_up && within 10 briefly 5 ceph "${args[@]}" osd crush add osd.0 1 root=default host=here || return 1
  step='its user'
  within 40 make_user || return 1
  step='the gateway'
  daemon gateway radosgw "${args[@]}" -n client.gateway -f
  within 40 gateway_answers
}

tell() {
  echo "the cluster did not come up: $step (attempt $1 of $attempts)"
  tail -n 5 "$dir"/*.out
}

export S3_TEST_KEY=AKIDCEPHCEPHCEPHCEPH S3_TEST_SECRET=ceph-secret-of-the-tests
SECONDS=0
install || exit 1
echo "Ceph is installed after $SECONDS s"
for attempt in $(seq $attempts); do
  start && break
  tell "$attempt"
  stop
  [ "$attempt" -lt $attempts ] || exit 1
done
echo "the gateway answers after $SECONDS s"
npm run --silent compile || exit 1
timeout -k 10 300 npx vitest run --config test/vitest.config.ts --maxWorkers=1 test/deploy-service.test.ts "$@"
code=$?
echo "done after $SECONDS s"
exit $code
