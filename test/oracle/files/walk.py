"""Writes what a mounted file system says of each of its files, one JSON object a line: walk.py ROOT [--no-content FOLDER]...

Used as the oracle: the operating system's own driver, asked through ordinary calls.
"""
import hashlib, json, os, stat, sys

KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "symlink"}


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            sha.update(piece)
    return sha.hexdigest()


def xattrs(path):
    """Names and values; what the driver does not give is left out."""
    found = {}
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:
        names = []
    for name in set(names) | {"system.ntfs_times_be", "system.ntfs_attrib_be", "system.ntfs_acl", "system.ntfs_dos_name"}:
        try:
            found[name] = os.getxattr(path, name, follow_symlinks=False).hex()
        except OSError:
            pass
    return found


def describe(root, path, no_content):
    status = os.lstat(path)
    kind = KINDS.get(stat.S_IFMT(status.st_mode), "other")
    name = os.path.relpath(path, root)
    content = kind == "file" and not any(name.startswith(folder + "/") for folder in no_content)
    return {
        "path": "" if name == "." else name,
        "type": kind,
        "size": status.st_size,
        "modifiedNs": str(status.st_mtime_ns),
        "mode": status.st_mode,
        "uid": status.st_uid,
        "gid": status.st_gid,
        "links": status.st_nlink,
        "inode": status.st_ino,
        "sha256": digest(path) if content else None,
        "target": os.readlink(path) if kind == "symlink" else None,
        "xattrs": xattrs(path),
    }


def main():
    root = sys.argv[1]
    no_content = [sys.argv[at + 1] for at, word in enumerate(sys.argv) if word == "--no-content"]
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            print(json.dumps(describe(root, os.path.join(folder, name), no_content)))


main()
