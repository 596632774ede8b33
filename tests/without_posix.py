"""
Removes the names that Windows lacks; to be imported before the package.

Also a plugin: ``PYTHONPATH=tests python -m pytest -p without_posix`` runs the tests without these
names, except those that Windows leaves out.
"""

import importlib
import os
import select
import selectors
import signal
import socket
import sys
import time
from types import ModuleType
from typing import Final

# Modules that use such names, as the modules of Windows in their place don't.
for _name in (
    *("aiohttp", "asyncio", "fcntl", "logging.handlers", "multiprocessing", "ssl", "subprocess"),
    *("tempfile", "threading"),
):
    importlib.import_module(_name)

if "pytest" in sys.modules:
    for _name in ("platformdirs", "_pytest.capture", "_pytest.faulthandler", "xdist"):
        importlib.import_module(_name)
    vars(importlib.import_module("_pytest.tmpdir"))["get_user_id"] = lambda: None

MISSING: Final = {
    os: """
        O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC chown
        chroot ctermid fchdir fchmod fchown fdatasync fork forkpty fpathconf fstatvfs getegid
        geteuid getgid getgroups getloadavg getpgid getpgrp getpriority getresgid getresuid getsid
        getuid getxattr initgroups killpg lchown listxattr lockf major makedev minor mkfifo mknod
        nice openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn pread
        preadv pwrite pwritev register_at_fork removexattr sched_yield
        setegid seteuid setgid setgroups setpgid setpriority setregid setresgid setresuid setreuid
        setsid setuid setxattr statvfs sync sysconf tcgetpgrp tcsetpgrp ttyname uname wait wait3
        wait4 waitid
    """,
    select: "epoll kqueue poll",
    signal: """
        ITIMER_REAL SIGALRM SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSTOP
        SIGTSTP SIGTTIN SIGTTOU SIGUSR1 SIGUSR2 SIGWINCH alarm getitimer pause pthread_kill
        pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo
    """,
    socket: "MSG_DONTWAIT MSG_NOSIGNAL SCM_RIGHTS SO_REUSEPORT sethostname",
    time: "CLOCK_BOOTTIME CLOCK_MONOTONIC clock_getres clock_gettime clock_settime tzset",
}
NO_MODULES: Final = (
    *("crypt", "curses", "fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog"),
    *("termios", "tty", "uvloop"),
)

_lockf = sys.modules["fcntl"].lockf


def locking(descriptor: int, mode: int, count: int) -> None:
    """Lock as Windows does, from the current position."""
    at = os.lseek(descriptor, 0, os.SEEK_CUR)
    try:
        _lockf(descriptor, mode, count, at)
    except BlockingIOError as error:
        raise PermissionError(*error.args) from None


selectors.DefaultSelector = selectors.SelectSelector
for _module, _names in MISSING.items():
    for _name in _names.split():
        if hasattr(_module, _name):
            delattr(_module, _name)
sys.modules.update(dict.fromkeys(NO_MODULES))
msvcrt = sys.modules["msvcrt"] = ModuleType("msvcrt")
vars(msvcrt).update(locking=locking, LK_NBLCK=2 | 4, LK_UNLCK=8)  # LOCK_EX | LOCK_NB, LOCK_UN
