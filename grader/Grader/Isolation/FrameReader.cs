using System.Text;
using System.Text.Json;

namespace Grader;

/// <summary>
/// The parent's end of the pipe. The other end is in a process that runs a stranger's code: what comes is bounded, and whoever writes there without the worker's
/// secret is found out.
/// </summary>
internal sealed class FrameReader(TextReader reader, string secret)
{
    // Far more than a worker ever sends: it cuts what is long.
    private const int LongestFrame = 16 << 20;
    private const int LongestLog = 8 << 20;
    private const int MostLogLines = 10_000;

    private readonly StringBuilder _text = new();
    private bool _isReady;

    /// <summary>The next frame with its log; <see langword="null"/>: the worker has closed its end, or died while it wrote.</summary>
    /// <exception cref="ForgedFrameException">This is no frame of the worker's.</exception>
    public (RunFrame Frame, string Log)? Read()
    {
        if (ReadLine(LongestFrame) is not { } line)
            return null;
        var frame = Parse(line);
        _text.Clear();
        for (var i = 0; i < frame.LogLines; i++)
        {
            if (!AppendLine(LongestLog))
                return null;
            _text.Append('\n');
        }

        return (frame, _text.ToString());
    }

    private RunFrame Parse(string line)
    {
        // Nothing but the worker itself can write before the first frame. It is told the secret after it.
        var expected = _isReady ? secret : "";
        _isReady = true;
        if (!line.StartsWith(expected, StringComparison.Ordinal))
            throw new ForgedFrameException();
        try
        {
            return JsonSerializer.Deserialize<RunFrame>(line.AsSpan(expected.Length)) is { LogLines: >= 0 and <= MostLogLines } frame ? frame : throw new ForgedFrameException();
        }
        catch (JsonException)
        {
            throw new ForgedFrameException();
        }
    }

    private string? ReadLine(int longest)
    {
        _text.Clear();
        return AppendLine(longest) ? _text.ToString() : null;
    }

    /// <returns>Whether there was a whole line.</returns>
    private bool AppendLine(int longest)
    {
        for (int character; (character = reader.Read()) != '\n';)
        {
            if (character < 0)
                return false;
            if (_text.Length == longest)
                throw new ForgedFrameException();
            _text.Append((char)character);
        }

        return true;
    }
}

/// <summary>Something other than the worker wrote on the worker's pipe, or made the worker write what it never would.</summary>
internal sealed class ForgedFrameException() : Exception("This is no frame of the worker's.");
