# pip reads a CodeArtifact repository with a token, which expires. A program in the background renews the token.
tokens="$cloister/pip_token.py"
write "$tokens" "$PIP_TOKEN_PROGRAM"
renewer=''
for python in "$ROOT"/opt/conda/bin/python3 "$HOME"/anaconda3/envs/JupyterSystemEnv/bin/python3 "$HOME"/anaconda3/bin/python3 \
  "$(command -v python3 || true)"; do
  if [ -x "$python" ] && "$python" -c 'import boto3'; then
    renewer="$python"
    break
  fi
done
if [ -z "$renewer" ]; then
  echo 'cloister: no python with boto3, so pip has no token for its index' >&2
else
  set -- --region "$REGION" --domain "$PIP_DOMAIN" --owner "$PIP_DOMAIN_OWNER" --index "$PIP_TOKEN_INDEX"
  # The app also starts without a token, which the program in the background requests again.
  timeout 60 "$renewer" "$tokens" "$@" --once || echo 'cloister: pip has no token for its index yet' >&2
  nohup "$renewer" "$tokens" "$@" >"$cloister/pip-token.log" 2>&1 </dev/null &
fi
