"""Drives jupyter-console on a terminal of its own: runs, completes, inspects, and presses Ctrl+C on what it runs."""
import sys

import pexpect

# prompt_toolkit before 3.0.42, Debian's too, leaves Python's own SIGINT handler behind each prompt in place of the console's, and
# then Ctrl+C ends the console's wait and not the cell, whatever the kernel. This is what later versions do.
CONSOLE = """
import signal
from jupyter_console.app import main
from prompt_toolkit.application import Application

prompt = Application.run_async

async def prompt_and_restore(self, *args, **kwargs):
    handler = signal.getsignal(signal.SIGINT)
    try:
        return await prompt(self, *args, **kwargs)
    finally:
        signal.signal(signal.SIGINT, handler)

Application.run_async = prompt_and_restore
main()
"""
COLOUR = r"(?:\x1b\[[0-9;]*m)*"
console = pexpect.spawn(sys.argv[1], ["-c", CONSOLE, "--kernel", ".net-csharp"], encoding="utf-8", timeout=60, dimensions=(40, 120))


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
    console.sendintr()
    console.expect("cell 3 was stopped")
    expect_prompt(4)
    console.send("6 * 6")
    enter_for_result(4, "36")
    expect_prompt(5)
    console.send("Console.WriteLine?")
    enter("Writes the current line terminator")
    console.send("q")  # leaves the pager, where the terminal has one; else it is typed, and taken away again
    expect_prompt(6)
    console.sendcontrol("u")
    console.sendeof()
    console.expect("Do you really want to exit")
    console.send("y\r")
    console.expect("Shutting down kernel")
    console.expect(pexpect.EOF)
    print("ok")
finally:
    console.close(force=True)
