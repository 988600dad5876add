"""The kernel as libzmq and jupyter_client see it: runs, asks, completes, inspects, and stops what does not want to stop."""
import signal
import sys
import time

from jupyter_client.manager import start_new_kernel

STUBBORN = [
    "while (true) { }",
    "await Task.Delay(-1);",
    "Thread.Sleep(-1);",
    "new TaskCompletionSource<int>().Task.Result.ToString();",
    "async Task LoopAsync() { while (true) await Task.Yield(); } await LoopAsync();",
]

manager, client = start_new_kernel(kernel_name=".net-csharp", startup_timeout=60)
times = int(sys.argv[1])
slowest = 0.0


def run(code, **options):
    published = []
    answer = client.execute_interactive(code, timeout=60, output_hook=published.append, **options)
    return answer["content"], [(m["msg_type"], m["content"]) for m in published]


def published_until(msg_id, is_last):
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == msg_id and is_last(message):
            return message


try:
    content, published = run('Console.Write("out"); Console.Error.Write("err"); display(1); 6 * 7')
    assert content["status"] == "ok", content
    streams = {c["name"]: c["text"] for t, c in published if t == "stream"}
    assert streams == {"stdout": "out", "stderr": "err"}, streams
    assert [c["data"]["text/plain"] for t, c in published if t == "execute_result"] == ["42"]

    content, published = run("Console.ReadLine()", allow_stdin=True, stdin_hook=lambda _: client.input("typed"))
    assert [c["data"]["text/plain"] for t, c in published if t == "execute_result"] == ["typed"]

    run("var words = new List<string>();")
    reply = client.complete("words.AddR", reply=True, timeout=60)["content"]
    assert reply["matches"] == ["AddRange"] and reply["cursor_start"] == 6, reply
    reply = client.inspect("Console.WriteLine", 12, reply=True, timeout=60)["content"]
    assert reply["found"] and "void Console.WriteLine()" in reply["data"]["text/plain"], reply

    for stubborn in STUBBORN:
        for i in range(times):
            run(f"var kept = {i};")
            msg_id = client.execute('Console.Write("begun"); ' + stubborn)
            published_until(msg_id, lambda m: m["msg_type"] == "stream")
            begin = time.monotonic()
            manager.interrupt_kernel()
            published_until(msg_id, lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "idle")
            slowest = max(slowest, time.monotonic() - begin)
            assert client.get_shell_msg(timeout=60)["content"]["ename"] == "Stopped"
            _, published = run("kept")
            assert [c["data"]["text/plain"] for t, c in published if t == "execute_result"] == [str(i)], (stubborn, published)

    # A front end that does not know of interrupt messages sends a signal.
    msg_id = client.execute('Console.Write("begun"); while (true) { }')
    published_until(msg_id, lambda m: m["msg_type"] == "stream")
    manager.signal_kernel(signal.SIGINT)
    published_until(msg_id, lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "idle")
    assert client.get_shell_msg(timeout=60)["content"]["ename"] == "Stopped"

    client.execute("Environment.Exit(3);")
    deadline = time.monotonic() + 60
    while manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not manager.is_alive()
    manager.restart_kernel()
    client.wait_for_ready(timeout=60)
    _, published = run("1 + 1")
    assert [c["data"]["text/plain"] for t, c in published if t == "execute_result"] == ["2"]
finally:
    client.stop_channels()
    manager.shutdown_kernel()
print(f"ok: stopped {times} of {times} each of {len(STUBBORN)}, the slowest in {slowest:.3f} s")
