#!/bin/busybox sh
# The guest: reads all of its data, writes when it boots first, finds that again when it boots again, says so on the serial console.
b=/bin/busybox
$b mount -t devtmpfs none /dev
$b mount -t proc none /proc
cd /
if $b sha256sum -c -s sums; then echo "HOSTKEEP data: sound"; else echo "HOSTKEEP data: DAMAGED"; fi
if [ -f written.sum ]; then
  if $b sha256sum -c -s written.sum; then echo "HOSTKEEP boot: again, what was written is there"; else echo "HOSTKEEP boot: again, what was written is GONE"; fi
else
  $b dd if=/dev/urandom of=written bs=64k count=64 2>/dev/null
  $b sha256sum written > written.sum
  $b sync
  echo "HOSTKEEP boot: first, written"
fi
echo "HOSTKEEP marker"
$b mount -o remount,ro /
$b poweroff -f
