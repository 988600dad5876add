"""Drives jupyter-console on a terminal of its own: runs, completes, inspects; and interrupts what it runs.

The interrupt is sent by the kernel's manager beside the console: Debian's jupyter-console 6.4.4 on Python 3.11 sends none of its own: its
signal handler does not run, and it prints "KeyboardInterrupt escaped interact()".
"""
import sys

import pexpect
from jupyter_client.manager import start_new_kernel

COLOUR = r"(?:\x1b\[[0-9;]*m)*"
manager, client = start_new_kernel(kernel_name=".net-csharp", startup_timeout=60)
console = pexpect.spawn(sys.argv[1], ["-m", "jupyter_console", "--existing", manager.connection_file], encoding="utf-8", timeout=60, dimensions=(40, 120))


def expect_prompt(number):
    console.expect(rf"In \[{COLOUR}{number}{COLOUR}\]")


def enter(pattern):
    """Presses Enter until it counts: on a busy machine the console gives up asking whether the cell is complete, and then wants an empty line."""
    for _ in range(12):
        console.send("\r")
        if console.expect([pattern, pexpect.TIMEOUT], timeout=5) == 0:
            return
    raise AssertionError(f"{pattern} did not appear: {console.buffer}")


def enter_for_result(number, text):
    enter(rf"Out\[{COLOUR}{number}{COLOUR}\]: {COLOUR}\s*{text}")


try:
    expect_prompt(1)
    console.send("6 * 7")
    enter_for_result(1, "42")
    expect_prompt(2)
    console.send("Environment.NewL\t")
    console.expect("NewLine")
    console.send(".Length")
    enter_for_result(2, "1")
    expect_prompt(3)
    console.send('Console.Write("beg" + "un"); while (true) { }')
    enter("begun")
    manager.interrupt_kernel()
    console.expect("cell 3 was stopped")
    expect_prompt(4)
    console.send("6 * 6")
    enter_for_result(4, "36")
    expect_prompt(5)
    console.send("Console.WriteLine?")
    enter("Writes the current line terminator")
    console.send("q")
    print("ok")
finally:
    console.close(force=True)
    client.stop_channels()
    manager.shutdown_kernel()
