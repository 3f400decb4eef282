"""What only Btrfs has: btrfs-fill.py ROOT

Subvolumes and snapshots in each other, extents that files share, that are overwritten in part, or that nobody wrote; files without
checksums and without compression; folders whose names have the same hash.
"""
import ctypes, ctypes.util, os, random, subprocess, sys

root = sys.argv[1]
libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)


def place(*names):
    path = os.path.join(root, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def text(length, seed):
    words = [b"alpha ", b"beta ", b"gamma ", b"delta\n", b"%d " % seed]
    chooser = random.Random(seed)
    return b"".join(chooser.choice(words) for _ in range(length // 4))[:length]


def write(path, data, at=None):
    with open(path, "r+b" if at is not None else "wb") as file:
        if at is not None:
            file.seek(at)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def btrfs(*words):
    subprocess.run(["btrfs", *words], check=True, stdout=subprocess.DEVNULL)


def subvolumes():
    btrfs("subvolume", "create", place("subvolumes", "first"))
    write(place("subvolumes", "first", "file"), text(9000, 1))
    os.makedirs(place("subvolumes", "first", "folder", "deeper", "x"))
    btrfs("subvolume", "create", place("subvolumes", "first", "folder", "inner"))
    write(place("subvolumes", "first", "folder", "inner", "file"), text(20_000, 2))
    btrfs("subvolume", "snapshot", place("subvolumes", "first"), place("subvolumes", "snapshot"))
    btrfs("subvolume", "snapshot", "-r", place("subvolumes", "first"), place("subvolumes", "first", "folder", "read-only"))
    write(place("subvolumes", "first", "file"), text(7000, 3), at=1000)
    write(place("subvolumes", "snapshot", "folder", "new"), b"in the snapshot alone")
    os.link(place("subvolumes", "snapshot", "file"), place("subvolumes", "snapshot", "linked"))


def compressed():
    for size in [10, 1000, 2048, 3000, 4096, 5000, 131_071, 131_072, 131_073, 2_000_000]:
        write(place("packed", f"text {size}"), text(size, size))
    write(place("packed", "zeros"), bytes(1_000_000))
    write(place("packed", "mixed"), text(200_000, 5) + random.Random(6).randbytes(300_000) + text(200_000, 7))
    subprocess.run(["chattr", "+m", place("packed", "mixed")], check=False, stderr=subprocess.DEVNULL)


def shared():
    write(place("shared", "whole"), text(700_000, 8) + random.Random(9).randbytes(500_000))
    subprocess.run(["cp", "--reflink=always", place("shared", "whole"), place("shared", "copy")], check=True)
    for index in range(40):
        write(place("shared", "copy"), random.Random(index).randbytes(5000 + index * 37), at=(index * 7919 * 13) % 1_190_000)
    with open(place("shared", "cut"), "wb") as file:
        file.write(text(300_000, 10))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(123_457)
    os.truncate(place("shared", "cut"), 400_001)


def punched():
    path = place("punched", "holes")
    write(path, text(600_000, 11))
    with open(path, "r+b") as file:
        for index in range(8):  # FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
            libc.fallocate64(file.fileno(), 3, ctypes.c_int64(index * 70_000 + 1234), ctypes.c_int64(9000))
        libc.fallocate64(file.fileno(), 0, ctypes.c_int64(600_000), ctypes.c_int64(500_000))
        file.seek(800_000)
        file.write(text(50_000, 12))
        file.flush()
        os.fsync(file.fileno())


def plain():
    os.makedirs(place("no-sums"), exist_ok=True)
    os.makedirs(place("no-sums", "x"), exist_ok=True)
    subprocess.run(["chattr", "+C", place("no-sums")], check=True)
    write(place("no-sums", "file"), text(300_000, 13))
    write(place("no-sums", "file"), text(5000, 14), at=70_001)


def hashes():
    """Names with the same CRC-32C lie in one item: "ab" and what differs from it by a multiple of the polynomial."""
    polynomial = 0x82F63B78
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (polynomial if byte & 1 else 0)
        table.append(byte)

    def crc(name):
        value = 0xFFFFFFFE
        for byte in name:
            value = value >> 8 ^ table[(value ^ byte) & 255]
        return value

    letters = b"abcdefghijklmnopqrstuvwxyz0123456789"
    chooser = random.Random(15)
    seen = {}
    pairs = 0
    while pairs < 5:
        name = bytes(chooser.choice(letters) for _ in range(12))
        value = crc(name)
        if value in seen and seen[value] != name:
            write(place("hashes", name.decode()), name)
            write(place("hashes", seen[value].decode()), seen[value])
            for path in (name, seen[value]):
                os.setxattr(place("hashes", name.decode()), b"user." + path, path)
            pairs += 1
        seen[value] = name


subvolumes(), compressed(), shared(), punched(), plain(), hashes()
