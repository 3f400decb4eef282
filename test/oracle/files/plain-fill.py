"""Fills a folder with what any file system holds: plain-fill.py ROOT SCALE [unix]

With `unix`, also what only file systems of Unix hold: links, sparse files, owners, attributes, access control lists.
"""
import ctypes, ctypes.util, os, random, struct, subprocess, sys

root, scale, unix = sys.argv[1], int(sys.argv[2]), "unix" in sys.argv[3:]
randomness = random.Random(20261125)


def place(*names):
    path = os.path.join(root, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def noise(length, seed):
    return random.Random(seed).randbytes(length)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def times(path, seconds, nanoseconds=0):
    when = seconds * 1_000_000_000 + nanoseconds
    os.utime(path, ns=(when, when), follow_symlinks=False)


def sizes():
    for size in [0, 1, 59, 60, 61, 100, 155, 511, 512, 513, 1023, 1024, 4095, 4096, 4097, 12 * 1024, 12 * 1024 + 1, 65535, 65536, 100_001, 300_000]:
        write(place("sizes", f"{size} bytes"), noise(size, size))
    write(place("sizes", "large.bin"), noise(1_500_000 * scale + 7, 1))


def names():
    for name in ["a", "UPPER.TXT", "lower.txt", "Mixed.Case", "two words.txt", "no-extension", ".hidden", "many.dots.in.a.name", "x" * 100, "n" * 251 + ".txt", "exactly13char", "exactly-26-characters-long", "a+b,c;d=e[f]", "~tilde~1", "under_score%percent&and"]:
        write(place("names", name), name.encode())
    for name in ["Gr\u00fc\u00dfe", "\u4e2d\u6587\u6587\u4ef6.txt", "\u0420\u0443\u0441\u0441\u043a\u0438\u0439", "\u00e9t\u00e9.doc", "\U0001f600 smile.txt"]:
        try:
            write(place("names", name), name.encode())
        except OSError:
            pass  # a driver without characters beyond the first plane


def many():
    for index in range(400 * scale):
        write(place("many", f"file number {index} with a longer name.txt"), f"content {index}".encode())


def deep():
    write(place(*[f"deep{level}" for level in range(20)], "bottom"), b"bottom")


def removed():
    """Entries of removed files stand between those of the others."""
    for index in range(60):
        write(place("removed", f"a name of some length {index}"), noise(index * 100, index))
    for index in range(0, 60, 3):
        os.remove(place("removed", f"a name of some length {index}"))
    for index in range(0, 20):
        write(place("removed", f"new {index}"), noise(5000, index))


def fragmented():
    """Files that grow in turns lie in pieces."""
    names = [place("fragmented", f"part{index}") for index in range(3)]
    for turn in range(40 * scale):
        for index, name in enumerate(names):
            with open(name, "ab") as file:
                file.write(noise(4000 + index * 777, turn * 3 + index))
                file.flush()
                if unix and turn % 8 == 0:
                    os.fsync(file.fileno())


def dated():
    for seconds in [315_532_800, 951_782_400, 1_234_567_890, 1_800_000_000]:
        write(place("times", str(seconds)), b"x")
        times(place("times", str(seconds)), seconds)


def unix_dated():
    for seconds in [-1, 0, 1, 2**31 - 1, 2**31, 2**32 + 5]:
        path = place("times", f"unix {seconds}")
        write(path, b"x")
        times(path, seconds, 123_456_789)


def links():
    write(place("links", "target"), b"target")
    for index in range(3):
        os.link(place("links", "target"), place("links", f"hard {index}"))
    for length in [1, 20, 59, 60, 61, 100, 1000, 4000]:
        try:
            os.symlink(("t/" * 2100)[:length], place("links", f"symbolic {length}"))
        except OSError:
            pass  # longer than a block
    os.mkfifo(place("links", "pipe"))


def sparse():
    for index, pieces in enumerate([[(5_000_000, 4096)], [(0, 100), (700_000, 9000), (9_000_001, 1)], [(40_000_000 * scale, 10)]]):
        with open(place("sparse", f"sparse{index}"), "wb") as file:
            for offset, length in pieces:
                file.seek(offset)
                file.write(noise(length, offset))
            file.truncate(pieces[-1][0] + pieces[-1][1] + 12_345)
    # Every other block: as many pieces as a map can have.
    with open(place("sparse", "combed"), "wb") as file:
        for index in range(300 * scale):
            file.seek(index * 8192)
            file.write(noise(4096, index))
    with open(place("sparse", "reserved"), "wb") as file:
        file.write(noise(10_000, 3))
        file.flush()
        libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
        libc.fallocate64(file.fileno(), 0, ctypes.c_int64(0), ctypes.c_int64(2_000_000))


def owners():
    for index, (mode, owner, group) in enumerate([(0o644, 0, 0), (0o4755, 1000, 100), (0o600, 70_000, 80_000), (0o1777, 65534, 65534)]):
        path = place("owners", f"file{index}")
        write(path, b"owned")
        os.chown(path, owner, group)
        os.chmod(path, mode)


def attributes():
    for count, length in [(1, 10), (3, 100), (10, 40), (1, 2000), (20, 150), (2, 1), (1, 0)]:
        path = place("attributes", f"{count} of {length}")
        write(path, b"attributes")
        for index in range(count):
            try:
                os.setxattr(path, f"user.name{index}", noise(length, index))
            except OSError:
                break  # where one block is all there is
    path = place("attributes", "trusted")
    write(path, b"")
    os.setxattr(path, "trusted.hidden", b"value")
    os.setxattr(path, "security.capability", struct.pack("<IIIII", 0x02000000, 1 << 10, 0, 0, 0))
    for name, acl in [("acl", "u:1000:rw,g:2000:r,u:70000:x"), ("default", "d:u:1000:rwx,d:g:5:r")]:
        path = place("attributes", name)
        os.makedirs(path)
        subprocess.run(["setfacl", "-m", acl, path], check=False, stderr=subprocess.DEVNULL)


sizes(), names(), many(), deep(), removed(), fragmented(), dated()
if unix:
    unix_dated(), links(), sparse(), owners(), attributes()
