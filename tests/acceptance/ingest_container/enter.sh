# Makes a root of its own in $1, as PID 1 of new namespaces: the machine's folders, where nothing that is written stays,
# the files of $2 over them, and the folders of $3 as volumes. $4 and $5 are needed where they are. Then becomes the rest
# of the words, in /opt/ingest.
set -e
root=$1 image=$2 volumes=$3 repository=$4 home=$5
shift 5
mount -t tmpfs tmpfs "$root"
mkdir "$root/.upper"
for entry in /*; do
    case $entry in
        /tmp | /run | /proc) mkdir "$root$entry" ;;
        /etc | /opt | /root | /usr | /var)
            mkdir -p "$root$entry" "$root/.upper$entry" "$root/.upper$entry.work"
            mount -t overlay overlay "$root$entry" \
                -o "lowerdir=$entry,upperdir=$root/.upper$entry,workdir=$root/.upper$entry.work" ;;
        *) if [ -L "$entry" ]; then cp -P "$entry" "$root$entry"
           elif [ -d "$entry" ]; then mkdir "$root$entry"; mount --rbind "$entry" "$root$entry"; fi ;;
    esac
done
chmod 1777 "$root/tmp"
mount -t proc proc "$root/proc"
cp -a "$image/." "$root/"
cat "$root/etc/hosts.more" >>"$root/etc/hosts"
for folder in opt/ingest/data var/log/ingest feed; do
    mkdir -p "$root/$folder"
    mount --bind "$volumes/${folder##*/}" "$root/$folder"
done
for folder in "$repository" "$home"; do
    mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
done
exec chroot "$root" sh -c 'cd /opt/ingest && exec "$@"' sh "$@"
