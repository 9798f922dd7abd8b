# Sourced where `.venv` exists and uv is about to look for packages.
#
# uv does not read pip's configuration. Who has set a mirror for pip has set it for us too, unless uv
# has been told otherwise.
pip_setting() {
    .venv/bin/python -m pip config get "$1" 2>/dev/null || true
}

index=${PIP_INDEX_URL:-$(pip_setting global.index-url)}
extra=${PIP_EXTRA_INDEX_URL:-$(pip_setting global.extra-index-url)}
links=${PIP_FIND_LINKS:-$(pip_setting global.find-links)}
cert=${PIP_CERT:-$(pip_setting global.cert)}
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_INDEX:-}${UV_EXTRA_INDEX_URL:-}" ]; then
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
    # Unquoted: pip allows one address a line, uv wants them on one.
    if [ -n "$extra" ]; then export UV_EXTRA_INDEX_URL="$(echo $extra)"; fi
    if [ -n "$links" ]; then export UV_FIND_LINKS="$(echo $links | tr ' ' ',')"; fi
fi
if [ -z "${SSL_CERT_FILE:-}" ] && [ -n "$cert" ]; then export SSL_CERT_FILE="$cert"; fi
# pip looks for a locked version in every index; uv must too, and the hashes keep it safe.
export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
