# Sets up the home directory of a person: called at each start, so that it repeats without harm and puts back what was lost.
# Reads the variables that are set in front of it. Says what it does; the first failure ends it, and the app or instance does not start.
cloister="$HOME/.cloister"
mark='# Written by Cloister at each start.'
umask 022

# write FILE TEXT: in one step, so that nobody reads half of it.
write() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1.new"
  mv -f "$1.new" "$1"
}

# offer FILE TEXT: writes a file that people may have in a version of their own, which then stays.
offer() {
  if [ -e "$1" ] && ! head -n 1 "$1" | grep -qxF "$mark"; then
    echo "cloister: $1 is somebody's own and stays as it is"
  elif [ -n "$2" ]; then
    write "$1" "$mark
$2"
  else
    rm -f "$1"
  fi
}

write "$cloister/python/sagemaker_environment.py" "$FACTS_MODULE"
write "$cloister/sagemaker-defaults.yaml" "$JOB_DEFAULTS"
write "$cloister/python/cloister_start.py" "import os
os.environ.setdefault('AWS_STS_REGIONAL_ENDPOINTS', 'regional')
os.environ.setdefault('AWS_S3_US_EAST_1_REGIONAL_ENDPOINT', 'regional')
os.environ.setdefault('AWS_DEFAULT_REGION', '$REGION')
os.environ.setdefault('SAGEMAKER_ADMIN_CONFIG_OVERRIDE', os.path.expanduser('~/.cloister/sagemaker-defaults.yaml'))"
write "$cloister/env.sh" "export AWS_STS_REGIONAL_ENDPOINTS=\"\${AWS_STS_REGIONAL_ENDPOINTS:-regional}\"
export AWS_S3_US_EAST_1_REGIONAL_ENDPOINT=\"\${AWS_S3_US_EAST_1_REGIONAL_ENDPOINT:-regional}\"
export AWS_DEFAULT_REGION=\"\${AWS_DEFAULT_REGION:-$REGION}\"
export SAGEMAKER_ADMIN_CONFIG_OVERRIDE=\"\${SAGEMAKER_ADMIN_CONFIG_OVERRIDE:-\$HOME/.cloister/sagemaker-defaults.yaml}\"
export PYTHONPATH=\"\$HOME/.cloister/python\${PYTHONPATH:+:\$PYTHONPATH}\""

# Terminals, and what is started from them.
touch "$HOME/.bashrc"
if ! grep -qF .cloister/env.sh "$HOME/.bashrc"; then
  printf '\n%s\n' "[ ! -r \"\$HOME/.cloister/env.sh\" ] || . \"\$HOME/.cloister/env.sh\"" >>"$HOME/.bashrc"
fi

# Notebooks, whatever environment their kernel is of.
write "$HOME/.ipython/profile_default/startup/00-cloister.py" "import os, sys
sys.path.append(os.path.expanduser('~/.cloister/python'))
import cloister_start"

# Every other Python: a line in the directory that those of one version share.
for python in "$ROOT"/opt/conda/bin/python3 "$ROOT"/opt/conda/envs/*/bin/python3 "$HOME"/.conda/envs/*/bin/python3 \
  "$HOME"/anaconda3/bin/python3 "$HOME"/anaconda3/envs/*/bin/python3 "$(command -v python3 || true)"; do
  [ -x "$python" ] || continue
  # It ends with an error where the directory is switched off, and tells it all the same.
  directory="$("$python" -m site --user-site || true)"
  [ -n "$directory" ] || continue
  write "$directory/cloister.pth" "$cloister/python
import cloister_start"
done

offer "$HOME/.aws/config" "[default]
region = $REGION
sts_regional_endpoints = regional
s3_us_east_1_regional_endpoint = regional"
rm -f "$cloister/pip-ca.pem"
if [ -n "$PIP_CERTIFICATE" ]; then
  write "$cloister/pip-ca.pem" "$PIP_CERTIFICATE"
fi
offer "$HOME/.config/pip/pip.conf" "${PIP_INDEX:+[global]
index-url = $PIP_INDEX${PIP_CERTIFICATE:+
cert = $cloister/pip-ca.pem}}"

# The download and export commands of JupyterLab, and the address at which it serves files.
downloads="$HOME/.jupyter/labconfig/page_config.d/cloister.json"
serving=''
if [ -n "$ALLOWS_DOWNLOADS" ]; then
  rm -f "$downloads"
else
  write "$downloads" '{
  "disabledExtensions": {
    "@jupyterlab/docmanager-extension:download": true,
    "@jupyterlab/filebrowser-extension:download": true,
    "@jupyterlab/filebrowser-extension:open-browser-tab": true,
    "@jupyterlab/notebook-extension:export": true
  }
}'
  serving='c.ContentsManager.files_handler_class = None'
fi
offer "$HOME/.jupyter/jupyter_config.py" "$serving"

if [ -n "$GIT_NAME" ]; then
  git config --global user.name "$GIT_NAME"
  git config --global user.email "$GIT_EMAIL"
fi
echo 'cloister: the home directory is set up'
