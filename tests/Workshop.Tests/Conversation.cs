using System.Diagnostics;
using System.Text;

namespace Workshop.Tests;

/// <summary>The running program with somebody in front of it, who reads and presses keys.</summary>
public sealed class Conversation : IDisposable
{
    // Only so that a text which never comes is a failure and not a hang.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _printed = new();
    private int _read;

    internal Conversation(Process process) => _process = process;

    /// <summary>What was printed so far.</summary>
    public string Out => _printed.ToString();

    /// <summary>Waits until it has printed a text, behind what was waited for before.</summary>
    public async Task UntilAsync(string text)
    {
        var buffer = new char[4096];
        while (Out.IndexOf(text, _read, StringComparison.Ordinal) is var at)
        {
            if (at >= 0)
            {
                _read = at + text.Length;
                return;
            }

            using var patience = new CancellationTokenSource(s_longest);
            var count = await _process.StandardOutput.ReadAsync(buffer, patience.Token);
            Assert.True(count > 0, $"The program ended without '{text}':\n{Out}\n{(count == 0 ? await _process.StandardError.ReadToEndAsync() : "")}");
            _printed.Append(buffer, 0, count);
        }
    }

    public void Press(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(string keys)
    {
        Press(keys);
        _printed.Append(await _process.StandardOutput.ReadToEndAsync());
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
