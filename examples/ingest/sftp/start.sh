# Makes the user with the password of the secret, and once, for the volume, a host key; its public half goes where the
# ingest finds it. Then becomes sshd.
set -eu
user=${SFTP_USER:-sftpuser}

id "$user" >/dev/null 2>&1 || useradd --no-create-home --shell /usr/sbin/nologin "$user"
printf '%s:%s\n' "$user" "$(cat /run/secrets/sftp_password)" | chpasswd

mkdir -p /run/sshd /etc/ssh/keys /srv/sftp/processedfiles
chown "$user" /srv/sftp/processedfiles
[ -e /etc/ssh/keys/ed25519 ] || ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/ssh/keys/ed25519
cut -d ' ' -f 1,2 /etc/ssh/keys/ed25519.pub >/known-hosts/sftp

exec /usr/sbin/sshd -D -e -f /etc/ssh/ingest_config
