#!/usr/bin/env bash
# The end-to-end tests of a deploy against an S3 that is not ours: Ceph's gateway from Debian's packages, with one monitor and one
# store in memory, in a folder of its own that is removed afterwards. `npm run test:ceph`; arguments go to vitest.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=(ceph-mon ceph-osd ceph-common radosgw)
if ! command -v radosgw ceph-mon ceph-osd radosgw-admin >/dev/null; then
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

dir=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap stop EXIT

free_port() { node -e "const s = require('node:net').createServer(); s.listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })"; }
mon_port=$(free_port)
gateway_port=$(free_port)
fsid=$(node -p 'crypto.randomUUID()')
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
export CEPH_CONF=$dir/ceph.conf
mkdir "$dir/mon" "$dir/osd" "$dir/gateway"
args=(-c "$dir/ceph.conf")

begin=$(date +%s)
monmaptool --create --clobber --fsid "$fsid" --addv a "[v1:127.0.0.1:$mon_port]" "$dir/monmap" >/dev/null
ceph-mon "${args[@]}" --mkfs -i a --monmap "$dir/monmap"
ceph-mon "${args[@]}" -i a -f >"$dir/mon.out" 2>&1 &
pids+=($!)
osd_id=$(node -p 'crypto.randomUUID()')
ceph "${args[@]}" --connect-timeout 30 osd new "$osd_id" 0 >/dev/null 2>&1
ceph-osd "${args[@]}" -i 0 --mkfs --osd-uuid "$osd_id" >/dev/null 2>&1
ceph-osd "${args[@]}" -i 0 -f >"$dir/osd.out" 2>&1 &
pids+=($!)
for _ in $(seq 60); do
  ceph "${args[@]}" --connect-timeout 10 osd stat 2>/dev/null | grep -q '1 up' && break
  sleep 0.5
done
export S3_TEST_KEY=AKIDCEPHCEPHCEPHCEPH S3_TEST_SECRET=ceph-secret-of-the-tests
# Now and then its first call waits for ever for a pool that is being made.
for _ in 1 2 3; do
  timeout 40 radosgw-admin "${args[@]}" user create --uid=test --display-name=test --access-key="$S3_TEST_KEY" --secret="$S3_TEST_SECRET" >/dev/null 2>&1 && break
done
radosgw "${args[@]}" -n client.gateway -f >"$dir/gateway.out" 2>&1 &
pids+=($!)
export S3_TEST_ENDPOINT=http://127.0.0.1:$gateway_port
for _ in $(seq 60); do
  node -e "fetch('$S3_TEST_ENDPOINT').then(() => process.exit(0), () => process.exit(1))" && break
  sleep 1
done
echo "the gateway runs after $(($(date +%s) - begin)) s"
npm run --silent compile
npx vitest run --config test/vitest.config.ts --maxWorkers=1 test/deploy-service.test.ts "$@"
