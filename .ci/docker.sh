# Sourced by .ci/run: Docker with Compose, and the images that the tests in containers take, where no registry can be
# reached. Each is made of what is on this machine at the pinned version, and tagged with the name that is asked for.
# A pinned name that is there already is left as it is.

dockerd_pid=
images="${TMPDIR:-/tmp}/gauntlet-images"
export DOCKER_CONFIG="$images/docker-config"
# Debian's Docker has no BuildKit beside it.
export DOCKER_BUILDKIT=0

install_docker() {
  local missing=()
  command -v dockerd > /dev/null || missing+=(docker.io)
  command -v debootstrap > /dev/null || missing+=(debootstrap)
  command -v prometheus > /dev/null || missing+=(prometheus)
  [ -x /bin/busybox ] || missing+=(busybox-static)
  [ ${#missing[@]} -eq 0 ] && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

start_docker() {
  docker version > /dev/null 2>&1 && return
  dockerd > "${TMPDIR:-/tmp}/gauntlet-dockerd.log" 2>&1 &
  dockerd_pid=$!
  for _ in $(seq 100); do
    docker version > /dev/null 2>&1 && return
    sleep 0.2
  done
  echo "dockerd does not answer:" && tail "${TMPDIR:-/tmp}/gauntlet-dockerd.log" && return 1
}

stop_docker() {
  # What earlier builds were made of; the last day's is the next build's cache.
  docker image prune --force --filter until=24h > /dev/null 2>&1 || true
  [ -z "$dockerd_pid" ] && return
  kill "$dockerd_pid" && wait "$dockerd_pid" || true
  dockerd_pid=
}

has_image() { docker image inspect "$1" > /dev/null 2>&1; }

# Containers and volumes of tests that were killed here: a stack that is up already is not the one that is tested.
remove_leftovers() {
  docker compose --profile harness down --volumes --timeout 1 > /dev/null 2>&1
  docker ps --all --quiet --filter label=gauntlet.run | xargs --no-run-if-empty docker rm --force > /dev/null
}

# The image that docker-compose.yml or the Dockerfile names for a repository.
pinned() { grep -ohE "\b$1:[A-Za-z0-9._-]+" docker-compose.yml Dockerfile | head -n 1; }

# Debian's base system with this project's own Node, in place of Node's official image.
node_image() {
  local image; image=$(pinned node)
  has_image "$image" && return
  local root="$images/root"
  rm -rf "$root" && mkdir -p "$root"
  debootstrap --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" > "$images/debootstrap.log"
  mkdir -p "$root/usr/local/lib/node_modules" "$root/usr/local/etc" "$root/home/node" "$root/etc/ssl/certs"
  cp node_modules/node/bin/node "$root/usr/local/bin/node"
  cp -r "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  # As npm is set up here.
  [ -f "$(npm config get globalconfig)" ] && cp "$(npm config get globalconfig)" "$root/usr/local/etc/npmrc"
  [ -f /etc/ssl/certs/ca-certificates.crt ] && cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  echo 'node:x:1000:1000::/home/node:/bin/sh' >> "$root/etc/passwd"
  echo 'node:x:1000:' >> "$root/etc/group"
  chown 1000:1000 "$root/home/node"
  rm -rf "$root"/var/cache/apt/archives/* "$root"/var/lib/apt/lists/*
  tar -C "$root" -c . | docker import - "$image" > /dev/null
  rm -rf "$root"
}

# One static program, and busybox for the health check that docker-compose.yml gives it.
program_image() {
  local image=$1 program=$2 place=$3 entry=$4
  has_image "$image" && return
  local folder="$images/program"
  rm -rf "$folder" && mkdir -p "$folder"
  cp "$program" "$folder/program" && cp /bin/busybox "$folder/wget"
  [ $# -gt 4 ] && cp "$5" "$folder/toxiproxy-cli"
  printf 'FROM scratch\nCOPY program %s\nCOPY wget /bin/wget\n%s\nENTRYPOINT ["%s"]\n' \
    "$place" "$([ $# -gt 4 ] && echo 'COPY toxiproxy-cli /toxiproxy-cli')" "$entry" > "$folder/Dockerfile"
  docker build -q -t "$image" "$folder" > /dev/null 2>&1
}

# Debian's Prometheus is another version than the pinned one, so it keeps a name of its own.
prometheus_image() {
  export PROMETHEUS_IMAGE=gauntlet-ci/prometheus:debian
  has_image "$PROMETHEUS_IMAGE" && return
  local folder="$images/prometheus"
  rm -rf "$folder" && mkdir -p "$folder"
  cp "$(command -v prometheus)" "$folder/prometheus" && cp /bin/busybox "$folder/wget"
  printf 'FROM %s\nCOPY prometheus wget /bin/\nRUN mkdir /prometheus && chown 65534:65534 /prometheus\nENTRYPOINT ["prometheus"]\n' \
    "$(pinned node)" > "$folder/Dockerfile"
  docker build -q -t "$PROMETHEUS_IMAGE" "$folder" > /dev/null 2>&1
}

compose_plugin() {
  local plugin="$DOCKER_CONFIG/cli-plugins/docker-compose" version
  [ -x "$plugin" ] && return
  version=$(cd .ci/tools && go list -m -f '{{.Version}}' github.com/docker/compose/v2)
  CGO_ENABLED=0 go build -C .ci/tools -trimpath -o "$plugin" \
    -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$version" github.com/docker/compose/v2/cmd
}

prepare_docker() {
  mkdir -p "$images"
  install_docker
  start_docker
  compose_plugin
  remove_leftovers
  node_image
  local tools="$images/tools"
  for program in nats-server toxiproxy k6; do program_path "$program" > "$images/$program.path"; done
  CGO_ENABLED=0 go build -C .ci/tools -trimpath -o "$tools/toxiproxy-cli" github.com/Shopify/toxiproxy/v2/cmd/cli
  program_image "$(pinned nats)" "$(cat "$images/nats-server.path")" /usr/local/bin/nats-server /usr/local/bin/nats-server
  program_image "$(pinned ghcr.io/shopify/toxiproxy)" "$(cat "$images/toxiproxy.path")" /toxiproxy /toxiproxy "$tools/toxiproxy-cli"
  program_image "$(pinned grafana/k6)" "$(cat "$images/k6.path")" /usr/bin/k6 /usr/bin/k6
  prometheus_image
}

# Where Gauntlet finds a program, or makes it.
program_path() {
  node_modules/.bin/node -e "
    const { provision } = await import('./harness/effects/provision/provision.ts');
    const { cacheDir } = await import('./harness/cli/cache-dir.ts');
    console.log((await provision('$1', { cacheDir, onProgress() {} })).path);" --input-type=module
}
