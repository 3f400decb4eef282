"""A random life on a mounted volume, of which some is made durable: fsync-life.py ROOT SEED ACTS

Files and folders are made, written, cut, punched, linked, renamed over each other, removed and given attributes; now and then one of
them is fsynced. The rest is left to the next transaction.
"""
import ctypes, os, random, sys

root, seed, acts = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
choose = random.Random(seed)
libc = ctypes.CDLL("libc.so.6", use_errno=True)


def everything():
    folders, files = [root], []
    for base, names, others in os.walk(root):
        folders += [os.path.join(base, name) for name in names if not os.path.islink(os.path.join(base, name))]
        files += [os.path.join(base, name) for name in others if not os.path.islink(os.path.join(base, name))]
    return sorted(folders), sorted(files)


def content():
    size = choose.choice([0, 10, 900, 3000, 5000, 20_000, 200_000])
    return choose.randbytes(size) if choose.random() < 0.6 else bytes([choose.randrange(256)]) * size


def write(path, at, data):
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    os.pwrite(handle, data, at)
    if choose.random() < 0.4: os.fsync(handle)
    os.close(handle)


def fsync(path):
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def fallocate(path, mode):
    handle = os.open(path, os.O_RDWR)
    libc.fallocate(handle, mode, ctypes.c_long(choose.randrange(40) * 4096), ctypes.c_long(choose.randrange(1, 20) * 4096))
    os.close(handle)


def act():
    folders, files = everything()
    folder, file = choose.choice(folders), choose.choice(files) if files else None
    name = os.path.join(folder, f"name {choose.randrange(30)}" + "x" * choose.choice([0, 0, 0, 150]))
    kind = choose.randrange(20)
    if kind < 4 and not os.path.isdir(name) and not os.path.islink(name): write(name, 0, content())
    elif kind == 4 and len(folders) < 12: os.mkdir(name + " folder")
    elif kind == 5: os.symlink("t" * choose.choice([5, 500]), name + " link")
    elif file is None: return
    elif kind < 8: write(file, choose.randrange(100_000), content())
    elif kind == 8: os.truncate(file, choose.randrange(os.path.getsize(file) + 50_000))
    elif kind == 9: fallocate(file, choose.choice([0, 1, 3, 16]))
    elif kind == 10: os.link(file, name)
    elif kind == 11: os.rename(file, name)
    elif kind == 12: os.remove(file)
    elif kind == 13 and folder != root: os.rename(folder, name + " folder")
    elif kind == 14: os.setxattr(choose.choice([file, folder]), f"user.{choose.randrange(6)}", content()[:2000])
    elif kind == 15:
        for each in os.listxattr(file)[:1]: os.removexattr(file, each)
    elif kind == 16 and folder != root: os.rmdir(folder)
    elif kind == 17: os.chmod(choose.choice([file, folder]), choose.choice([0o700, 0o755, 0o644]))
    elif kind == 18: fsync(folder)
    else: fsync(file)


# Another life may have moved the folder away.
if not os.path.isdir(root): sys.exit()
for _ in range(acts):
    try:
        act()
    except OSError:
        pass
folders, files = everything()
for path in choose.sample(files, min(3, len(files))): fsync(path)
open(os.path.join(root, "last"), "w").close()
fsync(root)
