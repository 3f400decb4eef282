#!/bin/busybox sh
# Runs first, from the initial memory disk: finds the real root.
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox mount -t devtmpfs none /dev
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk; do
  /bin/busybox insmod /modules/$module.ko
done
tries=0
until [ -b /dev/vda2 ] || [ $tries = 200 ]; do /bin/busybox sleep 0.05; tries=$((tries + 1)); done
/bin/busybox mount -t ext4 /dev/vda2 /root || echo "HOSTKEEP no root"
exec /bin/busybox switch_root /root /sbin/init
