"""How much memory a process held at most, asked of the kernel at the moment it ends (Linux, ptrace).

What wait4 reports would not do: it counts the memory that the child shared with this interpreter between fork
and exec, which is more than the programs under test ever need.
"""

import ctypes
import os
import re
import signal
import subprocess

_TRACEME, _CONT, _SETOPTIONS = 0, 7, 0x4200
_OPTION_TRACEEXIT, _OPTION_EXITKILL = 0x40, 0x100000
_EVENT_EXIT = signal.SIGTRAP | 6 << 8

_call = ctypes.CDLL(None, use_errno=True).ptrace
_call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_call.restype = ctypes.c_long


def _ptrace(request, pid, data=None):
    if _call(request, pid, None, data) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def start(command, **more):
    """A process that waits at its start until `wait` is called, by the same thread; `more` as for Popen."""
    return subprocess.Popen(command, preexec_fn=lambda: _ptrace(_TRACEME, 0), **more)


def wait(process):
    """Lets a process that `start` made run to its end. Returns its peak memory in MiB and sets its returncode.

    Its pipes must be served by other threads meanwhile.
    """
    peak = 0.0
    os.waitpid(process.pid, 0)  # stopped by execve
    _ptrace(_SETOPTIONS, process.pid, _OPTION_TRACEEXIT | _OPTION_EXITKILL)
    deliver = 0
    while True:
        _ptrace(_CONT, process.pid, deliver)
        _, status = os.waitpid(process.pid, 0)
        if not os.WIFSTOPPED(status):
            process.returncode = os.waitstatus_to_exitcode(status)
            return peak
        deliver = 0
        if status >> 8 == _EVENT_EXIT:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                peak = int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) / 1024
        else:
            deliver = os.WSTOPSIG(status)


def peak_memory(command, **more):
    """Runs a command that reads nothing, its output thrown away. Returns its peak memory in MiB."""
    process = start(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    return wait(process)
