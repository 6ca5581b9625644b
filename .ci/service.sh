# For other scripts here: starts the debug build with a database of its own, which ends with the script.

data_dir=$(mktemp -d)
# As root the database runs as another user, who must come in.
chmod 711 "$data_dir"
service=''
end_service() {
    if [ -n "$service" ]; then
        kill "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$data_dir"
}
trap end_service EXIT

skip() {
    printf '\n!!! SKIPPED: %s\n\n' "$1" >&2
}

# Starts the service, with more arguments where they are given; `$address` is then where it is.
start_service() {
    local log="target/$(basename "$0")-service.log"
    env -u DATABASE_URL OFFER_CASES_REQUESTS_PER_SECOND=0 target/debug/offer-cases serve --data-dir "$data_dir/data" --listen 127.0.0.1:0 "$@" >"$log" 2>&1 &
    service=$!
    for _ in $(seq 300); do
        address=$(sed -n 's|.*ready: http://\([0-9.:]*\)/.*|\1|p' "$log")
        [ -z "$address" ] || return 0
        kill -0 "$service" 2>/dev/null || break
        sleep 0.2
    done
    cat "$log" >&2
    echo 'the service did not start' >&2
    return 1
}
