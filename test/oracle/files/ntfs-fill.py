"""Fills a mounted NTFS volume with every feature that can be made without Windows: ntfs-fill.py ROOT CLUSTER_BYTES SCALE [FEATURE...]

The first folder of a path names the feature. SCALE 0 makes it small, as a seed for mutations, and leaves out what is deduplicated unless it is named. Printed are JSON lines for what the mount itself does not show as Windows does:
WOF-compressed files, reparse points, streams.
"""
import ctypes, hashlib, json, os, random, struct, sys
from dedup import Store

ROOT, CLUSTER, SCALE, ONLY = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
chance = random.Random(CLUSTER)
SMALL = SCALE == 0
LZX, XPRESS = 2, 1


def least(length):
    """In the small form nothing is longer than a few clusters."""
    return min(length, 13_000) if SMALL else length


def at(*names):
    path = os.path.join(ROOT, *names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
    return path


def text(length):
    words = [b"backup", b"restore", b"chunk", b"volume", b"shadow", b"copy", b"the", b"of", b"host", b"guest"]
    piece = b" ".join(chance.choice(words) for _ in range(min(20000, length // 4 + 1)))
    return (piece * (length // len(piece) + 1))[:length]


def told(path, **facts):
    print(json.dumps({"path": os.path.relpath(path, ROOT), **facts}))


def digest(data):
    return hashlib.sha256(data).hexdigest()


def set_reparse(path, tag, data):
    os.setxattr(path, "system.ntfs_reparse_data", struct.pack("<IHH", tag, len(data), 0) + data)


def attributes(path, flags):
    os.setxattr(path, "system.ntfs_attrib_be", struct.pack(">I", flags))


def plain():
    for length in (0, 1, 100, 600, 700, 1000, CLUSTER - 1, CLUSTER, CLUSTER + 1, 3 * CLUSTER + 17, least(200_000)):
        write(at("plain", f"{length} bytes.bin"), chance.randbytes(length))
    write(at("plain", "a", "b", "c", "d", "deep.txt"), b"deep")
    write(at("plain", "large.bin"), chance.randbytes(least(5_000_123)))


def sparse():
    with open(at("sparse", "holes.bin"), "wb") as file:
        for place in (0, 40 * CLUSTER, 1_000_000, 9_000_000):
            file.seek(place)
            file.write(chance.randbytes(5000))
        file.truncate(12_345_678)
    with open(at("sparse", "all.bin"), "wb") as file:
        file.truncate(3_000_000)
    with open(at("huge", "six tebibytes.bin"), "wb") as file:
        for place in (0, 5 << 30, 3 << 40, (6 << 40) - 5000):
            file.seek(place)
            file.write(chance.randbytes(5000))


def fragmented():
    names = [at("fragmented", f"{index}.bin") for index in range(3)]
    piece = max(9000, CLUSTER)
    for turn in range(6 if SMALL else max(10, min(60, 40_000_000 // piece // 3))):
        for name in names:
            with open(name, "ab") as file:
                file.write(bytes([turn]) * piece if SMALL else chance.randbytes(piece))


def attribute_lists():
    """A run list so long that it fills records of its own, and names that do."""
    step = max(4096, CLUSTER)
    count = 120 if SMALL else min(300 * SCALE, 100_000_000 // step)
    places = list(range(count))
    chance.shuffle(places)
    with open(at("attribute list", "shuffled.bin"), "wb", buffering=0) as file:
        for place in places:
            file.seek(place * 2 * step)
            file.write(chance.randbytes(40 if SMALL else 4096))
    named = write(at("attribute list", "many streams.txt"), b"main")
    for index in range(40):
        data = chance.randbytes(50 + index)
        write(f"{named}:stream number {index:03}", data)
        told(named, stream=f"stream number {index:03}", size=len(data), sha256=digest(data))


def compressed():
    if CLUSTER > 4096:
        return
    folder = at("compressed", "x")
    os.mkdir(folder)
    attributes(folder, 0x810)
    unit = CLUSTER * 16
    for name, data in {
        "text.txt": text(least(700_000)),
        "noise.bin": chance.randbytes(least(300_000)),
        "zeros.bin": bytes(least(500_000)),
        "one unit.txt": text(unit),
        "one unit and a byte.txt": text(unit + 1),
        "short.txt": text(3000),
        "runs.bin": b"".join(bytes([value]) * (value * 7) for value in range(256)) * 3,
    }.items():
        write(os.path.join(folder, name), data)
    mixed = b"".join(text(unit) + chance.randbytes(unit) + bytes(unit) for _ in range(1 if SMALL else 8))
    write(os.path.join(folder, "mixed.bin"), mixed[:-100])
    with open(os.path.join(folder, "holes.bin"), "wb") as file:
        for place in (0, 5 * unit, 20 * unit + 3):
            file.seek(place)
            file.write(text(10_000))
        file.truncate(30 * unit + 1)


def streams():
    for name, sizes in {"few.txt": (10, 5000), "large.txt": (least(1_500_000),), "Grüße.txt": (0, 1)}.items():
        path = write(at("streams", name), b"main stream of " + name.encode())
        for index, length in enumerate(sizes):
            data = chance.randbytes(length)
            write(f"{path}:strøm {index}", data)
            told(path, stream=f"strøm {index}", size=length, sha256=digest(data))
    folder = at("streams", "folder")
    os.mkdir(folder)
    write(f"{folder}:of a folder", b"stream of a folder")
    told(folder, stream="of a folder", size=18, sha256=digest(b"stream of a folder"))


def links():
    first = write(at("hard links", "first.bin"), chance.randbytes(least(20_000)))
    os.makedirs(at("hard links", "elsewhere", "x"), exist_ok=True)
    for index in range(30 * SCALE // 4 + 10):
        os.link(first, at("hard links", "elsewhere" if index % 2 else ".", f"link {index} with a rather long name {'n' * 60}.bin"))


def folders():
    count = 90 if SMALL else 400 * SCALE
    for index in range(count):
        write(at("large folder", f"entry {chance.getrandbits(32):08x} {index} of a large folder.txt"), b"%d" % index)
    names = sorted(os.listdir(at("large folder", ".")))
    for name in names[:: 3]:
        os.unlink(at("large folder", name))
    for index in range(count // 10):
        write(at("large folder", f"late {index}.txt"), b"late %d" % index)


def names():
    for name in (
        "x" * 255,
        "\U0001F600" * 127,
        "Grüße ÄÖÜ ß",
        "日本語のファイル名.txt",
        "ελληνικά",
        " leading space",
        "UPPER.TXT",
        "lower.txt",
        "MiXeD ÆØÅ.txt",
        "a.b.c.d.e",
        "$dollar",
        "ǅ titlecase",
    ):
        write(at("names", name), name.encode())
    path = write(at("names", "A long name with a DOS name.txt"), b"dos")
    os.setxattr(path, "system.ntfs_dos_name", b"ALONGN~1.TXT")
    write(at("names", "same"), b"lower")
    write(at("names", "SAME"), b"upper")


def security():
    everyone = bytes.fromhex("010100000000000100000000")
    system = bytes.fromhex("010100000000000512000000")
    user = struct.pack("<BBB5sIIIII", 1, 5, 0, b"\0\0\0\0\5", 21, 1111, 2222, 3333, 1001)
    for index, (sid, mask, flags) in enumerate(((everyone, 0x1F01FF, 0), (user, 0x120089, 0x13), (system, 0x1301BF, 3))):
        path = write(at("security", f"{index}.txt"), b"secured")
        ace = struct.pack("<BBHI", 0, flags, 8 + len(sid), mask) + sid
        deny = struct.pack("<BBHI", 1, 0, 8 + len(user), 0x10000) + user
        acl = struct.pack("<BBHHH", 2, 0, 8 + len(ace) + len(deny), 2, 0) + deny + ace
        owner = 20 + len(acl)
        head = struct.pack("<BBHIIII", 1, 0, 0x9004, owner, owner + len(user), 0, 20)
        os.setxattr(path, "system.ntfs_acl", head + acl + user + system)
        told(path, security=(head + acl + user + system).hex())


def reparse_points():
    def names_of(substitute, print_name):
        s, p = substitute.encode("utf-16le"), print_name.encode("utf-16le")
        return struct.pack("<HHHH", 0, len(s), len(s) + 2, len(p)), s + b"\0\0" + p + b"\0\0"

    target = write(at("reparse", "target.txt"), b"target")
    head, names = names_of("target.txt", "target.txt")
    link = write(at("reparse", "relative link.txt"), b"")
    set_reparse(link, 0xA000000C, head + struct.pack("<I", 1) + names)
    told(link, type="symlink", kind="symlink", target="target.txt")
    head, names = names_of("\\??\\C:\\Windows\\x", "C:\\Windows\\x")
    folder_link = at("reparse", "absolute folder link")
    os.mkdir(folder_link)
    set_reparse(folder_link, 0xA000000C, head + struct.pack("<I", 0) + names)
    told(folder_link, type="symlink", kind="symlink", target="C:\\Windows\\x")
    junction = at("reparse", "junction")
    os.mkdir(junction)
    head, names = names_of("\\??\\C:\\Users", "C:\\Users")
    set_reparse(junction, 0xA0000003, head + names)
    told(junction, type="symlink", kind="junction", target="C:\\Users")
    mount = at("reparse", "mount point")
    os.mkdir(mount)
    volume = "\\??\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\"
    head, names = names_of(volume, "")
    set_reparse(mount, 0xA0000003, head + names)
    told(mount, type="symlink", kind="mount-point", target=volume)
    wsl = write(at("reparse", "wsl link"), b"")
    set_reparse(wsl, 0xA000001D, struct.pack("<I", 2) + "/mnt/c/ü".encode())
    told(wsl, type="symlink", kind="symlink", target="/mnt/c/ü")
    for name, tag, code in (
        ("deduplicated.bin", 0x80000013, "format/file-deduplicated"),
        ("cloud only.bin", 0x9000101A, "format/file-offline"),
        ("archived.bin", 0xC0000004, "format/file-offline"),
        ("app alias.exe", 0x8000001B, "format/reparse-unknown"),
    ):
        path = write(at("reparse", name), b"x" * 9000)
        if code == "format/file-offline":
            attributes(path, 0x1020)
        set_reparse(path, tag, b"owner's data")
        told(path, type="file", unreadable=code)
    cloud = write(at("reparse", "cloud and here.bin"), b"here" * 3000)
    set_reparse(cloud, 0x9000601A, b"owner's data")
    told(cloud, type="file", size=12000, sha256=digest(b"here" * 3000))


def wof():
    wim = ctypes.CDLL("libwim.so.15")
    wim.wimlib_compress.restype = ctypes.c_size_t
    wim.wimlib_compress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
    with open("/proc/self/exe", "rb") as program:
        code = program.read(600_000)
    contents = {
        "text.txt": text(least(300_000)),
        "program.exe": code[: least(len(code))],
        "noise.bin": chance.randbytes(least(100_000) // (4 if SMALL else 1)),
        "zeros.bin": bytes(least(150_000)),
        "mixed.bin": text(40_000) + chance.randbytes(40_000) + bytes(40_000) + text(5),
        "one byte.bin": b"1",
        "odd.bin": text(32_769),
        "calls.bin": b"".join(b"\xe8" + struct.pack("<i", chance.randrange(-40000, 12100000)) + b"ab" for _ in range(9000)),
    }
    for algorithm, (name, kind, chunk) in enumerate(
        (("XPRESS4K", XPRESS, 4096), ("LZX", LZX, 32768), ("XPRESS8K", XPRESS, 8192), ("XPRESS16K", XPRESS, 16384))
    ):
        for level in (20, 100) if SCALE > 1 else (50,):
            compressor = ctypes.c_void_p()
            assert wim.wimlib_create_compressor(kind, ctypes.c_size_t(chunk), level, ctypes.byref(compressor)) == 0
            for file_name, data in contents.items():
                if SMALL and file_name not in ("text.txt", "program.exe"):
                    continue
                chunks, offsets, total = [], [], 0
                for start in range(0, len(data), chunk):
                    piece = data[start : start + chunk]
                    out = ctypes.create_string_buffer(len(piece))
                    size = wim.wimlib_compress(piece, len(piece), out, max(0, len(piece) - 1), compressor)
                    chunks.append(out.raw[:size] if size else piece)
                    total += len(chunks[-1])
                    offsets.append(total)
                table = b"".join(struct.pack("<I", offset) for offset in offsets[:-1])
                path = at(f"WOF {name}", f"level {level} {file_name}")
                with open(path, "wb") as file:
                    file.truncate(len(data))
                write(f"{path}:WofCompressedData", table + b"".join(chunks))
                set_reparse(path, 0x80000017, struct.pack("<IIIII", 1, 2, 1, algorithm, 0))
                told(path, type="file", size=len(data), sha256=digest(data))
            wim.wimlib_free_compressor(compressor)


def deduplicated():
    if SMALL and not ONLY:
        return
    store = Store(ROOT, chance)
    unit = 400 if SMALL else 10_000

    def optimise(name, data, version, cuts, written=False, **options):
        path = at("deduplicated", name)
        with open(path, "wb") as file:
            file.truncate(len(data))
            if written:
                file.seek(5000)
                file.write(b"changed since")
        set_reparse(path, 0x80000013, store.reparse(data, version, cuts, **options))
        content = dict(unreadable="format/file-deduplicated") if written else dict(sha256=digest(data))
        told(path, type="file", kind="dedup", size=len(data), **content)

    words, noise = text(15 * unit), chance.randbytes(15 * unit)
    mixed = words[: 6 * unit] + noise[: 5 * unit] + bytes(7 * unit) + words[6 * unit : 9 * unit]
    optimise("one map.txt", words, "1.2", [[4 * unit, 7 * unit + 1, 4 * unit - 1]])
    optimise("not compressed.txt", words, "1.2", [[6 * unit, 9 * unit]], compress=False)
    optimise("in parts.bin", mixed, "2.1", [[6 * unit, 5 * unit], [7 * unit], [3 * unit]])
    optimise("the same chunks.bin", noise[: 5 * unit] + words[: 6 * unit] + noise[: 5 * unit], "2.1", [[5 * unit, 6 * unit, 5 * unit]])
    optimise("many chunks.bin", noise[::-1], "2.1", [[unit // 100] * 700 + [8 * unit]])
    optimise("moved.bin", mixed[::-1], "2.1", [[9 * unit, 12 * unit]], moved=True)
    optimise("written since.bin", words[::-1], "2.1", [[10 * unit, 5 * unit]], written=True)
    store.close()


for fill in (plain, sparse, fragmented, attribute_lists, compressed, streams, links, folders, names, security, reparse_points, wof, deduplicated):
    if not ONLY or fill.__name__ in ONLY:
        fill()
