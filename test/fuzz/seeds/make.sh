#!/usr/bin/env bash
# Makes the images that the fuzzer changes, anew (root, Debian with the packages of .ci/run). Contents begin with DATADATA, so that
# what is not content is structure.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'umount "$work/mount" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/mount"

fill() { # folder, unix or plain
  python3 - "$1" "$2" <<'PYTHON'
import os, subprocess, sys
root, unix = sys.argv[1], sys.argv[2] == "unix"
def write(path, length):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file: file.write((b"DATADATA" * (length // 8 + 1))[:length])
for size in (0, 40, 700, 5000, 70_000): write(f"sizes/a name of {size} bytes", size)
for index in range(60): write(f"many/file number {index} with a longer name.txt", 100)
for turn in range(12):
    for name in "ab":
        with open(os.path.join(root, "sizes", f"grown {name}"), "ab") as file:
            file.write(b"DATADATA" * 700); file.flush(); os.fsync(file.fileno())
write("d/e/e/p/Gr\u00fc\u00dfe.txt", 10)
if unix:
    os.symlink("t" * 30, os.path.join(root, "short link"))
    os.symlink("t/" * 200, os.path.join(root, "long link"))
    with open(os.path.join(root, "sparse"), "wb") as file:
        for index in range(40): file.seek(index * 8192); file.write(b"DATADATA" * 128)
    os.setxattr(os.path.join(root, "sparse"), "user.note", b"x" * 60)
    os.setxattr(os.path.join(root, "d"), "user.large", b"x" * 700)
    subprocess.run(["setfacl", "-m", "u:1000:rw", os.path.join(root, "sparse")], check=True)
PYTHON
}
keep() { zstd -q -19 -f "$work/image" -o "$1.img.zst"; rm "$work/image"; }
linux() { mount -o "loop${2:+,$2}" "$work/image" "$work/mount"; fill "$work/mount" unix; umount "$work/mount"; keep "$1"; }

for shape in "fat12 2 12 1" "fat16 16 16 2" "fat32 34 32 1"; do
  set -- $shape
  truncate -s "$2M" "$work/image"; mkfs.fat -F "$3" -s "$4" -n SEED "$work/image" >/dev/null
  mkdir "$work/source"; fill "$work/source" plain
  LANG=C.UTF-8 mcopy -i "$work/image" -s -Q "$work/source/"* ::; rm -r "$work/source"
  keep "$1"
done
truncate -s 8M "$work/image"; mkfs.exfat -c 4096 "$work/image" >/dev/null
mount -t exfat-fuse -o loop "$work/image" "$work/mount"; fill "$work/mount" plain; umount "$work/mount"; keep exfat

truncate -s 4M "$work/image"; mke2fs -q -F -t ext2 -b 1024 "$work/image"; linux ext2
truncate -s 8M "$work/image"; mke2fs -q -F -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg,inline_data -I 256 "$work/image"; linux ext4
truncate -s 8M "$work/image"; mke2fs -q -F -t ext4 -b 1024 "$work/image"; linux ext4-sums
truncate -s 8M "$work/image"; mke2fs -q -F -t ext4 -b 1024 "$work/image"
mount -o loop,commit=300 "$work/image" "$work/mount"; fill "$work/mount" unix; cp "$work/image" "$work/copy"; umount "$work/mount"
mv "$work/copy" "$work/image"; keep ext4-pending
export TEST_DIR=1 TEST_DEV=1 QA_CHECK_FS=1 # smaller than mkfs.xfs makes otherwise
truncate -s 24M "$work/image"; mkfs.xfs -q -f "$work/image"; linux xfs
truncate -s 24M "$work/image"; mkfs.xfs -q -f "$work/image"; mount -o loop "$work/image" "$work/mount"; fill "$work/mount" unix
rm "$work/mount/many/file number 7 with a longer name.txt"; xfs_io -x -c fsync "$work/mount"; cp "$work/image" "$work/copy"; umount "$work/mount"
mv "$work/copy" "$work/image"; keep xfs-pending
truncate -s 16M "$work/image"; mkfs.btrfs -q -f --mixed -n 4096 "$work/image"; linux btrfs compress-force=zstd
truncate -s 16M "$work/image"; mkfs.btrfs -q -f --mixed -n 4096 "$work/image"; mount -o loop,commit=3000 "$work/image" "$work/mount"
fill "$work/mount" unix; sync -f "$work/mount"
python3 - "$work/mount" <<'PYTHON'
import os, sys
os.chdir(sys.argv[1])
def fsync(path):
    handle = os.open(path, os.O_RDONLY); os.fsync(handle); os.close(handle)
for index in range(0, 60, 4): os.remove(f"many/file number {index} with a longer name.txt")
for index in range(1, 60, 8): os.rename(f"many/file number {index} with a longer name.txt", f"many/renamed {index}")
for index in range(8):
    with open(f"many/new {index}", "wb") as file: file.write(b"DATADATA" * (index * 600)); file.flush(); os.fsync(file.fileno())
os.link("sparse", "d/another name"); os.truncate("sizes/grown a", 9000); os.setxattr("sizes/grown a", "user.note", b"y" * 50)
os.removexattr("d", "user.large"); os.mkdir("d/new folder"); open("d/new folder/file", "wb").close()
with open("sizes/a name of 70000 bytes", "r+b") as file: file.seek(20_000); file.write(b"DATADATA" * 1200)
for path in ("sizes/grown a", "sparse", "sizes/a name of 70000 bytes", "d/new folder/file", "d", "many"): fsync(path)
PYTHON
cp "$work/image" "$work/copy"; umount "$work/mount"; mv "$work/copy" "$work/image"; keep btrfs-pending
