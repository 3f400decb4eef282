#!/bin/sh
# Makes a disk that boots by its own boot loader (syslinux), with Debian's kernel from a FAT partition and a root of busybox on ext4: guest.raw
# in the folder given. make-image.sh FOLDER CACHE GUEST-SCRIPTS. No root is needed; what is downloaded stays in CACHE.
set -e
folder=$1 cache=$2 scripts=$3
export PATH="$PATH:/usr/sbin:/sbin"
mkdir -p "$folder" "$cache"
package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: //p' | head -1)
if ! ls "$cache/$package"_*.deb >/dev/null 2>&1; then (cd "$cache" && apt-get -q download "$package" >/dev/null 2>&1); fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb -x "$cache/$package"_*.deb "$work/kernel"
modules=$(echo "$work"/kernel/lib/modules/*/kernel/drivers)

mkdir -p "$work/first/bin" "$work/first/modules"
cp /bin/busybox "$work/first/bin/"
cp "$modules"/virtio/virtio.ko "$modules"/virtio/virtio_ring.ko "$modules"/virtio/virtio_pci_legacy_dev.ko \
  "$modules"/virtio/virtio_pci_modern_dev.ko "$modules"/virtio/virtio_pci.ko "$modules"/block/virtio_blk.ko "$work/first/modules/"
cp "$scripts/first-init.sh" "$work/first/init"
chmod 755 "$work/first/init"
(cd "$work/first" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) > "$work/initrd.gz"

truncate -s 40M "$work/boot.fat"
mkfs.vfat -F 16 "$work/boot.fat" >/dev/null
cat > "$work/syslinux.cfg" <<CONFIG
SERIAL 0
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  APPEND initrd=initrd.gz console=ttyS0 quiet panic=1
CONFIG
mcopy -i "$work/boot.fat" "$work"/kernel/boot/vmlinuz-* ::vmlinuz
mcopy -i "$work/boot.fat" "$work/initrd.gz" "$work/syslinux.cfg" ::
syslinux --install "$work/boot.fat"

mkdir -p "$work/root/bin" "$work/root/sbin" "$work/root/proc" "$work/root/sys" "$work/root/dev" "$work/root/data"
cp /bin/busybox "$work/root/bin/"
cp "$scripts/guest-init.sh" "$work/root/sbin/init"
chmod 755 "$work/root/sbin/init"
find /usr/bin -type f -size +100k -size -1500k | sort | head -150 | xargs cp -t "$work/root/data"
(cd "$work/root" && find data -type f | sort | xargs sha256sum > sums)
mke2fs -q -t ext4 -d "$work/root" "$work/root.ext4" 192M

truncate -s 234M "$folder/guest.raw"
printf 'label: dos\nstart=1MiB, size=40MiB, type=6, bootable\nstart=41MiB, size=192MiB, type=83\n' | sfdisk -q "$folder/guest.raw"
dd if=/usr/lib/syslinux/mbr/mbr.bin of="$folder/guest.raw" bs=440 count=1 conv=notrunc status=none
dd if="$work/boot.fat" of="$folder/guest.raw" bs=1M seek=1 conv=notrunc,sparse status=none
dd if="$work/root.ext4" of="$folder/guest.raw" bs=1M seek=41 conv=notrunc,sparse status=none
