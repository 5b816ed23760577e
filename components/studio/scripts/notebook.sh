# The rest of a notebook instance: runs as root, before people come. Reads the variables that are set in front of it.
# What was written in their home directory is theirs. Not all of it: their own volume is below, and can be large.
for theirs in .aws .bashrc .cloister .config .gitconfig .ipython .jupyter .local; do
  [ ! -e "$HOME/$theirs" ] || chown -R ec2-user:ec2-user "$HOME/$theirs"
done

stopper="$ROOT/usr/local/lib/cloister/idle.py"
write "$stopper" "$IDLE_PROGRAM"

# The first Python that can call AWS. Without one the instance would never stop, so it does not start either.
found=''
for python in "$HOME"/anaconda3/envs/JupyterSystemEnv/bin/python3 "$HOME"/anaconda3/bin/python3 "$HOME"/anaconda3/envs/*/bin/python3 \
  "$(command -v python3 || true)"; do
  if [ -x "$python" ] && "$python" -c 'import boto3'; then
    found="$python"
    break
  fi
done
if [ -z "$found" ]; then
  echo 'cloister: no python with boto3, so nothing would stop this instance' >&2
  exit 1
fi

# Amazon Linux 2023 has timers of systemd, and no cron.
write "$ROOT/etc/systemd/system/cloister-idle.service" "[Unit]
Description=Stops this notebook instance when it is idle
[Service]
Type=oneshot
ExecStart=$found $stopper --minutes $IDLE_MINUTES
StandardOutput=append:/var/log/cloister-idle.log
StandardError=append:/var/log/cloister-idle.log"
write "$ROOT/etc/systemd/system/cloister-idle.timer" "[Unit]
Description=Looks every five minutes whether this notebook instance is idle
[Timer]
OnActiveSec=5min
OnUnitActiveSec=5min"
systemctl daemon-reload
systemctl start cloister-idle.timer
echo "cloister: stops after $IDLE_MINUTES minutes without activity"
