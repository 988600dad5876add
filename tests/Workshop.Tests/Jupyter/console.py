"""Drives jupyter-console on a terminal of its own: runs, completes, inspects, interrupts."""
import sys

import pexpect

COLOUR = r"(?:\x1b\[[0-9;]*m)*"
console = pexpect.spawn(sys.argv[1], ["-m", "jupyter_console", "--kernel", ".net-csharp"], encoding="utf-8", timeout=60, dimensions=(40, 120))


def expect_prompt(number):
    console.expect(rf"In \[{COLOUR}{number}{COLOUR}\]")


def expect_result(number, text):
    console.expect(rf"Out\[{COLOUR}{number}{COLOUR}\]: {COLOUR}\s*{text}")


try:
    expect_prompt(1)
    console.send("6 * 7\r")
    expect_result(1, "42")
    expect_prompt(2)
    console.send("Environment.NewL\t")
    console.expect("NewLine")
    console.send(".Length\r")
    expect_result(2, "1")
    expect_prompt(3)
    console.send('Console.Write("beg" + "un"); while (true) { }\r')
    console.expect("begun")
    console.sendintr()
    expect_prompt(4)
    console.send("6 * 6\r")
    expect_result(4, "36")
    expect_prompt(5)
    console.send("Console.WriteLine?\r")
    console.expect("Writes the current line terminator")
    console.send("q")
    print("ok")
finally:
    console.close(force=True)
