# Makes a root of its own in $1, as PID 1 of new namespaces: the machine's folders, a /tmp and /run of its own, and those
# of $2 at the top. The folders from $3 to `--` are needed where they are. Then becomes the rest of the words.
set -e
root=$1 own=$2
shift 2
mount -t tmpfs -o mode=755 tmpfs "$root"
for entry in /*; do
    case $entry in
        /tmp | /run | /proc) mkdir -p "$root$entry" ;;
        *) if [ -L "$entry" ]; then cp -P "$entry" "$root$entry"
           elif [ -d "$entry" ]; then mkdir "$root$entry"; mount --rbind "$entry" "$root$entry"; fi ;;
    esac
done
chmod 1777 "$root/tmp"
mkdir "$root/run/sshd"
mount -t proc proc "$root/proc"
for folder in "$own"/*; do
    mkdir -p "$root/${folder##*/}"
    mount --bind "$folder" "$root/${folder##*/}"
done
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    shift
done
shift
exec chroot "$root" "$@"
