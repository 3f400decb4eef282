#!/bin/sh
# Makes the bench disks in the folder given: a.raw (NTFS filled from /usr, and noise), b.raw (2 % of it rewritten), c.raw (the same
# files on ext4), ranges.json, and files.txt (a file of a.raw, as a path). Each is made once. Needs root, gdisk, ntfs-3g and e2fsprogs.
# make-disks.sh FOLDER NODE CHANGE-DISK.TS
set -e
cd "$1"
size=4294967296
volume=$((size - 1048576 * 2 - 33 * 512))
loop() { losetup --find --show --offset 1048576 --sizelimit $volume "$@"; }
mkdir -p m n
if ! [ -f a.raw ]; then
  rm -f a.tmp b.raw c.raw ranges.json
  truncate -s $size a.tmp
  sgdisk -n 1:0:0 -t 1:0700 a.tmp >/dev/null
  device=$(loop a.tmp)
  mkntfs -Q -F "$device" >/dev/null 2>&1
  ntfs-3g "$device" m
  mkdir m/usr
  for folder in /usr/lib/* /usr/share/* /usr/bin; do
    [ "$(df -m --output=used m | tail -1)" -gt 2500 ] && break
    [ "$(du -sm "$folder" | cut -f1)" -gt 900 ] && continue
    cp -r "$folder" m/usr/ 2>/dev/null || true
  done
  head -c 300M /dev/urandom > m/noise.bin
  umount m
  losetup -d "$device"
  mv a.tmp a.raw
fi
if ! [ -f ranges.json ]; then
  cp --sparse=always a.raw b.raw
  "$2" "$3" b.raw ranges.json
fi
if ! [ -f c.raw ]; then
  truncate -s $size c.tmp
  sgdisk -n 1:0:0 c.tmp >/dev/null
  device=$(loop c.tmp)
  mkfs.ext4 -q "$device"
  mount "$device" m
  from=$(loop -r a.raw)
  ntfs-3g -o ro "$from" n
  cp -r n/. m/
  umount n m
  losetup -d "$from" "$device"
  mv c.tmp c.raw
fi
