"""The names of Linux's signals (signal(7)), numbers as on x86 and ARM."""

_NAMES = (
    *(
        "HUP",
        "INT",
        "QUIT",
        "ILL",
        "TRAP",
        "ABRT",
        "BUS",
        "FPE",
        "KILL",
        "USR1",
        "SEGV",
        "USR2",
        "PIPE",
        "ALRM",
        "TERM",
    ),
    *("STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO"),
    *("PWR", "SYS"),
)
NAMES = {number: f"SIG{name}" for number, name in enumerate(_NAMES, start=1)}
_REAL_TIME = {"SIGRTMIN": 34, "SIGRTMAX": 64}  # the first two are glibc's own
NUMBERS = {name: number for number, name in NAMES.items()} | _REAL_TIME


def signal_name(number: int) -> str:
    """`SIGTERM`; real-time signals are `SIG34` and so on."""
    return NAMES.get(number, f"SIG{number}")
